import { readArguments, required, type Arguments } from './arguments.js'
import { toBytes } from './codec.js'
import type { Command } from './commands.js'
import { CommandError, insist } from './error.js'
import { compileMatch } from './match.js'
import { applyChange, prepare, type Change } from './modify.js'
import { compileProjection } from './project.js'
import { changeRecord } from './records.js'
import type { WriteJob } from './store.js'
import { asDoc, type Doc } from './values.js'

/** Does one statement after the other and answers those that were refused; an ordered list ends at the first. */
function* eachStatement<T>(
  list: readonly T[],
  { ordered = true }: Arguments,
  run: (statement: T, index: number) => WriteJob<unknown> | undefined,
): WriteJob<Doc> {
  const isRight = list.length > 0 && list.length <= 100_000
  insist(isRight, 16, `Write batch sizes must be between 1 and 100000. Got ${list.length}.`)
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
      if (ordered) break
    }
    yield
  }
  return writeErrors.length > 0 ? { writeErrors } : {}
}

/** What a statement looks for, checked. */
function removalOf(statement: Arguments, { maxTimeMS }: Arguments, multi: boolean): Change {
  const { q: filter = {}, sort, hint } = statement
  compileMatch(filter)
  return { filter, sort, multi, hint, milliseconds: maxTimeMS ?? Infinity }
}

function changeOf(statement: Arguments, given: Arguments): Change {
  const { u, arrayFilters, multi = false, upsert = false } = statement
  const update = Array.isArray(u) ? (u as Doc[]) : asDoc(u)
  insist(update, 9, 'Update argument must be either an object or an array')
  return { ...removalOf(statement, given, multi), update, arrayFilters, upsert }
}

export const writeCommands: Record<string, Command> = {
  async insert({ engine, db, name, documents }, given) {
    const docs = documents ?? required(given.documents, 'documents').map(toBytes)
    let n = 0
    const job = eachStatement(docs, given, (bytes) => {
      const prepared = prepare(bytes)
      changeRecord(engine, engine.catalog.ensure(db, name), undefined, prepared)
      n += 1
      return undefined
    })
    const rest = await engine.store.write(job)
    return { n, ...rest }
  },
  async update(context, given) {
    const upserted: Doc[] = []
    let [n, nModified] = [0, 0]
    const list = required(given.updates, 'updates')
    const job = eachStatement(list, given, function* (statement, index) {
      const change = changeOf(readArguments(statement), given)
      const { matched, modified, ...changed } = yield* applyChange(context, change)
      n += 'upsertedId' in changed ? 1 : matched
      nModified += modified
      if ('upsertedId' in changed) upserted.push({ index, _id: changed.upsertedId })
    })
    const rest = await context.engine.store.write(job)
    return { n, nModified, ...(upserted.length > 0 && { upserted }), ...rest }
  },
  async delete(context, given) {
    let n = 0
    const list = required(given.deletes, 'deletes')
    const job = eachStatement(list, given, function* (statement) {
      const { limit, ...removal } = readArguments(statement)
      insist(limit === 0 || limit === 1, 9, 'The limit field in delete objects must be 0 or 1.')
      n += (yield* applyChange(context, removalOf(removal, given, limit === 0))).matched
    })
    const rest = await context.engine.store.write(job)
    return { n, ...rest }
  },
  async findAndModify(context, given) {
    const { query: q = {}, update: u, upsert, remove, new: isNew = false } = given
    const fields = compileProjection(given.fields)?.ofDoc
    const show = (doc: Doc | undefined) => (doc && fields ? fields(doc) : (doc ?? null))
    const statement = { ...given, q, u, multi: false }
    if (remove) {
      const isPlain = u === undefined && !isNew && !upsert
      insist(isPlain, 9, "Cannot specify 'remove' together with 'update', 'new' or 'upsert'")
      const job = applyChange(context, removalOf(statement, given, false))
      const { matched: n, before } = await context.engine.store.write(job)
      return { lastErrorObject: { n }, value: show(before) }
    }
    insist(u !== undefined, 9, 'Either an update or remove=true must be specified')
    const job = applyChange(context, changeOf(statement, given))
    const { matched: n, before, after, ...changed } = await context.engine.store.write(job)
    const lastErrorObject =
      'upsertedId' in changed
        ? { n: 1, updatedExisting: false, upserted: changed.upsertedId }
        : { n, updatedExisting: n > 0 }
    return { lastErrorObject, value: show(isNew ? after : before) }
  },
}
