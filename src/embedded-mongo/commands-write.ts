import { collectionArg, docArg, docsArg, flagArg, numberArg, timeArg } from './arguments.js'
import { parseDoc, toBytes } from './codec.js'
import type { Command, Context } from './commands.js'
import { CommandError, failedToParse } from './error.js'
import { checkCollation } from './index-spec.js'
import { compileMatch } from './match.js'
import { applyChange, applyDelete, checkWriteOptions, prepare, type Change } from './modify.js'
import { compileProjection } from './project.js'
import type { WriteJob } from './store.js'
import type { Request } from './wire.js'
import { asDoc, type Doc } from './values.js'

const MOST_STATEMENTS = 100_000

interface WriteReply {
  n: number
  readonly errors: Doc[]
}

export const insert: Command = async (context, body, request) => {
  const name = collectionArg(body, 'insert')
  checkWriteOptions(body)
  const given = request.sequences.get('documents')
  const docs = given ?? docsArg(body, 'documents').map(toBytes)
  checkStatements(docs.length)
  const ordered = body.ordered !== false
  const { n, errors } = await context.engine.store.write(() =>
    insertAll(context, name, docs, ordered),
  )
  return reply({ n }, errors)
}

function* insertAll(
  { engine, db }: Context,
  name: string,
  docs: readonly Buffer[],
  ordered: boolean,
): WriteJob<WriteReply> {
  const result: WriteReply = { n: 0, errors: [] }
  for (const [index, bytes] of docs.entries()) {
    try {
      const prepared = prepare(bytes)
      engine.records.insert(engine.catalog.ensure(db, name), prepared.bytes, prepared.doc)
      result.n += 1
    } catch (error) {
      result.errors.push(writeError(error, index))
      if (ordered) break
    }
    yield
  }
  return result
}

/** A refused statement as `writeErrors` lists it; anything but a refusal fails the whole command. */
function writeError(error: unknown, index: number): Doc {
  if (!(error instanceof CommandError)) throw error
  if (error.code === 73 || error.code === 91) throw error
  return { index, code: error.code, ...error.extra, errmsg: error.message }
}

