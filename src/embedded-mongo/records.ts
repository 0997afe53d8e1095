import { createHash } from 'node:crypto'
import { EJSON } from 'bson'
import type { Catalog, Collection } from './catalog.js'
import { CommandError } from './error.js'
import type { Index } from './index-spec.js'
import { indexKeys } from './keys.js'
import { recordKey, RID_BYTES, ridAtEnd, ridBytes, spaceKey, withRid } from './keyspace.js'
import { namespaceOf } from './namespace.js'
import type { Store } from './store.js'
import { asDoc, fieldOf, type Doc } from './values.js'

/** lmdb takes 1,978 bytes; four are the space and six the record id. */
const LONGEST_KEY = 1978 - 4 - RID_BYTES

/** An index key is never longer than lmdb allows: what is too long ends in a hash instead. */
function indexPrefix(space: number, key: Buffer): Buffer {
  if (key.length <= LONGEST_KEY) return spaceKey(space, key)
  const digest = createHash('sha256').update(key).digest()
  return spaceKey(space, Buffer.concat([key.subarray(0, LONGEST_KEY - digest.length), digest]))
}

interface Entries {
  readonly keys: Buffer[]
  readonly multikey: boolean
  readonly long: boolean
}

const NO_ENTRIES: Entries = { keys: [], multikey: false, long: false }

/** The keys (without record id) a document has in an index; none when sparse or partial leaves it out. */
export function entriesOf(index: Index, doc: Doc): Entries {
  if (index.partial && !index.partial.matcher.test(doc)) return NO_ENTRIES
  const { keys, multikey, allMissing, cut } = indexKeys(doc, index.fields)
  if (index.sparse && allMissing) return NO_ENTRIES
  const long = cut || keys.some((key) => key.length > LONGEST_KEY)
  return { keys: keys.map((key) => indexPrefix(index.space, key)), multikey, long }
}

/** Reads and writes the documents of a collection together with all of its indexes. */
export class Records {
  readonly #store: Store
  readonly #catalog: Catalog

  constructor(store: Store, catalog: Catalog) {
    this.#store = store
    this.#catalog = catalog
  }

  read(collection: Collection, rid: number): Buffer | undefined {
    return this.#store.get(recordKey(collection.space, rid))
  }

  /** Inside a write job; refuses a duplicate key before anything is written. Returns the record id. */
  insert(collection: Collection, bytes: Buffer, doc: Doc): number {
    const rid = collection.nextRid
    const entries = collection.indexes.map((index) => entriesOf(index, doc))
    collection.indexes.forEach((index, position) => {
      this.#checkUnique(collection, index, entries[position] ?? NO_ENTRIES, rid, doc)
    })
    this.#catalog.touch(collection)
    this.#store.put(recordKey(collection.space, rid), bytes)
    collection.indexes.forEach((index, position) => {
      this.#add(collection, index, entries[position] ?? NO_ENTRIES, rid, doc)
    })
    collection.nextRid = rid + 1
    collection.count += 1
    collection.bytes += bytes.length
    return rid
  }

  /** Inside a write job; refuses a duplicate key before anything is written. */
  replace(collection: Collection, rid: number, before: Doc, size: number, bytes: Buffer, doc: Doc) {
    const changes = collection.indexes.map((index) => {
      const old = entriesOf(index, before).keys
      const next = entriesOf(index, doc)
      return {
        index,
        gone: old.filter((key) => !next.keys.some((kept) => kept.equals(key))),
        added: { ...next, keys: next.keys.filter((key) => !old.some((had) => had.equals(key))) },
      }
    })
    for (const { index, added } of changes) this.#checkUnique(collection, index, added, rid, doc)
    this.#catalog.touch(collection)
    for (const { index, gone, added } of changes) {
      for (const key of gone) this.#unlink(index, key, rid)
      this.#add(collection, index, added, rid, doc)
    }
    this.#store.put(recordKey(collection.space, rid), bytes)
    collection.bytes += bytes.length - size
  }

