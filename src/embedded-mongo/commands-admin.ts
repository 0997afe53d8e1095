import { hostname } from 'node:os'
import { Long } from 'bson'
import { collectionArg } from './arguments.js'
import { MAX_DOCUMENT } from './codec.js'
import type { Command } from './commands.js'
import { CommandError } from './error.js'
import type { Doc } from './values.js'
import { MAX_MESSAGE } from './wire.js'

/** The version whose documented behavior is followed. */
const VERSION = '8.0.0'
const MAX_WIRE_VERSION = 25

export const hello: Command = ({ connectionId }, body) => ({
  ...(body.helloOk === true ? { helloOk: true } : {}),
  ...('hello' in body ? {} : { ismaster: true }),
  isWritablePrimary: true,
  maxBsonObjectSize: MAX_DOCUMENT,
  maxMessageSizeBytes: MAX_MESSAGE,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId,
  minWireVersion: 0,
  maxWireVersion: MAX_WIRE_VERSION,
  readOnly: false,
  ok: 1,
})

export const ping: Command = () => ({ ok: 1 })

export const buildInfo: Command = () => ({
  version: VERSION,
  gitVersion: 'embedded',
  modules: [],
  allocator: 'system',
  javascriptEngine: 'none',
  sysInfo: 'deprecated',
  versionArray: [8, 0, 0, 0],
  openssl: { running: 'disabled', compiled: 'disabled' },
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
  const known: Doc = { featureCompatibilityVersion: { version: '8.0' } }
  if (body.getParameter === '*' || body.allParameters === true) return { ...known, ok: 1 }
  const wanted = Object.keys(known).filter((name) => name in body)
  if (wanted.length === 0) throw new CommandError(72, 'InvalidOptions', 'no option found to get')
  return { ...Object.fromEntries(wanted.map((name) => [name, known[name]])), ok: 1 }
}

export const serverStatus: Command = ({ engine, connections }) => {
  const seconds = (Date.now() - engine.startedAt.getTime()) / 1000
  const memory = process.memoryUsage()
  return {
    host: hostname(),
    version: VERSION,
    process: 'embedded',
    pid: Long.fromNumber(process.pid),
    uptime: Math.round(seconds),
    uptimeMillis: Long.fromNumber(Math.round(seconds * 1000)),
    localTime: new Date(),
    connections: { current: connections(), available: 10_000 },
    metrics: { cursor: { open: { total: engine.cursors.size } }, commits: engine.store.commits },
    mem: { bits: 64, resident: Math.round(memory.rss / 1_048_576), supported: true },
    storageEngine: { name: 'lmdb', persistent: true, supportsCommittedReads: true },
    ok: 1,
  }
}

export const collStats: Command = ({ engine, db }, body) => {
  const name = collectionArg(body, 'collStats' in body ? 'collStats' : 'collstats')
  const collection = engine.catalog.find(db, name)
  const { count, bytes } = collection ?? { count: 0, bytes: 0 }
  const nindexes = collection?.indexes.length ?? 0
  return {
    ns: `${db}.${name}`,
    size: bytes,
    count,
    avgObjSize: count > 0 ? Math.round(bytes / count) : 0,
    storageSize: bytes,
    nindexes,
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
    indexSize: 0,
    totalSize: dataSize,
    scaleFactor: 1,
    ok: 1,
  }
}

/** Sessions hold nothing here, so ending one is only acknowledged. */
export const endSessions: Command = () => ({ ok: 1 })
