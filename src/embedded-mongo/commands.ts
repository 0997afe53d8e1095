import { readArguments, type Arguments } from './arguments.js'
import { toBytes } from './codec.js'
import { serverCommands } from './commands-admin.js'
import * as read from './commands-read.js'
import * as schema from './commands-schema.js'
import * as write from './commands-write.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import { explain } from './explain.js'
import type { Doc } from './values.js'

/** What a command works on, and who asks. */
export interface Context {
  readonly engine: Engine
  readonly db: string
  /** Of the collection; empty for a command on none. */
  readonly name: string
  readonly body: Doc
  /** BSON of the documents of an insert, where they came beside the body. */
  readonly documents: readonly Buffer[] | undefined
  readonly connectionId: number
  readonly connections: () => number
}

type Reply = Doc | Buffer

/** Answers with a document, to which `ok: 1` is added, or with BSON that is already put together. */
export type Command = (context: Context, given: Arguments) => Promise<Reply> | Reply

const { find, count, distinct, aggregate, getMore, killCursors } = read
const { insert, update, remove, findAndModify } = write
const { create, drop, createIndexes, dropIndexes, listIndexes } = schema
const { listCollections, listDatabases, dropDatabase } = schema

/** By name in lower case, as MongoDB takes `findandmodify` too. */
const byName = (commands: Record<string, Command>): ReadonlyMap<string, Command> =>
  new Map(Object.entries(commands).map(([name, command]) => [name.toLowerCase(), command]))

const ON_COLLECTION = byName({
  ...{
    find,
    count,
    distinct,
    aggregate,
    insert,
    update,
    delete: remove,
    findAndModify,
    create,
    drop,
  },
  ...{ createIndexes, dropIndexes, deleteIndexes: dropIndexes, listIndexes },
})

const OTHERS = byName({
  ...{ explain, getMore, killCursors, listCollections, listDatabases, dropDatabase },
  ...serverCommands,
})

/** Runs the command named by the first field; an unknown one is CommandNotFound 59. */
export async function runCommand(context: Omit<Context, 'name'>): Promise<Buffer> {
  const [verb = ''] = Object.keys(context.body)
  const target = context.body[verb]
  const name = typeof target === 'string' ? target : ''
  const onCollection = ON_COLLECTION.get(verb.toLowerCase())
  const needsName = onCollection !== undefined && onCollection !== aggregate
  insist(!needsName || name !== '', 73, 'Invalid namespace specified')
  const command = onCollection ?? OTHERS.get(verb.toLowerCase())
  insist(command, 59, `no such command: '${verb}'`)
  const reply = await command({ ...context, name }, readArguments(context.body, verb))
  return Buffer.isBuffer(reply) ? reply : toBytes({ ...reply, ok: 1 })
}
