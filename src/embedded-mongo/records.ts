import { EJSON } from 'bson'
import type { Catalog, Collection } from './catalog.js'
import { CommandError } from './error.js'
import type { Index } from './index-spec.js'
import { indexKeys, type IndexKeys } from './keys.js'
import { recordKey, ridAtEnd, ridBytes, spaceKey, withRid } from './keyspace.js'
import { namespaceOf } from './namespace.js'
import type { Store } from './store.js'
import { asDoc, fieldOf, listOf, type Doc } from './values.js'

const NO_ENTRIES: IndexKeys = { keys: [], arrayPaths: [], allMissing: true, cut: false }

/** The keys (without record id) a document has in an index; none when sparse or partial leaves it out. */
export function entriesOf(index: Index, doc: Doc): IndexKeys {
  if (index.partial && !index.partial.matcher.test(doc)) return NO_ENTRIES
  const found = indexKeys(doc, index.fields)
  if (index.sparse && found.allMissing) return NO_ENTRIES
  return { ...found, keys: found.keys.map((key) => spaceKey(index.space, key)) }
}

/** Reads and writes the documents of a collection together with all of its indexes; writes only inside a write job. */
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

  /** Refuses a duplicate key before anything is written, as all of these do. */
  insert(collection: Collection, bytes: Buffer, doc: Doc): void {
    const rid = collection.nextRid
    const entries = collection.indexes.map((index) => ({ index, added: entriesOf(index, doc) }))
    for (const { index, added } of entries) this.#checkUnique(collection, index, added, rid, doc)
    this.#catalog.touch(collection)
    this.#store.put(recordKey(collection.space, rid), bytes)
    for (const { index, added } of entries) this.#add(collection, index, added, rid)
    collection.nextRid = rid + 1
    collection.count += 1
    collection.bytes += bytes.length
  }

  /** `size` is that of the document before, in bytes. */
  replace(collection: Collection, rid: number, before: Doc, size: number, bytes: Buffer, doc: Doc) {
    const changes = collection.indexes.map((index) => {
      const old = entriesOf(index, before).keys
      const next = entriesOf(index, doc)
      const gone = old.filter((key) => !next.keys.some((kept) => kept.equals(key)))
      const fresh = next.keys.filter((key) => !old.some((had) => had.equals(key)))
      return { index, gone, added: { ...next, keys: fresh } }
    })
    for (const { index, added } of changes) this.#checkUnique(collection, index, added, rid, doc)
    this.#catalog.touch(collection)
    for (const { index, gone, added } of changes) {
      for (const key of gone) this.#unlink(index, key, rid)
      this.#add(collection, index, added, rid)
    }
    this.#store.put(recordKey(collection.space, rid), bytes)
    collection.bytes += bytes.length - size
  }

  remove(collection: Collection, rid: number, doc: Doc, size: number): void {
    const gone = collection.indexes.map((index) => ({ index, keys: entriesOf(index, doc).keys }))
    this.#catalog.touch(collection)
    for (const { index, keys } of gone) for (const key of keys) this.#unlink(index, key, rid)
    this.#store.remove(recordKey(collection.space, rid))
    collection.count -= 1
    collection.bytes -= size
  }

  /** Enters one document in an index that is being built. */
  index(collection: Collection, index: Index, rid: number, doc: Doc): void {
    const entries = entriesOf(index, doc)
    this.#checkUnique(collection, index, entries, rid, doc)
    this.#add(collection, index, entries, rid)
  }

  #unlink(index: Index, key: Buffer, rid: number): void {
    if (!index.unique) this.#store.remove(withRid(key, rid))
    else if (this.#ownerOf(key) === rid) this.#store.remove(key)
  }

  #ownerOf(key: Buffer): number | undefined {
    const owner = this.#store.glance(key)
    return owner && ridAtEnd(owner)
  }

  #add(collection: Collection, index: Index, entries: IndexKeys, rid: number): void {
    for (const key of entries.keys) {
      if (index.unique) this.#store.put(key, ridBytes(rid))
      else this.#store.put(withRid(key, rid), EMPTY)
    }
    this.#widen(collection, index, entries)
  }

  /** Notes that an index now holds arrays or cut keys, which limits what the planner may use it for. */
  #widen(collection: Collection, index: Index, { arrayPaths, cut }: IndexKeys): void {
    const fresh = arrayPaths.filter((path) => !index.arrayPaths.has(path))
    if (fresh.length === 0 && (index.longKeys || !cut)) return
    const longBefore = index.longKeys
    this.#store.onRollback(() => {
      for (const path of fresh) index.arrayPaths.delete(path)
      index.longKeys = longBefore
    })
    for (const path of fresh) index.arrayPaths.add(path)
    index.longKeys ||= cut
    this.#catalog.save(collection)
  }

  #checkUnique(
    collection: Collection,
    index: Index,
    { keys }: IndexKeys,
    rid: number,
    doc: Doc,
  ): void {
    if (!index.unique) return
    for (const key of keys) {
      const owner = this.#ownerOf(key)
      if (owner !== undefined && owner !== rid) throw duplicateKey(collection, index, key, doc)
    }
  }
}

const EMPTY = Buffer.alloc(0)

/** E11000 with the key as MongoDB reports it; of an array the element that collided. */
function duplicateKey(collection: Collection, index: Index, key: Buffer, doc: Doc): CommandError {
  const keyValue = Object.fromEntries(
    index.fields.map(({ path }) => [path, collidedAt(index, key, doc, path)]),
  )
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${EJSON.stringify(value, { relaxed: true })}`)
    .join(', ')
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${namespaceOf(collection)} index: ${index.name} dup key: { ${shown} }`,
    { keyPattern: index.spec.key, keyValue },
  )
}

function collidedAt(index: Index, key: Buffer, doc: Doc, path: string): unknown {
  const found = path
    .split('.')
    .reduce<readonly unknown[]>(
      (values, name) => values.flatMap((value) => listOf(fieldOf(asDoc(value) ?? {}, name))),
      [doc],
    )
  const [field] = index.fields
  if (index.fields.length > 1 || found.length < 2 || !field) return found[0] ?? null
  const collided = found.find((value) => {
    const [one] = indexKeys({ v: value }, [{ ...field, path: 'v' }]).keys
    return one && spaceKey(index.space, one).equals(key)
  })
  return collided ?? null
}
