import { BSONRegExp, ObjectId } from 'bson'
import { stopwatch } from './arguments.js'
import type { Collection } from './catalog.js'
import { MAX_DOCUMENT, parseDoc, startsWithId, toStoredBytes } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError, located } from './error.js'
import { Query } from './query.js'
import type { WriteJob } from './store.js'
import { compileUpdate, upsertSeed } from './update.js'
import { setField, valuesEqual, type Doc } from './values.js'

/** A document ready to be stored: `_id` present and first. */
interface Prepared {
  readonly bytes: Buffer
  readonly doc: Doc
}

/** Reads a document that is to be inserted; gives it an `_id` when it has none. */
export function prepare(bytes: Buffer): Prepared {
  if (bytes.length > MAX_DOCUMENT)
    throw new CommandError(
      10334,
      'BSONObjectTooLarge',
      `object to insert too large. size in bytes: ${bytes.length}`,
    )
  const doc = parseDoc(bytes)
  if (startsWithId(bytes)) {
    checkId(doc._id)
    return { bytes, doc }
  }
  return prepareDoc(doc)
}

/** The same for a document that exists only in memory. */
export function prepareDoc(doc: Doc): Prepared {
  const whole: Doc = { _id: doc._id === undefined ? new ObjectId() : doc._id }
  checkId(whole._id)
  for (const [name, value] of Object.entries(doc)) if (name !== '_id') setField(whole, name, value)
  return { bytes: toStoredBytes(whole), doc: whole }
}

function checkId(id: unknown): void {
  const kind = Array.isArray(id)
    ? 'array'
    : id instanceof BSONRegExp
      ? 'regex'
      : id === undefined
        ? 'undefined'
        : undefined
  if (kind)
    throw new CommandError(53, 'InvalidIdField', `The '_id' value cannot be of type ${kind}`)
}

/** One update statement after parsing: see `updateStatement`. */
export interface Change {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly update: Doc | Doc[]
  readonly arrayFilters?: Doc[] | undefined
  readonly multi: boolean
  readonly upsert: boolean
  readonly hint?: unknown
  readonly milliseconds: number
}

export interface Changed {
  matched: number
  modified: number
  upsertedId?: unknown
  before?: Doc
  after?: Doc
}

/** Applies one statement inside a write job; every document is whole at each pause. */
export function* applyChange(
  engine: Engine,
  db: string,
  name: string,
  change: Change,
): WriteJob<Changed> {
  const options = change.arrayFilters ? { arrayFilters: change.arrayFilters } : {}
  const update = compileUpdate(change.update, options)
  if (update.isReplacement && change.multi)
    throw new CommandError(
      9,
      'FailedToParse',
      'multi update is not supported for replacement-style update',
    )
  const result: Changed = { matched: 0, modified: 0 }
  const collection = engine.catalog.find(db, name)
  if (collection) {
    const query = new Query(engine, collection, { ...change, limit: change.multi ? 0 : 1 })
    for (const rid of yield* collect(query, change.milliseconds)) {
      const now = new Date()
      changeOne(engine, collection, rid, query, update, now, result)
      yield
    }
  }
  if (result.matched > 0 || !change.upsert) return result
  const target = engine.catalog.ensure(db, name)
  const context = { inserting: true, now: new Date() }
  const made = prepareDoc(update.apply(upsertSeed(change.filter), context))
  engine.records.insert(target, made.bytes, made.doc)
  return { ...result, upsertedId: made.doc._id, after: made.doc }
}

/** Record ids first, changes after: a document moved by its own update can't be met twice. */
function* collect(query: Query, milliseconds: number): WriteJob<number[]> {
  const check = stopwatch(milliseconds)
  const rids: number[] = []
  let steps = 0
  for (const row of query.rows()) {
    if (row) rids.push(row.rid)
    steps += 1
    if ((steps & 255) !== 0) continue
    check()
    query.walk.park()
    yield
  }
  query.walk.park()
  return rids
}

function changeOne(
  engine: Engine,
  collection: Collection,
  rid: number,
  query: Query,
  update: ReturnType<typeof compileUpdate>,
  now: Date,
  result: Changed,
): void {
  const bytes = engine.records.read(collection, rid)
  if (!bytes || collection.dropped) return
  const before = parseDoc(bytes)
  if (!query.matcher.test(before)) return
  const arrayIndex = query.matcher.arrayIndex(before)
  const context = { inserting: false, now, ...(arrayIndex === undefined ? {} : { arrayIndex }) }
  const after = withId(update.apply(parseDoc(bytes), context), before._id)
  const next = toStoredBytes(after)
  result.matched += 1
  result.before ??= before
  result.after ??= after
  if (next.equals(bytes)) return
  engine.records.replace(collection, rid, before, bytes.length, next, after)
  result.modified += 1
}

/** `_id` stays what it is and stays first. */
function withId(doc: Doc, id: unknown): Doc {
  if ('_id' in doc && !valuesEqual(doc._id, id))
    throw new CommandError(
      66,
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    )
  if (Object.keys(doc)[0] === '_id') return doc
  const whole: Doc = { _id: id }
  for (const [name, value] of Object.entries(doc)) if (name !== '_id') setField(whole, name, value)
  return whole
}

/** Deletes the first or all documents that meet a filter; answers the last one deleted. */
export function* applyDelete(
  engine: Engine,
  db: string,
  name: string,
  change: Pick<Change, 'filter' | 'sort' | 'multi' | 'hint' | 'milliseconds'>,
): WriteJob<{ n: number; before?: Doc }> {
  const collection = engine.catalog.find(db, name)
  let n = 0
  let gone: Doc | undefined
  if (!collection) return { n }
  const query = new Query(engine, collection, { ...change, limit: change.multi ? 0 : 1 })
  for (const rid of yield* collect(query, change.milliseconds)) {
    const bytes = engine.records.read(collection, rid)
    if (!bytes || collection.dropped) continue
    gone = parseDoc(bytes)
    if (!query.matcher.test(gone)) continue
    engine.records.remove(collection, rid, gone, bytes.length)
    n += 1
    yield
  }
  return gone ? { n, before: gone } : { n }
}

/** Refuses what a standalone server can't do: no replica acknowledges and no transaction runs. */
export function checkWriteOptions(body: Doc): void {
  const concern = body.writeConcern as Doc | undefined
  const w = concern?.w
  if (w !== undefined && w !== 'majority' && Number(w) > 1)
    throw new CommandError(2, 'BadValue', "cannot use 'w' > 1 when a host is not replicated")
  if (
    body.bypassDocumentValidation !== undefined &&
    typeof body.bypassDocumentValidation !== 'boolean'
  )
    throw located(14, 'bypassDocumentValidation must be a bool')
}
