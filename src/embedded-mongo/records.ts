import { EJSON } from 'bson'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError, insist } from './error.js'
import type { Index } from './index-spec.js'
import { indexKeys, valuesOf } from './keys.js'
import { recordKey, ridAtEnd, spaceKey, wholeSpace, withRid } from './keyspace.js'
import type { WriteJob } from './store.js'
import type { Doc } from './values.js'

interface Place extends Pick<Engine, 'store' | 'catalog'> {
  readonly collection: Collection
}

/** A document as it is stored: its bytes and what they say; `rid` when it is there already. */
export interface Stored {
  readonly bytes: Buffer
  readonly doc: Doc
  readonly rid?: number
}

interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

/** What a document has in an index, as it stands in the file, and what that says about the index. */
interface Entries {
  readonly entries: readonly Entry[]
  readonly arrayPaths: readonly string[]
  readonly cut: boolean
}

const EMPTY = Buffer.alloc(0)
const NONE: Entries = { entries: [], arrayPaths: [], cut: false }

/** A function of document and index alone; nothing when there is no document, or sparse or partial leaves it out. */
export function entriesOf(index: Index, doc: Doc | undefined, rid: number): Entries {
  if (!doc || (index.partial && !index.partial.matcher.test(doc))) return NONE
  const { keys, arrayPaths, allMissing, cut } = indexKeys(doc, index.fields)
  if (index.sparse && allMissing) return NONE
  const entries = keys.map((values) => {
    const key = spaceKey(index.space, values)
    if (index.unique) return { key, value: withRid(EMPTY, rid) }
    return { key: withRid(key, rid), value: EMPTY }
  })
  return { entries, arrayPaths, cut }
}

const without = (some: readonly Entry[], others: readonly Entry[]) =>
  others.length === 0 ? some : some.filter(({ key }) => !others.some((one) => one.key.equals(key)))

/** Adds a document, replaces or (without `next`) removes it, in all indexes too. A duplicate key is refused before any write. */
export function changeRecord(
  { store, catalog }: Pick<Engine, 'store' | 'catalog'>,
  collection: Collection,
  before: Stored | undefined,
  next: Stored | undefined,
): void {
  const place = { store, catalog, collection }
  const rid = before?.rid ?? collection.nextRid
  const changes = collection.indexes.map((index) => {
    const { entries: old } = entriesOf(index, before?.doc, rid)
    const wanted = entriesOf(index, next?.doc, rid)
    const fresh = { ...wanted, entries: without(wanted.entries, old) }
    if (next) checkUnique(place, index, fresh, next.doc)
    return { index, gone: without(old, wanted.entries), fresh }
  })
  for (const { index, gone, fresh } of changes) {
    // While it is built an index need not know the document yet, and may have its key from another one.
    for (const { key, value } of gone) if (store.holds(key, value)) store.remove(key)
    enter(place, index, fresh)
  }
  if (next) store.put(recordKey(collection.space, rid), next.bytes)
  else store.remove(recordKey(collection.space, rid))
  collection.nextRid = Math.max(collection.nextRid, rid + 1)
  collection.count += (next ? 1 : 0) - (before ? 1 : 0)
  if (!next || !before) catalog.saveCount(collection)
}

/** Notes as well that an index now holds arrays or cut keys, which limits what the planner may use it for. */
function enter({ store, catalog, collection }: Place, index: Index, found: Entries): void {
  for (const { key, value } of found.entries) store.put(key, value)
  const isKnown = found.arrayPaths.every((path) => index.arrayPaths.has(path))
  if (isKnown && (index.longKeys || !found.cut)) return
  for (const path of found.arrayPaths) index.arrayPaths.add(path)
  index.longKeys ||= found.cut
  catalog.save(collection)
}

/** Refuses with E11000 and the key as MongoDB reports it; of an array the element that collided. */
function checkUnique({ store, collection }: Place, index: Index, found: Entries, doc: Doc): void {
  const { unique, name, fields, spec } = index
  const isTaken = ({ key, value }: Entry) => store.has(key) && !store.holds(key, value)
  const double = unique && found.entries.find(isTaken)
  if (!double) return
  const values = valuesOf(doc, fields, double.key.subarray(4))
  const keyValue = Object.fromEntries(fields.map(({ path }, at) => [path, values[at]]))
  const shown = Object.entries(keyValue).map(
    ([path, one]) => `${path}: ${EJSON.stringify(one, { relaxed: true })}`,
  )
  const said = `collection: ${collection.namespace} index: ${name} dup key: { ${shown.join(', ')} }`
  const extra = { keyPattern: spec.key, keyValue }
  throw new CommandError(11000, `E11000 duplicate key error ${said}`, extra)
}

/** Fills new indexes in as many transactions as it takes; a refusal takes them back, and so does the next start after a crash. */
export function* buildIndexes(
  { store, catalog }: Pick<Engine, 'store' | 'catalog'>,
  collection: Collection,
  made: readonly Index[],
  checkTime: () => void,
): WriteJob<void> {
  const place = { store, catalog, collection }
  const checkPresent = () => {
    const isThere = made.every((one) => collection.indexes.includes(one))
    insist(isThere, 276, 'the index was dropped')
  }
  for (const index of made) index.building = true
  catalog.setIndexes(collection, [...collection.indexes, ...made])
  yield
  try {
    let keys: Buffer[] = []
    do {
      keys = store.keys(wholeSpace(collection.space), 500, { last: keys.at(-1) })
      for (const key of keys) {
        checkTime()
        checkPresent()
        const bytes = store.get(key)
        const doc = bytes && parseDoc(bytes)
        for (const index of doc ? made : []) {
          const found = entriesOf(index, doc, ridAtEnd(key))
          checkUnique(place, index, found, doc ?? {})
          enter(place, index, found)
        }
        yield
      }
    } while (keys.length > 0)
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
