import {
  checkCollation,
  collectionArg,
  docArg,
  docsArg,
  flagArg,
  numberArg,
  timeArg,
} from './arguments.js'
import { parseDoc, toBytes } from './codec.js'
import type { Command } from './commands.js'
import { CommandError, insist } from './error.js'
import { compileMatch } from './match.js'
import { applyChange, applyDelete, prepare, type Change, type Removal } from './modify.js'
import { compileProjection } from './project.js'
import type { WriteJob } from './store.js'
import type { Request } from './wire.js'
import { asDoc, type Doc } from './values.js'

/** Statements come in the body or beside it; refuses what only a replica set can promise. */
function statementsOf<T>(
  body: Doc,
  given: readonly T[] | undefined,
  read: () => T[],
): readonly T[] {
  checkWriteConcern(body)
  const list = given ?? read()
  const isRight = list.length > 0 && list.length <= 100_000
  insist(isRight, 16, `Write batch sizes must be between 1 and 100000. Got ${list.length}.`)
  return list
}

function checkWriteConcern(body: Doc): void {
  const w = asDoc(body.writeConcern)?.w
  const isAlone = w === undefined || w === 'majority' || Number(w) <= 1
  insist(isAlone, 2, "cannot use 'w' > 1 when a host is not replicated")
  const { bypassDocumentValidation: bypass = false } = body
  insist(typeof bypass === 'boolean', 14, 'bypassDocumentValidation must be a bool')
}

/** Does one statement after the other and answers those that were refused; an ordered list ends at the first. */
function* eachStatement<T>(
  body: Doc,
  list: readonly T[],
  run: (statement: T, index: number) => WriteJob<void> | undefined,
): WriteJob<Doc> {
  const writeErrors: Doc[] = []
  for (const [index, statement] of list.entries()) {
    try {
      const job = run(statement, index)
      if (job) yield* job
    } catch (error) {
      const isRefusal = error instanceof CommandError && error.code !== 73 && error.code !== 91
      if (!isRefusal) throw error
      const { code, extra, message } = error
      writeErrors.push({ index, code, ...extra, errmsg: message })
      if (body.ordered !== false) break
    }
    yield
  }
  return writeErrors.length > 0 ? { writeErrors, ok: 1 } : { ok: 1 }
}

export const insert: Command = async ({ engine, db }, body, request) => {
  const name = collectionArg(body)
  const given = request.sequences.get('documents')
  const docs = statementsOf(body, given, () => docsArg(body, 'documents').map(toBytes))
  let n = 0
  const rest = await engine.store.write(() =>
    eachStatement(body, docs, (bytes) => {
      const prepared = prepare(bytes)
      engine.records.insert(engine.catalog.ensure(db, name), prepared.bytes, prepared.doc)
      n += 1
      return undefined
    }),
  )
  return { n, ...rest }
}

const statementDocs = (body: Doc, { sequences }: Request, name: string) =>
  statementsOf(body, sequences.get(name)?.map(parseDoc), () => docsArg(body, name))

export const update: Command = async ({ engine, db }, body, request) => {
  const name = collectionArg(body)
  const list = statementDocs(body, request, 'updates')
  const milliseconds = timeArg(body)
  const upserted: Doc[] = []
  let n = 0
  let nModified = 0
  function* run(statement: Doc, index: number): WriteJob<void> {
    const changed = yield* applyChange(engine, db, name, changeOf(statement, milliseconds))
    n += changed.matched
    nModified += changed.modified
    if (!('upsertedId' in changed)) return
    n += 1
    upserted.push({ index, _id: changed.upsertedId })
  }
  const rest = await engine.store.write(() => eachStatement(body, list, run))
  return { n, nModified, ...(upserted.length > 0 && { upserted }), ...rest }
}

/** What a statement looks for, checked. */
function removalOf(statement: Doc, multi: boolean, milliseconds: number): Removal {
  checkCollation(statement)
  const filter = docArg(statement, 'q') ?? {}
  compileMatch(filter)
  const sort = docArg(statement, 'sort')
  return { filter, sort, multi, hint: statement.hint ?? undefined, milliseconds }
}

function changeOf(statement: Doc, milliseconds: number): Change {
  const { u } = statement
  const update = Array.isArray(u) ? (u as Doc[]) : asDoc(u)
  insist(update, 9, 'Update argument must be either an object or an array')
  return {
    ...removalOf(statement, flagArg(statement, 'multi'), milliseconds),
    update,
    arrayFilters: statement.arrayFilters ? docsArg(statement, 'arrayFilters') : undefined,
    upsert: flagArg(statement, 'upsert'),
  }
}

export const remove: Command = async ({ engine, db }, body, request) => {
  const name = collectionArg(body)
  const list = statementDocs(body, request, 'deletes')
  const milliseconds = timeArg(body)
  let n = 0
  function* run(statement: Doc): WriteJob<void> {
    const limit = numberArg(statement, 'limit')
    insist(limit === 0 || limit === 1, 9, 'The limit field in delete objects must be 0 or 1.')
    n += (yield* applyDelete(engine, db, name, removalOf(statement, limit === 0, milliseconds))).n
  }
  const rest = await engine.store.write(() => eachStatement(body, list, run))
  return { n, ...rest }
}

export const findAndModify: Command = async ({ engine, db }, body) => {
  const name = collectionArg(body)
  checkWriteConcern(body)
  const { query: q, update: u } = body
  const statement = { ...body, q, u, multi: false }
  const fields = compileProjection(docArg(body, 'fields'), docArg(body, 'query'))?.ofDoc
  const show = (doc: Doc | undefined) => (doc && fields ? fields(doc) : (doc ?? null))
  if (flagArg(body, 'remove')) {
    const isPlain = u === undefined && !flagArg(body, 'new') && !flagArg(body, 'upsert')
    insist(isPlain, 9, "Cannot specify 'remove' together with 'update', 'new' or 'upsert'")
    const removal = removalOf(statement, false, timeArg(body))
    const { n, before } = await engine.store.write(() => applyDelete(engine, db, name, removal))
    return { lastErrorObject: { n }, value: show(before), ok: 1 }
  }
  insist(u !== undefined, 9, 'Either an update or remove=true must be specified')
  const change = changeOf(statement, timeArg(body))
  const changed = await engine.store.write(() => applyChange(engine, db, name, change))
  const value = flagArg(body, 'new') ? changed.after : changed.before
  const lastErrorObject =
    'upsertedId' in changed
      ? { n: 1, updatedExisting: false, upserted: changed.upsertedId }
      : { n: changed.matched, updatedExisting: changed.matched > 0 }
  return { lastErrorObject, value: show(value), ok: 1 }
}
