import { ObjectId } from 'bson'
import { stopwatch } from './arguments.js'
import type { Collection } from './catalog.js'
import { checkSize, parseDoc, startsWithId, toBytes } from './codec.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import { recordKey } from './keyspace.js'
import { Query } from './query.js'
import { changeRecord, type Stored } from './records.js'
import type { WriteJob } from './store.js'
import { compileUpdate, upsertSeed } from './update.js'
import { isRegex, typeName, type Doc } from './values.js'

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

/** A delete, after parsing: all documents that meet the filter (`multi`), or the first. */
export interface Removal {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly multi: boolean
  readonly hint?: unknown
  readonly milliseconds: number
}

/** An update statement, after parsing. */
export interface Change extends Removal {
  readonly update: Doc | Doc[]
  readonly arrayFilters?: Doc[] | undefined
  readonly upsert: boolean
}

interface Changed {
  readonly matched: number
  readonly modified: number
  readonly upsertedId?: unknown
  /** The first document it changed, as it was and as it became. */
  readonly before?: Doc | undefined
  readonly after?: Doc | undefined
}

/** Applies one statement inside a write job; every document is whole at each pause. */
export function* applyChange(
  engine: Engine,
  db: string,
  name: string,
  change: Change,
): WriteJob<Changed> {
  const { multi, upsert, filter, arrayFilters } = change
  const update = compileUpdate(change.update, { arrayFilters })
  const isRight = !update.isReplacement || !multi
  insist(isRight, 9, 'multi update is not supported for replacement-style update')
  let matched = 0
  let modified = 0
  let first: { before: Doc; after: Doc } | undefined
  const found = yield* matching(engine, db, name, change)
  for (const rid of found?.rids ?? []) {
    const current = currentOf(engine, found, rid)
    if (!current) continue
    const { collection, bytes, doc: before, arrayIndex } = current
    const after = update.apply(before, { inserting: false, arrayIndex })
    const next = checkSize(toBytes(after), 17_419)
    matched += 1
    first ??= { before, after }
    if (!next.equals(bytes)) {
      changeRecord(engine, collection, current, { bytes: next, doc: after })
      modified += 1
    }
    yield
  }
  if (matched > 0 || !upsert) return { matched, modified, ...first }
  const made = prepareDoc(update.apply(upsertSeed(filter), { inserting: true }))
  changeRecord(engine, engine.catalog.ensure(db, name), undefined, made)
  return { matched, modified, upsertedId: made.doc._id, after: made.doc }
}

interface Matching {
  readonly query: Query
  readonly collection: Collection
  readonly rids: readonly number[]
}

/** Record ids first, changes after: a document moved by its own update can't be met twice. */
function* matching(
  engine: Engine,
  db: string,
  name: string,
  asked: Removal,
): WriteJob<Matching | undefined> {
  const collection = engine.catalog.find(db, name)
  if (!collection) return undefined
  const query = new Query(engine, collection, { ...asked, limit: asked.multi ? 0 : 1 })
  const check = stopwatch(asked.milliseconds)
  const rids: number[] = []
  let steps = 0
  for (const row of query.rows()) {
    if (row) rids.push(row.rid)
    steps += 1
    if ((steps & 255) !== 0) continue
    check()
    yield
  }
  return { query, collection, rids }
}

/** The document as it is now, when it still meets the filter. */
function currentOf(engine: Engine, found: Matching | undefined, rid: number) {
  if (!found || found.collection.dropped) return undefined
  const { collection, query } = found
  const bytes = engine.store.get(recordKey(collection.space, rid))
  if (!bytes) return undefined
  const doc = parseDoc(bytes)
  if (!query.matcher.test(doc)) return undefined
  return { collection, rid, bytes, doc, arrayIndex: query.matcher.arrayIndex(doc) }
}

/** Deletes the first or all documents that meet a filter; answers the last one deleted. */
export function* applyDelete(
  engine: Engine,
  db: string,
  name: string,
  removal: Removal,
): WriteJob<{ n: number; before: Doc | undefined }> {
  let n = 0
  let before: Doc | undefined
  const found = yield* matching(engine, db, name, removal)
  for (const rid of found?.rids ?? []) {
    const current = currentOf(engine, found, rid)
    if (!current) continue
    before = current.doc
    changeRecord(engine, current.collection, current, undefined)
    n += 1
    yield
  }
  return { n, before }
}
