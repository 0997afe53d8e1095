import { hostname } from 'node:os'
import { Long } from 'bson'
import { collectionArg } from './arguments.js'
import { MAX_DOCUMENT } from './codec.js'
import type { Command } from './commands.js'
import { insist } from './error.js'
import { MAX_MESSAGE } from './wire.js'

/** The version whose documented behavior is followed. */
const VERSION = '8.0.0'

export const hello: Command = ({ connectionId }, body) => ({
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
  ok: 1,
})

/** For `ping`, and for `endSessions`: sessions hold nothing here. */
export const acknowledge: Command = () => ({ ok: 1 })

export const buildInfo: Command = () => ({
  version: VERSION,
  gitVersion: 'embedded',
  modules: [],
  versionArray: [8, 0, 0, 0],
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT,
  storageEngines: ['lmdb'],
  ok: 1,
})

export const connectionStatus: Command = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
  ok: 1,
})

export const getParameter: Command = (_context, body) => {
  const featureCompatibilityVersion = { version: '8.0' }
  const isAll = body.getParameter === '*' || body.allParameters === true
  insist(isAll || 'featureCompatibilityVersion' in body, 72, 'no option found to get')
  return { featureCompatibilityVersion, ok: 1 }
}

export const serverStatus: Command = ({ engine, connections }) => {
  const milliseconds = Date.now() - engine.startedAt.getTime()
  const resident = Math.round(process.memoryUsage().rss / 1_048_576)
  return {
    host: hostname(),
    version: VERSION,
    process: 'embedded',
    pid: Long.fromNumber(process.pid),
    uptime: Math.round(milliseconds / 1000),
    uptimeMillis: Long.fromNumber(milliseconds),
    localTime: new Date(),
    connections: { current: connections(), available: 10_000 },
    metrics: { cursor: { open: { total: engine.cursors.size } }, commits: engine.store.commits },
    mem: { bits: 64, resident, supported: true },
    storageEngine: { name: 'lmdb', persistent: true, supportsCommittedReads: true },
    ok: 1,
  }
}

export const collStats: Command = ({ engine, db }, body) => {
  const name = collectionArg(body)
  const { count = 0, bytes = 0, indexes = [] } = engine.catalog.find(db, name) ?? {}
  return {
    ns: `${db}.${name}`,
    size: bytes,
    count,
    avgObjSize: count > 0 ? Math.round(bytes / count) : 0,
    storageSize: bytes,
    nindexes: indexes.length,
    capped: false,
    ok: 1,
  }
}

export const dbStats: Command = ({ engine, db }) => {
  const all = engine.catalog.list(db)
  const objects = all.reduce((sum, one) => sum + one.count, 0)
  const dataSize = all.reduce((sum, one) => sum + one.bytes, 0)
  return {
    db,
    collections: all.length,
    views: 0,
    objects,
    avgObjSize: objects > 0 ? dataSize / objects : 0,
    dataSize,
    storageSize: dataSize,
    indexes: all.reduce((sum, one) => sum + one.indexes.length, 0),
    scaleFactor: 1,
    ok: 1,
  }
}
