import { hostname } from 'node:os'
import { Long } from 'bson'
import { readArguments, type Arguments } from './arguments.js'
import { MAX_DOCUMENT, MAX_MESSAGE, toBytes } from './codec.js'
import { readCommands } from './commands-read.js'
import { schemaCommands } from './commands-schema.js'
import { writeCommands } from './commands-write.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import type { Doc } from './values.js'

/** The collection a command works on, which may not exist yet. */
export interface Where {
  readonly engine: Engine
  readonly db: string
  /** A command that asks for it needs one (73). */
  readonly name: string
}

/** What a command works on, and who asks. */
export interface Context extends Where {
  readonly body: Doc
  /** BSON of the documents of an insert, where they came beside the body. */
  readonly documents: readonly Buffer[] | undefined
  readonly connectionId: number
}

type Reply = Doc | Buffer

/** Answers with a document, to which `ok: 1` is added, or with BSON that is already put together. */
export type Command = (context: Context, given: Arguments) => Promise<Reply> | Reply

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

/** What this server is and how it is. Sessions hold nothing here, so there is nothing to end. */
const serverCommands: Record<string, Command> = {
  hello,
  isMaster: hello,
  ping: () => ({}),
  endSessions: () => ({}),
  buildInfo: () => ({
    version: VERSION,
    versionArray: [8, 0, 0, 0],
    gitVersion: 'embedded',
    modules: [],
    bits: 64,
    maxBsonObjectSize: MAX_DOCUMENT,
    storageEngines: ['lmdb'],
  }),
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  getParameter: () => ({ featureCompatibilityVersion: { version: '8.0' } }),
  serverStatus: () => ({
    host: hostname(),
    version: VERSION,
    process: 'embedded',
    pid: Long.fromNumber(process.pid),
    uptime: Math.round(performance.now() / 1000),
    localTime: new Date(),
    storageEngine: { name: 'lmdb', persistent: true, supportsCommittedReads: true },
  }),
}

/** By name in lower case, as MongoDB takes `findandmodify` too. */
const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ ...readCommands, ...writeCommands, ...schemaCommands, ...serverCommands }).map(
    ([name, command]) => [name.toLowerCase(), command],
  ),
)

/** Runs the command named by the first field; an unknown one is CommandNotFound 59. */
export async function runCommand(context: Omit<Context, 'name'>): Promise<Buffer> {
  const { body } = context
  const [verb = ''] = Object.keys(body)
  const command = COMMANDS.get(verb.toLowerCase())
  insist(command, 59, `no such command: '${verb}'`)
  const named: Context = {
    ...context,
    get name() {
      const name = body[verb]
      insist(typeof name === 'string' && name !== '', 73, 'Invalid namespace specified')
      return name
    },
  }
  const reply = await command(named, readArguments(body, verb))
  return Buffer.isBuffer(reply) ? reply : toBytes({ ...reply, ok: 1 })
}