  /** Inside a write job. */
  remove(collection: Collection, rid: number, doc: Doc, size: number): void {
    const entries = collection.indexes.map((index) => entriesOf(index, doc).keys)
    this.#catalog.touch(collection)
    collection.indexes.forEach((index, position) => {
      for (const key of entries[position] ?? []) this.#unlink(index, key, rid)
    })
    this.#store.remove(recordKey(collection.space, rid))
    collection.count -= 1
    collection.bytes -= size
  }

  /** Inside a write job: enters one document in an index that is being built. */
  index(collection: Collection, index: Index, rid: number, doc: Doc): void {
    const entries = entriesOf(index, doc)
    this.#checkUnique(collection, index, entries, rid, doc)
    this.#add(collection, index, entries, rid, doc)
  }

  #unlink(index: Index, key: Buffer, rid: number): void {
    if (!index.unique) this.#store.remove(withRid(key, rid))
    else {
      const owner = this.#store.glance(key)
      if (owner && ridAtEnd(owner) === rid) this.#store.remove(key)
    }
  }

  #add(collection: Collection, index: Index, entries: Entries, rid: number, doc: Doc): void {
    for (const key of entries.keys) {
      if (index.unique) this.#store.put(key, ridBytes(rid))
      else this.#store.put(withRid(key, rid), EMPTY)
    }
    if (entries.multikey || entries.long) this.#widen(collection, index, entries, doc)
  }

  /** Notes that an index now holds arrays or cut keys, which limits what the planner may use it for. */
  #widen(collection: Collection, index: Index, entries: Entries, doc: Doc): void {
    const paths = entries.multikey
      ? index.fields.map((field) => field.path).filter((path) => meetsArray(doc, path))
      : []
    const fresh = paths.filter((path) => !index.arrayPaths.has(path))
    if (fresh.length === 0 && (index.longKeys || !entries.long)) return
    const longBefore = index.longKeys
    this.#store.onRollback(() => {
      for (const path of fresh) index.arrayPaths.delete(path)
      index.longKeys = longBefore
    })
    for (const path of fresh) index.arrayPaths.add(path)
    index.longKeys ||= entries.long
    this.#catalog.save(collection)
  }

  #checkUnique(
    collection: Collection,
    index: Index,
    entries: Entries,
    rid: number,
    doc: Doc,
  ): void {
    if (!index.unique) return
    for (const key of entries.keys) {
      const owner = this.#store.glance(key)
      if (owner && ridAtEnd(owner) !== rid) throw duplicateKey(collection, index, key, doc)
    }
  }
}

const EMPTY = Buffer.alloc(0)

function meetsArray(doc: Doc, path: string): boolean {
  let value: unknown = doc
  for (const name of path.split('.')) {
    const inner = asDoc(value)
    value = inner && fieldOf(inner, name)
    if (Array.isArray(value)) return true
  }
  return false
}

/** E11000 with the key as MongoDB reports it; of an array the element that collided. */
function duplicateKey(collection: Collection, index: Index, key: Buffer, doc: Doc): CommandError {
  const keyValue: Doc = {}
  for (const { path } of index.fields) keyValue[path] = valueIn(index, key, doc, path)
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${EJSON.stringify(value, { relaxed: true })}`)
    .join(', ')
  return new CommandError(
    11000,
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespaceOf(collection)} index: ${index.name} ` +
      `dup key: { ${shown} }`,
    { keyPattern: index.spec.key, keyValue },
  )
}

function valueIn(index: Index, key: Buffer, doc: Doc, path: string): unknown {
  const names = path.split('.')
  let candidates: unknown[] = [doc]
  for (const name of names)
    candidates = candidates.flatMap((candidate) => {
      const inner = asDoc(candidate)
      const value = inner && fieldOf(inner, name)
      return Array.isArray(value) ? (value as unknown[]) : [value]
    })
  if (index.fields.length > 1 || candidates.length < 2) return candidates[0] ?? null
  const collided = candidates.find((value) =>
    indexKeys({ v: value }, [{ path: 'v', direction: index.fields[0]?.direction ?? 1 }]).keys.some(
      (one) => indexPrefix(index.space, one).equals(key),
    ),
  )
  return collided ?? null
}
