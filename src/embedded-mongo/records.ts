import { EJSON } from 'bson'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError, insist } from './error.js'
import type { Index } from './index-spec.js'
import { indexKeys, valuesOf, type IndexKeys } from './keys.js'
import { recordKey, ridAtEnd, spaceKey, wholeSpace, withRid } from './keyspace.js'
import type { WriteJob } from './store.js'
import type { Doc } from './values.js'

type Place = Pick<Engine, 'store' | 'catalog'>

/** A document as it is stored: its bytes and what they say. */
export interface Stored {
  readonly bytes: Buffer
  readonly doc: Doc
}

const EMPTY = Buffer.alloc(0)
const NO_KEYS: IndexKeys = { keys: [], arrayPaths: [], allMissing: true, cut: false }

/** The keys (without record id) a document has in an index; none when sparse or partial leaves it out. */
export function entriesOf(index: Index, doc: Doc | undefined): IndexKeys {
  if (!doc || (index.partial && !index.partial.matcher.test(doc))) return NO_KEYS
  const found = indexKeys(doc, index.fields)
  if (index.sparse && found.allMissing) return NO_KEYS
  return { ...found, keys: found.keys.map((key) => spaceKey(index.space, key)) }
}

/** Whether an index leads from this key (without record id) to this document. */
export function isEntered(
  { store }: Pick<Place, 'store'>,
  index: Index,
  key: Buffer,
  rid: number,
): boolean {
  const value = store.glance(index.unique ? key : withRid(key, rid))
  return value !== undefined && (!index.unique || ridAtEnd(value) === rid)
}

/**
 * Inside a write job: adds a document, replaces one or, without `next`, removes it, in the collection and in all of its
 * indexes. A duplicate key is refused before anything is written.
 */
export function changeRecord(
  engine: Place,
  collection: Collection,
  before: (Stored & { readonly rid: number }) | undefined,
  next: Stored | undefined,
): void {
  const { store, catalog } = engine
  const { nextRid, space, indexes } = collection
  const rid = before?.rid ?? nextRid
  const changes = indexes.map((index) => {
    const { keys: old } = entriesOf(index, before?.doc)
    const wanted = entriesOf(index, next?.doc)
    const isFresh = (key: Buffer) => !old.some((had) => had.equals(key))
    const fresh = before ? wanted.keys.filter(isFresh) : wanted.keys
    const gone = old.filter((key) => !wanted.keys.some((kept) => kept.equals(key)))
    if (next) checkUnique(engine, collection, index, fresh, rid, next.doc)
    return { index, gone, wanted: { ...wanted, keys: fresh } }
  })
  for (const { index, gone, wanted } of changes) {
    for (const key of gone)
      if (isEntered(engine, index, key, rid)) store.remove(index.unique ? key : withRid(key, rid))
    enter(engine, collection, index, wanted, rid)
  }
  if (next) store.put(recordKey(space, rid), next.bytes)
  else store.remove(recordKey(space, rid))
  if (!before) collection.nextRid = rid + 1
  const count = (next ? 1 : 0) - (before ? 1 : 0)
  const bytes = (next?.bytes.length ?? 0) - (before?.bytes.length ?? 0)
  if (count === 0 && bytes === 0) return
  catalog.touch(collection)
  collection.count += count
  collection.bytes += bytes
}

/** Notes as well that an index now holds arrays or cut keys, which limits what the planner may use it for. */
function enter(
  { store, catalog }: Place,
  collection: Collection,
  index: Index,
  { keys, arrayPaths, cut }: IndexKeys,
  rid: number,
): void {
  for (const key of keys)
    if (index.unique) store.put(key, withRid(EMPTY, rid))
    else store.put(withRid(key, rid), EMPTY)
  const isKnown = arrayPaths.every((path) => index.arrayPaths.has(path))
  if (isKnown && (index.longKeys || !cut)) return
  for (const path of arrayPaths) index.arrayPaths.add(path)
  index.longKeys ||= cut
  catalog.save(collection)
}

function checkUnique(
  { store }: Place,
  collection: Collection,
  index: Index,
  keys: readonly Buffer[],
  rid: number,
  doc: Doc,
): void {
  if (!index.unique) return
  for (const key of keys) {
    const owner = store.glance(key)
    if (owner && ridAtEnd(owner) !== rid) throw duplicateKey(collection, index, key, doc)
  }
}

/** E11000 with the key as MongoDB reports it; of an array the element that collided. */
function duplicateKey(
  { namespace }: Collection,
  { name, spec, fields }: Index,
  key: Buffer,
  doc: Doc,
): CommandError {
  const values = valuesOf(doc, fields, key.subarray(4))
  const keyValue = Object.fromEntries(fields.map(({ path }, at) => [path, values[at]]))
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${EJSON.stringify(value, { relaxed: true })}`)
    .join(', ')
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${shown} }`,
    { keyPattern: spec.key, keyValue },
  )
}

/**
 * Fills new indexes of a collection in as many transactions as it takes, while others read and write. A refusal takes them
 * back; when the database stops amid it, its next start does.
 */
export function* buildIndexes(
  engine: Place,
  collection: Collection,
  made: readonly Index[],
  checkTime: () => void,
): WriteJob<void> {
  const { store, catalog } = engine
  const checkPresent = () =>
    insist(
      made.every((one) => collection.indexes.includes(one)),
      276,
      'the index was dropped',
    )
  for (const index of made) index.building = true
  catalog.setIndexes(collection, [...collection.indexes, ...made])
  yield
  try {
    let last: Buffer | undefined
    do {
      const keys: Buffer[] = store.keys(wholeSpace(collection.space), 500, { last })
      for (const key of keys) {
        checkTime()
        checkPresent()
        const bytes = store.get(key)
        if (bytes) for (const index of made) fill(engine, collection, index, key, parseDoc(bytes))
        yield
      }
      last = keys.at(-1)
    } while (last)
    checkPresent()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const others = collection.indexes.filter((index) => !made.includes(index))
    if (!collection.dropped) catalog.setIndexes(collection, others)
    yield
    throw error
  }
  for (const index of made) index.building = false
  catalog.save(collection)
}

function fill(engine: Place, collection: Collection, index: Index, key: Buffer, doc: Doc): void {
  const entries = entriesOf(index, doc)
  checkUnique(engine, collection, index, entries.keys, ridAtEnd(key), doc)
  enter(engine, collection, index, entries, ridAtEnd(key))
}
