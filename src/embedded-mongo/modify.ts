import { ObjectId } from 'bson'
import { stopwatch, type Arguments } from './arguments.js'
import { checkSize, parseDoc, startsWithId, toBytes } from './codec.js'
import type { Context } from './commands.js'
import { typeName } from './encode.js'
import { insist } from './error.js'
import { recordKey } from './keyspace.js'
import { compileMatch } from './match.js'
import { Query } from './query.js'
import { changeRecord, type Stored } from './records.js'
import type { WriteJob } from './store.js'
import { compileUpdate, upsertSeed } from './update.js'
import { isRegex, type Doc } from './values.js'

/** A document that is to be inserted, with its bytes where it has any; it gets an `_id`, and first, when it has none. */
export function prepare(given: Doc, bytes?: Buffer): Stored {
  const { _id = new ObjectId(), ...fields } = given
  const isRight = !Array.isArray(_id) && !isRegex(_id)
  insist(isRight, 53, `The '_id' value cannot be of type ${typeName(_id)}`)
  if (bytes && startsWithId(bytes)) return { bytes: checkSize(bytes), doc: given }
  const doc = { _id, ...fields }
  return { bytes: checkSize(toBytes(doc)), doc }
}

/** The collection a statement works on, which may not exist yet. */
type Where = Pick<Context, 'engine' | 'db' | 'name'>

/** What a statement did, and to the first document: as it was and as it became. */
export interface Outcome {
  readonly n: number
  readonly nModified: number
  readonly upsertedId?: unknown
  readonly before?: Doc | undefined
  readonly after?: Doc | undefined
}

/** Inserts a document inside a write job. */
export function* insertOne({ engine, db, name }: Where, made: Stored): WriteJob<Outcome> {
  changeRecord(engine, engine.catalog.ensure(db, name), undefined, made)
  yield
  return { n: 1, nModified: 0 }
}

/** Applies one statement inside a write job, whole at each pause: an update, or without one (`u`) a delete. */
export function* applyChange(where: Where, statement: Arguments): WriteJob<Outcome> {
  const { q: filter = {}, u, arrayFilters, multi = false, upsert = false } = statement
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
    if (!bytes || !doc || !query.matcher.test(doc)) continue
    yield { collection, current: { rid, bytes, doc }, arrayIndex: query.matcher.arrayIndex(doc) }
  }
}
