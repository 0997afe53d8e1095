import { EJSON } from 'bson'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import type { Index } from './index-spec.js'
import { indexKeys, valuesOf } from './keys.js'
import { cutKey, isLong, recordKey, ridAtEnd, spaceKey, wholeSpace, withRid } from './keyspace.js'
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
  const { keys, arrayPaths, allMissing } = indexKeys(doc, index.fields)
  if (index.sparse && allMissing) return NONE
  const cut = keys.map((values) => cutKey(spaceKey(index.space, values)))
  const entries = cut.map((key) => {
    if (index.unique) return { key, value: withRid(EMPTY, rid) }
    return { key: withRid(key, rid), value: EMPTY }
  })
  return { entries, arrayPaths, cut: cut.some(isLong) }
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
  const rid = before?.rid ?? collection.nextRid
  const place = { store, catalog, collection }
  changeKeys(place, collection.indexes, rid, before?.doc, next?.doc)
  if (next) store.put(recordKey(collection.space, rid), next.bytes)
  else store.remove(recordKey(collection.space, rid))
  collection.nextRid = Math.max(collection.nextRid, rid + 1)
  collection.count += (next ? 1 : 0) - (before ? 1 : 0)
  if (!next || !before) catalog.saveCount(collection)
}

function changeKeys(
  place: Place,
  indexes: readonly Index[],
  rid: number,
  before: Doc | undefined,
  next: Doc | undefined,
): void {
  const changes = indexes.map((index) => {
    const { entries: old } = entriesOf(index, before, rid)
    const wanted = entriesOf(index, next, rid)
    const fresh = { ...wanted, entries: without(wanted.entries, old) }
    if (next) checkUnique(place, index, fresh, next)
    return { index, gone: without(old, wanted.entries), fresh }
  })
  for (const { index, gone, fresh } of changes) {
    for (const { key } of gone) place.store.remove(key)
    enter(place, index, fresh)
  }
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
  const { unique, name, fields, spec, space } = index
  const double = unique && found.entries.find(({ key }) => store.get(key))
  if (!double) return
  const isIt = (key: Buffer) => cutKey(spaceKey(space, key)).equals(double.key)
  const values = valuesOf(doc, fields, isIt)
  const keyValue = Object.fromEntries(fields.map(({ path }, at) => [path, values[at]]))
  const shown = Object.entries(keyValue).map(
    ([path, one]) => `${path}: ${EJSON.stringify(one, { relaxed: true })}`,
  )
  const said = `collection: ${collection.namespace} index: ${name} dup key: { ${shown.join(', ')} }`
  const extra = { keyPattern: spec.key, keyValue }
  throw new CommandError(11000, `E11000 duplicate key error ${said}`, extra)
}

/** Fills new indexes in as many transactions as it takes. They are garbage until the end, so a refusal or a crash leaves nothing behind. */
export function* buildIndexes(
  { store, catalog }: Pick<Engine, 'store' | 'catalog'>,
  collection: Collection,
  made: readonly Index[],
  checkTime: () => void,
): WriteJob<void> {
  const place = { store, catalog, collection }
  for (const index of made) catalog.discard(index)
  let keys: Buffer[] = []
  do {
    keys = store.keys(wholeSpace(collection.space), 500, { last: keys.at(-1) })
    for (const key of keys) {
      yield
      checkTime()
      const doc = parseDoc(store.get(key) ?? EMPTY)
      changeKeys(place, made, ridAtEnd(key), undefined, doc)
    }
  } while (keys.length > 0)
  catalog.setIndexes(collection, [...collection.indexes, ...made])
}
