import { ObjectId } from 'bson'
import { readArguments, required, stopwatch, type Arguments } from './arguments.js'
import { checkSize, parseDoc, startsWithId, toBytes } from './codec.js'
import type { Command, Where } from './commands.js'
import { typeName } from './encode.js'
import { CommandError, insist } from './error.js'
import { recordKey } from './keyspace.js'
import { arrayIndexOf, compileMatch } from './match.js'
import { compileProjection } from './project.js'
import { Query } from './query.js'
import { changeRecord, type Stored } from './records.js'
import type { WriteJob } from './store.js'
import { compileUpdate, upsertSeed } from './update.js'
import { isRegex, operatorsOf, type Doc } from './values.js'

/** A document that is to be inserted, with its bytes where it has any; it gets an `_id`, and first, when it has none. */
export function prepare(given: Doc, bytes?: Buffer): Stored {
  const { _id, ...fields } = '_id' in given ? given : { ...given, _id: new ObjectId() }
  const isRight = _id !== undefined && !Array.isArray(_id) && !isRegex(_id)
  insist(isRight, 53, `The '_id' value cannot be of type ${typeName(_id)}`)
  insist(!operatorsOf(_id), 52, "_id fields may not contain '$'-prefixed fields")
  if (bytes && startsWithId(bytes)) return { bytes: checkSize(bytes), doc: given }
  const doc = { _id, ...fields }
  return { bytes: checkSize(toBytes(doc)), doc }
}

/** What a statement did, and to the first document: as it was and as it became. */
interface Outcome {
  readonly n: number
  readonly nModified: number
  readonly upsertedId?: unknown
  readonly before?: Doc | undefined
  readonly after?: Doc | undefined
}

/** Inserts a document inside a write job. */
function* insertOne({ engine, db, name }: Where, made: Stored): WriteJob<Outcome> {
  changeRecord(engine, engine.catalog.ensure(db, name), undefined, made)
  yield
  return { n: 1, nModified: 0 }
}

/** Applies one statement inside a write job, whole at each pause: an update, or without one (`u`) a delete. */
export function* applyChange(where: Where, statement: Arguments): WriteJob<Outcome> {
  const { u, arrayFilters, multi = false, upsert = false } = statement
  const filter = required(statement.q, 'q')
  compileMatch(filter)
  const update = u === undefined ? undefined : compileUpdate(u, arrayFilters)
  const isRight = !update?.isReplacement || !multi
  insist(isRight, 9, 'multi update is not supported for replacement-style update')
  let [n, nModified] = [0, 0]
  let first: Pick<Outcome, 'before' | 'after'> = {}
  for (const found of eachMatch(where, statement)) {
    if (found) {
      const { collection, current, arrayIndex } = found
      const doc = update?.apply(current.doc, { inserting: false, arrayIndex })
      const next = doc && { doc, bytes: checkSize(toBytes(doc), 17_419) }
      const isSame = next?.bytes.equals(current.bytes) === true
      if (!isSame) changeRecord(where.engine, collection, current, next)
      if (n === 0) first = { before: current.doc, after: doc }
      nModified += isSame ? 0 : 1
      n += 1
    }
    yield
  }
  if (n > 0 || !update || !upsert) return { n, nModified, ...first }
  const made = prepare(update.apply(upsertSeed(filter), { inserting: true }))
  yield* insertOne(where, made)
  return { n: 1, nModified: 0, upsertedId: made.doc._id, after: made.doc }
}

/** Record ids first, then those that still meet the filter: one moved by its own update can't be met twice. */
function* eachMatch({ engine, db, name }: Where, statement: Arguments) {
  const { q: filter = {}, sort, hint, multi = false, maxTimeMS } = statement
  const collection = engine.catalog.find(db, name)
  if (!collection) return
  const query = new Query(engine, collection, { filter, sort, hint, limit: multi ? 0 : 1 })
  const checkTime = stopwatch(maxTimeMS)
  const rids: number[] = []
  for (const row of query.rows()) {
    if (row) rids.push(row.rid)
    checkTime()
    yield undefined
  }
  for (const rid of rids) {
    const bytes = engine.store.get(recordKey(collection.space, rid))
    const doc = bytes && parseDoc(bytes)
    if (!bytes || !doc || !query.test(doc)) continue
    yield { collection, current: { rid, bytes, doc }, arrayIndex: arrayIndexOf(query.test, doc) }
  }
}

/** Does one statement after the other, adds up what they did and answers those that were refused; an ordered list ends at the first. */
function* inTurn<T>(
  list: readonly T[],
  { ordered = true }: Arguments,
  run: (statement: T) => WriteJob<Outcome>,
) {
  const isRight = list.length > 0 && list.length <= 100_000
  insist(isRight, 16, `Write batch sizes must be between 1 and 100000. Got ${list.length}.`)
  let [n, nModified] = [0, 0]
  const [upserted, writeErrors]: [Doc[], Doc[]] = [[], []]
  for (const [index, statement] of list.entries())
    try {
      const done = yield* run(statement)
      n += done.n
      nModified += done.nModified
      if ('upsertedId' in done) upserted.push({ index, _id: done.upsertedId })
    } catch (error) {
      const isRefusal = error instanceof CommandError && error.code !== 73 && error.code !== 91
      if (!isRefusal) throw error
      const { code, extra, message } = error
      writeErrors.push({ index, code, ...extra, errmsg: message })
      if (ordered) break
      yield
    }
  return { n, nModified, upserted, ...(writeErrors.length > 0 && { writeErrors }) }
}

export const writeCommands: Record<string, Command> = {
  async insert(context, given) {
    const docs = context.documents ?? required(given.documents, 'documents').map(toBytes)
    const job = inTurn(docs, given, (bytes) => insertOne(context, prepare(parseDoc(bytes), bytes)))
    const { nModified: _, upserted: _ids, ...reply } = await context.engine.store.write(job)
    return reply
  },
  async update(context, given) {
    const { maxTimeMS } = given
    const job = inTurn(required(given.updates, 'updates'), given, (statement) =>
      applyChange(context, { u: null, ...readArguments(statement), maxTimeMS }),
    )
    const { upserted, ...reply } = await context.engine.store.write(job)
    return { ...reply, ...(upserted.length > 0 && { upserted }) }
  },
  async delete(context, given) {
    const { maxTimeMS } = given
    const job = inTurn(required(given.deletes, 'deletes'), given, (statement) => {
      const { limit, ...removal } = readArguments(statement)
      insist(limit === 0 || limit === 1, 9, 'The limit field in delete objects must be 0 or 1.')
      return applyChange(context, { ...removal, u: undefined, multi: limit === 0, maxTimeMS })
    })
    const { nModified: _, upserted: _ids, ...reply } = await context.engine.store.write(job)
    return reply
  },
  async findAndModify(context, given) {
    const { query: q = {}, update: u, upsert, remove = false, new: isNew = false } = given
    const show = compileProjection(given.fields)?.ofDoc ?? ((doc: Doc) => doc)
    const isRight = remove ? u === undefined && !isNew && !upsert : u !== undefined
    insist(isRight, 9, "Either 'remove' alone or 'update' must be specified")
    const job = applyChange(context, { ...given, q, u, multi: false })
    const { n, before, after, ...done } = await context.engine.store.write(job)
    const isUpserted = 'upsertedId' in done
    const updated = !remove && { updatedExisting: n > 0 && !isUpserted }
    const lastErrorObject = { n, ...updated, ...(isUpserted && { upserted: done.upsertedId }) }
    const shown = isNew ? after : before
    return { lastErrorObject, value: shown ? show(shown) : null }
  },
}