function checkStatements(length: number): void {
  if (length === 0 || length > MOST_STATEMENTS)
    throw new CommandError(
      16,
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${length} operations.`,
    )
}

function reply(counts: Doc, errors: readonly Doc[]): Doc {
  return errors.length > 0 ? { ...counts, writeErrors: errors, ok: 1 } : { ...counts, ok: 1 }
}

function statements(body: Doc, request: Request, name: string): Doc[] {
  const given = request.sequences.get(name)
  const list = given ? given.map((bytes) => parseDoc(bytes)) : docsArg(body, name)
  checkStatements(list.length)
  return list
}

export const update: Command = async (context, body, request) => {
  const name = collectionArg(body, 'update')
  checkWriteOptions(body)
  const list = statements(body, request, 'updates')
  const milliseconds = timeArg(body)
  const run = () => updateAll(context, name, list, body.ordered !== false, milliseconds)
  const { n, modified, upserted, errors } = await context.engine.store.write(run)
  const counts: Doc = { n, nModified: modified }
  if (upserted.length > 0) counts.upserted = upserted
  return reply(counts, errors)
}

interface UpdateReply extends WriteReply {
  modified: number
  readonly upserted: Doc[]
}

function* updateAll(
  { engine, db }: Context,
  name: string,
  list: readonly Doc[],
  ordered: boolean,
  milliseconds: number,
): WriteJob<UpdateReply> {
  const result: UpdateReply = { n: 0, modified: 0, upserted: [], errors: [] }
  for (const [index, statement] of list.entries()) {
    try {
      const changed = yield* applyChange(engine, db, name, changeOf(statement, milliseconds))
      result.n += changed.matched
      result.modified += changed.modified
      if ('upsertedId' in changed) {
        result.n += 1
        result.upserted.push({ index, _id: changed.upsertedId })
      }
    } catch (error) {
      result.errors.push(writeError(error, index))
      if (ordered) break
    }
    yield
  }
  return result
}

/** An update statement of the `update` command, checked. */
function changeOf(statement: Doc, milliseconds: number): Change {
  checkCollation(statement.collation)
  const { u } = statement
  const update = Array.isArray(u) ? (u as Doc[]) : asDoc(u)
  if (!update) throw failedToParse('Update argument must be either an object or an array')
  const filter = docArg(statement, 'q') ?? {}
  compileMatch(filter)
  return {
    filter,
    update,
    sort: docArg(statement, 'sort'),
    arrayFilters: statement.arrayFilters ? docsArg(statement, 'arrayFilters') : undefined,
    multi: flagArg(statement, 'multi'),
    upsert: flagArg(statement, 'upsert'),
    hint: statement.hint ?? undefined,
    milliseconds,
  }
}

export const remove: Command = async (context, body, request) => {
  const name = collectionArg(body, 'delete')
  checkWriteOptions(body)
  const list = statements(body, request, 'deletes')
  const milliseconds = timeArg(body)
  const run = () => deleteAll(context, name, list, body.ordered !== false, milliseconds)
  const { n, errors } = await context.engine.store.write(run)
  return reply({ n }, errors)
}

function* deleteAll(
  { engine, db }: Context,
  name: string,
  list: readonly Doc[],
  ordered: boolean,
  milliseconds: number,
): WriteJob<WriteReply> {
  const result: WriteReply = { n: 0, errors: [] }
  for (const [index, statement] of list.entries()) {
    try {
      checkCollation(statement.collation)
      const limit = numberArg(statement, 'limit')
      if (limit !== 0 && limit !== 1)
        throw failedToParse('The limit field in delete objects must be 0 or 1.')
      const filter = docArg(statement, 'q') ?? {}
      compileMatch(filter)
      const hint = statement.hint ?? undefined
      const change = { filter, multi: limit === 0, hint, milliseconds }
      result.n += (yield* applyDelete(engine, db, name, change)).n
    } catch (error) {
      result.errors.push(writeError(error, index))
      if (ordered) break
    }
    yield
  }
  return result
}

export const findAndModify: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body, 'findAndModify' in body ? 'findAndModify' : 'findandmodify')
  checkWriteOptions(body)
  checkCollation(body.collation)
  const filter = docArg(body, 'query') ?? {}
  const sort = docArg(body, 'sort')
  const fields = compileProjection(docArg(body, 'fields'), filter)
  const hint = body.hint ?? undefined
  const milliseconds = timeArg(body)
  compileMatch(filter)
  const show = (doc: Doc | undefined) => (doc ? (fields ? fields(doc) : doc) : null)
  if (flagArg(body, 'remove')) {
    if (body.update !== undefined || flagArg(body, 'new') || flagArg(body, 'upsert'))
      throw failedToParse("Cannot specify 'remove' together with 'update', 'new' or 'upsert'")
    const change = { filter, sort, multi: false, hint, milliseconds }
    const { n, before } = await engine.store.write(() => applyDelete(engine, db, name, change))
    return { lastErrorObject: { n }, value: show(n > 0 ? before : undefined), ok: 1 }
  }
  if (body.update === undefined)
    throw failedToParse('Either an update or remove=true must be specified')
  const statement = { ...body, q: filter, u: body.update, multi: false }
  const change = changeOf(statement, milliseconds)
  const changed = await engine.store.write(() => applyChange(engine, db, name, change))
  const upserted = 'upsertedId' in changed
  const value = flagArg(body, 'new') ? changed.after : upserted ? undefined : changed.before
  const lastErrorObject: Doc = {
    n: upserted ? 1 : changed.matched,
    updatedExisting: changed.matched > 0,
  }
  if (upserted) lastErrorObject.upserted = changed.upsertedId
  return { lastErrorObject, value: show(value), ok: 1 }
}
