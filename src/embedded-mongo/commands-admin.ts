import { hostname } from 'node:os'
import { Long } from 'bson'
import { MAX_DOCUMENT } from './codec.js'
import type { Command } from './commands.js'
import { MAX_MESSAGE } from './wire.js'

/** The version whose documented behavior is followed. */
const VERSION = '8.0.0'

const hello: Command = ({ connectionId, body }) => ({
  ...(body.helloOk === true && { helloOk: true }),
  ...(!('hello' in body) && { ismaster: true }),
  isWritablePrimary: true,
  maxBsonObjectSize: MAX_DOCUMENT,
  maxMessageSizeBytes: MAX_MESSAGE,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
})

const serverStatus: Command = ({ engine, connections }) => ({
  host: hostname(),
  version: VERSION,
  process: 'embedded',
  pid: Long.fromNumber(process.pid),
  uptime: Math.round(performance.now() / 1000),
  localTime: new Date(),
  connections: { current: connections(), available: 10_000 },
  metrics: { cursor: { open: { total: engine.cursors.size } }, commits: engine.store.commits },
  mem: { bits: 64, resident: Math.round(process.memoryUsage.rss() / 1_048_576), supported: true },
  storageEngine: { name: 'lmdb', persistent: true, supportsCommittedReads: true },
})

const nothing: Command = () => ({})

/** Commands on no collection that tell what this server is. Sessions hold nothing here, so there is nothing to end. */
export const serverCommands: Record<string, Command> = {
  hello,
  isMaster: hello,
  ping: nothing,
  endSessions: nothing,
  buildInfo: () => ({
    version: VERSION,
    versionArray: [8, 0, 0, 0],
    gitVersion: 'embedded',
    modules: [],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT,
    storageEngines: ['lmdb'],
  }),
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  getParameter: () => ({ featureCompatibilityVersion: { version: '8.0' } }),
  serverStatus,
}
