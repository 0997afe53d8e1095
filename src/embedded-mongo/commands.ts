import * as admin from './commands-admin.js'
import * as read from './commands-read.js'
import * as schema from './commands-schema.js'
import * as write from './commands-write.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import { explain } from './explain.js'
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

const { acknowledge, hello, ...information } = admin
const { remove, ...writes } = write
const { dropIndexes, ...definitions } = schema
const { find, getMore, killCursors, count, distinct, aggregate } = read

/** All that these files export are commands, but for some of reading. By name in lower case, as MongoDB takes `findandmodify` too. */
const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...information,
    ...writes,
    ...definitions,
    ...{ find, getMore, killCursors, count, distinct, aggregate, explain, hello, dropIndexes },
    isMaster: hello,
    ping: acknowledge,
    endSessions: acknowledge,
    delete: remove,
    deleteIndexes: dropIndexes,
  }).map(([name, command]) => [name.toLowerCase(), command]),
)

/** Runs the command named by the first field; an unknown one is CommandNotFound 59. */
export async function runCommand(context: Context, request: Request): Promise<Doc | Buffer> {
  const { body } = request
  const [name = ''] = Object.keys(body)
  const command = COMMANDS.get(name.toLowerCase())
  insist(command, 59, `no such command: '${name}'`)
  const isAlone = body.txnNumber === undefined && body.startTransaction === undefined
  insist(isAlone, 20, 'Transaction numbers are only allowed on a replica set member or mongos')
  return command(context, body, request)
}
