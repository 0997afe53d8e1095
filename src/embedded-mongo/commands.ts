import * as admin from './commands-admin.js'
import * as read from './commands-read.js'
import * as schema from './commands-schema.js'
import * as write from './commands-write.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import type { Doc } from './values.js'
import type { Request } from './wire.js'

/** What a command may know about who asks. */
export interface Context {
  readonly engine: Engine
  readonly db: string
  readonly connectionId: number
  readonly connections: () => number
}

/** Answers a command with a document, or with BSON that is already put together. */
export type Command = (
  context: Context,
  body: Doc,
  request: Request,
) => Promise<Doc | Buffer> | Doc | Buffer

const COMMANDS = new Map<string, Command>(
  Object.entries({
    hello: admin.hello,
    ismaster: admin.hello,
    ping: admin.ping,
    buildinfo: admin.buildInfo,
    connectionstatus: admin.connectionStatus,
    getparameter: admin.getParameter,
    serverstatus: admin.serverStatus,
    collstats: admin.collStats,
    dbstats: admin.dbStats,
    endsessions: admin.endSessions,
    find: read.find,
    getmore: read.getMore,
    killcursors: read.killCursors,
    count: read.count,
    distinct: read.distinct,
    aggregate: read.aggregate,
    explain: read.explain,
    insert: write.insert,
    update: write.update,
    delete: write.remove,
    validate: schema.validate,
    findandmodify: write.findAndModify,
    create: schema.create,
    drop: schema.drop,
    dropdatabase: schema.dropDatabase,
    createindexes: schema.createIndexes,
    dropindexes: schema.dropIndexes,
    deleteindexes: schema.dropIndexes,
    listindexes: schema.listIndexes,
    listcollections: schema.listCollections,
    listdatabases: schema.listDatabases,
  }),
)

/** Runs the command named by the first field; an unknown one is CommandNotFound 59. */
export async function runCommand(context: Context, request: Request): Promise<Doc | Buffer> {
  const { body } = request
  const name = Object.keys(body)[0] ?? ''
  const command = COMMANDS.get(name.toLowerCase())
  if (!command) throw new CommandError(59, 'CommandNotFound', `no such command: '${name}'`)
  if (body.txnNumber !== undefined || body.startTransaction !== undefined)
    throw new CommandError(
      20,
      'IllegalOperation',
      'Transaction numbers are only allowed on a replica set member or mongos',
    )
  return command(context, body, request)
}
