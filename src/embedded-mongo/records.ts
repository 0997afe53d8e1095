import { EJSON } from 'bson'
import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { CommandError } from './error.js'
import type { Index } from './index-spec.js'
import { encodeKey, indexRows } from './keys.js'
import { cutKey, isLong, recordKey, ridAtEnd, spaceKey, wholeSpace, withRid } from './keyspace.js'
import type { Store, WriteJob } from './store.js'
import type { Doc } from './values.js'

type Place = Pick<Engine, 'store' | 'catalog'>

/** A document as it is stored: its bytes and what they say; `rid` when it is there already. */
export interface Stored {
  readonly bytes: Buffer
  readonly doc: Doc
  readonly rid?: number
}

interface Entry {
  readonly key: Buffer
  readonly value: Buffer
  /** What the key is made of. */
  readonly row: readonly unknown[]
}

const EMPTY = Buffer.alloc(0)
const NONE = { entries: [] as Entry[], arrayPaths: [] as string[], cut: false }

/** What a document has in an index: a function of the two alone. Nothing when there is no document, or sparse or partial leaves it out. */
export function entriesOf(index: Index, doc: Doc | undefined, rid: number) {
  if (!doc || (index.partial && !index.partial.test(doc))) return NONE
  const { rows, arrayPaths } = indexRows(doc, index.fields)
  if (index.sparse && rows.flat().every((value) => value === undefined)) return NONE
  let cut = false
  const entries = rows.map((row): Entry => {
    const key = cutKey(spaceKey(index.space, encodeKey(row, index.fields)))
    cut ||= isLong(key)
    if (index.unique) return { key, value: withRid(EMPTY, rid), row }
    return { key: withRid(key, rid), value: EMPTY, row }
  })
  return { entries, arrayPaths, cut }
}

function without(some: readonly Entry[], others: readonly Entry[]): readonly Entry[] {
  const keys = new Set(others.map(({ key }) => key.toString('latin1')))
  return keys.size === 0 ? some : some.filter(({ key }) => !keys.has(key.toString('latin1')))
}

/** Adds a document, replaces or (without `next`) removes it, in all indexes too. A duplicate key is refused before any write. */
export function changeRecord(place: Place, collection: Collection, before?: Stored, next?: Stored) {
  const { store, catalog } = place
  const rid = before?.rid ?? collection.nextRid
  if (changeKeys(store, collection, rid, before?.doc, next?.doc)) catalog.save(collection)
  if (next) store.put(recordKey(collection.space, rid), next.bytes)
  else store.remove(recordKey(collection.space, rid))
  collection.nextRid = Math.max(collection.nextRid, rid + 1)
  collection.count += (next ? 1 : 0) - (before ? 1 : 0)
  if (!next || !before) catalog.saveCount(collection)
}

/** Whether some index now holds arrays or cut keys for the first time, which limits what the planner may use it for. */
function changeKeys(store: Store, collection: Collection, rid: number, before?: Doc, next?: Doc) {
  let isNews = false
  const changes = collection.indexes.map((index) => {
    const { entries: old } = entriesOf(index, before, rid)
    const { entries, arrayPaths, cut } = entriesOf(index, next, rid)
    const fresh = without(entries, old)
    const double = index.unique && fresh.find(({ key }) => store.get(key))
    if (double) throw duplicate(collection, index, double)
    return { index, gone: without(old, entries), fresh, arrayPaths, cut }
  })
  for (const { index, gone, fresh, arrayPaths, cut } of changes) {
    for (const { key } of gone) store.remove(key)
    for (const { key, value } of fresh) store.put(key, value)
    const isKnown = arrayPaths.every((path) => index.arrayPaths.includes(path))
    if (isKnown && (index.longKeys || !cut)) continue
    index.arrayPaths = [...new Set([...index.arrayPaths, ...arrayPaths])]
    index.longKeys ||= cut
    isNews = true
  }
  return isNews
}

/** E11000 with the key as MongoDB reports it; of an array the element that collided. */
function duplicate({ namespace }: Collection, { name, fields, spec }: Index, { row }: Entry) {
  const values = row.map((value = null) => (typeof value === 'symbol' ? null : value))
  const keyValue = Object.fromEntries(fields.map(({ path }, at) => [path, values[at]]))
  const shown = Object.entries(keyValue).map(
    ([path, one]) => `${path}: ${EJSON.stringify(one, { relaxed: true })}`,
  )
  const said = `collection: ${namespace} index: ${name} dup key: { ${shown.join(', ')} }`
  const extra = { keyPattern: spec.key, keyValue }
  return new CommandError(11000, `E11000 duplicate key error ${said}`, extra)
}

/** Fills new indexes in as many transactions as it takes. They are garbage until the end, so a refusal or a crash leaves nothing behind. */
export function* buildIndexes(
  { store, catalog }: Place,
  collection: Collection,
  made: readonly Index[],
  checkTime: () => void,
): WriteJob<void> {
  const target = { ...collection, indexes: made }
  for (const index of made) catalog.discard(index)
  let keys: Buffer[] = []
  do {
    keys = store.keys(wholeSpace(collection.space), 500, { last: keys.at(-1) })
    for (const key of keys) {
      yield
      checkTime()
      const doc = parseDoc(store.get(key) ?? EMPTY)
      changeKeys(store, target, ridAtEnd(key), undefined, doc)
    }
  } while (keys.length > 0)
  catalog.setIndexes(collection, [...collection.indexes, ...made])
}
