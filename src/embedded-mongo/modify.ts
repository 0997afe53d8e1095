import { ObjectId } from 'bson'
import { stopwatch } from './arguments.js'
import { checkSize, parseDoc, startsWithId, toBytes } from './codec.js'
import type { Context } from './commands.js'
import { typeName } from './encode.js'
import { insist } from './error.js'
import { recordKey } from './keyspace.js'
import { Query } from './query.js'
import { changeRecord, type Stored } from './records.js'
import { compileUpdate, upsertSeed } from './update.js'
import { isRegex, type Doc } from './values.js'

/** Reads a document that is to be inserted; gives it an `_id`, and first, when it has none. */
export function prepare(bytes: Buffer): Stored {
  checkSize(bytes)
  const doc = parseDoc(bytes)
  if (!startsWithId(bytes)) return prepareDoc(doc)
  checkId(doc._id)
  return { bytes, doc }
}

/** The same for a document that exists only in memory. */
export function prepareDoc({ _id = new ObjectId(), ...fields }: Doc): Stored {
  checkId(_id)
  const doc = { _id, ...fields }
  return { bytes: checkSize(toBytes(doc)), doc }
}

function checkId(id: unknown): void {
  const isRight = id !== undefined && !Array.isArray(id) && !isRegex(id)
  insist(isRight, 53, `The '_id' value cannot be of type ${typeName(id)}`)
}

/** A statement, after parsing: what it does to the first (or, `multi`, all) documents that meet the filter. */
export interface Change {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly multi: boolean
  readonly hint?: unknown
  readonly milliseconds: number
  /** Without one the documents are deleted. */
  readonly update?: Doc | Doc[]
  readonly arrayFilters?: Doc[] | undefined
  readonly upsert?: boolean
}

/** The collection a statement works on, which may not exist yet. */
type Where = Pick<Context, 'engine' | 'db' | 'name'>

/** Applies one statement inside a write job, whole at each pause; answers the first document as it was and as it became. */
export function* applyChange(where: Where, change: Change) {
  const { engine, db, name } = where
  const update = change.update && compileUpdate(change.update, change.arrayFilters)
  const isRight = !update?.isReplacement || !change.multi
  insist(isRight, 9, 'multi update is not supported for replacement-style update')
  let matched = 0
  let modified = 0
  let first: { before: Doc; after: Doc | undefined } | undefined
  for (const found of eachMatch(where, change)) {
    if (found) {
      const { collection, current, arrayIndex } = found
      const doc = update?.apply(current.doc, { inserting: false, arrayIndex })
      const next = doc && { doc, bytes: checkSize(toBytes(doc), 17_419) }
      matched += 1
      first ??= { before: current.doc, after: doc }
      const isSame = next?.bytes.equals(current.bytes)
      if (!isSame) changeRecord(engine, collection, current, next)
      if (!isSame) modified += 1
    }
    yield
  }
  if (matched > 0 || !update || !change.upsert) return { matched, modified, ...first }
  const made = prepareDoc(update.apply(upsertSeed(change.filter), { inserting: true }))
  changeRecord(engine, engine.catalog.ensure(db, name), undefined, made)
  return { matched, modified, upsertedId: made.doc._id, before: undefined, after: made.doc }
}

/** Record ids first, then those that still meet the filter: one moved by its own update can't be met twice. */
function* eachMatch({ engine, db, name }: Where, asked: Change) {
  const collection = engine.catalog.find(db, name)
  if (!collection) return
  const query = new Query(engine, collection, { ...asked, limit: asked.multi ? 0 : 1 })
  const check = stopwatch(asked.milliseconds)
  const rids: number[] = []
  let steps = 0
  for (const row of query.rows()) {
    if (row) rids.push(row.rid)
    if (row && !asked.multi) break
    steps += 1
    if ((steps & 255) !== 0) continue
    check()
    yield undefined
  }
  for (const rid of rids) {
    if (collection.dropped) return
    const bytes = engine.store.get(recordKey(collection.space, rid))
    const doc = bytes && parseDoc(bytes)
    if (!bytes || !doc || !query.matcher.test(doc)) continue
    yield { collection, current: { rid, bytes, doc }, arrayIndex: query.matcher.arrayIndex(doc) }
  }
}
