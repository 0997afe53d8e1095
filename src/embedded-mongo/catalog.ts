import { randomBytes } from 'node:crypto'
import { Binary, type Document } from 'bson'
import { parseDoc, toBytes } from './codec.js'
import { readIndex, type Index } from './index-spec.js'
import { after, CATALOG, ridAtEnd, spaceKey } from './keyspace.js'
import { checkName, namespaceOf } from './namespace.js'
import type { Store } from './store.js'
import { toNumber, type Doc, type Numeric } from './values.js'

/** One collection as kept in memory; `save` and `touch` of the catalog write it down. */
export interface Collection {
  readonly db: string
  name: string
  readonly space: number
  readonly uuid: Binary
  readonly options: Doc
  indexes: Index[]
  count: number
  bytes: number
  nextRid: number
  dropped: boolean
}

const ENTRY = 'c'
const STATS = 's'
const GARBAGE = 'g'
const NEXT = spaceKey(CATALOG, Buffer.from('n'))

/**
 * Databases, collections and indexes, in memory and in space 0 of the file. Everything that changes it runs
 * inside a write job and is undone in memory when that transaction fails.
 */
export class Catalog {
  readonly #store: Store
  readonly #collections = new Map<string, Collection>()
  #nextSpace = 1
  readonly garbage = new Set<number>()

  constructor(store: Store) {
    this.#store = store
    const next = store.get(NEXT)
    if (next) this.#nextSpace = next.readUInt32BE(0)
    for (const { key, value } of store.entries(spaceKey(CATALOG), spaceKey(1), false))
      this.#load(key, value)
  }

  #load(key: Buffer, value: Buffer): void {
    const kind = String.fromCharCode(key[4] ?? 0)
    if (kind === GARBAGE) this.garbage.add(key.readUInt32BE(5))
    if (kind !== ENTRY) return
    const space = key.readUInt32BE(5)
    const entry = parseDoc(value)
    const stats = this.#store.get(catalogKey(STATS, space))
    const last = [...this.#store.keys(spaceKey(space), spaceKey(space + 1), true).slice(0, 1)][0]
    const collection: Collection = {
      db: entry.db as string,
      name: entry.name as string,
      space,
      uuid: entry.uuid as Binary,
      options: entry.options as Doc,
      indexes: (entry.indexes as Doc[]).map((saved) => readSaved(saved)),
      count: stats ? stats.readDoubleBE(0) : 0,
      bytes: stats ? stats.readDoubleBE(8) : 0,
      nextRid: last ? ridAtEnd(last) + 1 : 1,
      dropped: false,
    }
    this.#collections.set(namespaceOf(collection), collection)
  }

  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`)
  }

  list(db?: string): Collection[] {
    return [...this.#collections.values()].filter((one) => db === undefined || one.db === db)
  }

  /** Inside a write job: the collection, made with its `_id` index when it does not exist yet. */
  ensure(db: string, name: string): Collection {
    const existing = this.find(db, name)
    if (existing) return existing
    checkName(db, name)
    const collection: Collection = {
      db,
      name,
      space: this.newSpace(),
      uuid: new Binary(uuidBytes(), Binary.SUBTYPE_UUID),
      options: {},
      indexes: [],
      count: 0,
      bytes: 0,
      nextRid: 1,
      dropped: false,
    }
    collection.indexes = [readIndex({ v: 2, key: { _id: 1 }, name: '_id_' }, this.newSpace())]
    this.#setEntry(`${db}.${name}`, collection)
    this.save(collection)
    return collection
  }

  #setEntry(namespace: string, collection: Collection | undefined): void {
    const before = this.#collections.get(namespace)
    this.#store.onRollback(() => {
      if (before) this.#collections.set(namespace, before)
      else this.#collections.delete(namespace)
    })
    if (collection) this.#collections.set(namespace, collection)
    else this.#collections.delete(namespace)
  }

  newSpace(): number {
    const space = this.#nextSpace
    this.#store.onRollback(() => {
      this.#nextSpace = space
    })
    this.#nextSpace += 1
    const next = Buffer.alloc(4)
    next.writeUInt32BE(this.#nextSpace, 0)
    this.#store.put(NEXT, next)
    return space
  }

  /** Inside a write job: writes name, options and indexes down. */
  save(collection: Collection): void {
    const { db, name, uuid, options, indexes } = collection
    const saved = indexes.map(({ space, spec, arrayPaths, longKeys, building }) => ({
      space,
      spec,
      arrayPaths: [...arrayPaths],
      longKeys,
      building,
    }))
    const entry: Document = { db, name, uuid, options, indexes: saved }
    this.#store.put(catalogKey(ENTRY, collection.space), toBytes(entry))
  }

  /** Inside a write job, before the counters change: they are saved with it, or put back if it fails. */
  touch(collection: Collection): void {
    if (this.#touched.has(collection)) return
    const { count, bytes, nextRid } = collection
    this.#touched.add(collection)
    this.#store.onRollback(() => {
      this.#touched.delete(collection)
      Object.assign(collection, { count, bytes, nextRid })
    })
    this.#store.beforeCommit(() => {
      this.#touched.delete(collection)
      if (collection.dropped || (collection.count === count && collection.bytes === bytes)) return
      const stats = Buffer.alloc(16)
      stats.writeDoubleBE(collection.count, 0)
      stats.writeDoubleBE(collection.bytes, 8)
      this.#store.put(catalogKey(STATS, collection.space), stats)
    })
  }
  readonly #touched = new Set<Collection>()

  /** Inside a write job: replaces the list of indexes and frees the spaces of those left out. */
  setIndexes(collection: Collection, indexes: Index[]): void {
    const before = collection.indexes
    this.#store.onRollback(() => {
      collection.indexes = before
    })
    collection.indexes = indexes
    for (const index of before)
      if (!indexes.some((kept) => kept.space === index.space)) this.#discard(index.space)
    this.save(collection)
  }

  /** Inside a write job. The records themselves are swept away later, a piece at a time. */
  drop(collection: Collection): void {
    this.#setEntry(namespaceOf(collection), undefined)
    this.#store.onRollback(() => {
      collection.dropped = false
    })
    collection.dropped = true
    this.#store.remove(catalogKey(ENTRY, collection.space))
    this.#store.remove(catalogKey(STATS, collection.space))
    for (const space of [collection.space, ...collection.indexes.map((index) => index.space)])
      this.#discard(space)
  }

  #discard(space: number): void {
    this.#store.onRollback(() => this.garbage.delete(space))
    this.garbage.add(space)
    this.#store.put(catalogKey(GARBAGE, space), Buffer.alloc(0))
  }

  /** Removes up to `limit` keys of dropped collections and indexes; true when nothing is left to sweep. */
  async sweep(limit: number): Promise<boolean> {
    const [space] = this.garbage
    if (space === undefined) return true
    const store = this.#store
    const garbage = this.garbage
    await store.change(() => {
      const keys = [...store.keys(spaceKey(space), after(spaceKey(space)), false).slice(0, limit)]
      for (const key of keys) store.remove(key)
      if (keys.length === limit) return
      store.remove(catalogKey(GARBAGE, space))
      store.onRollback(() => garbage.add(space))
      garbage.delete(space)
    })
    return this.garbage.size === 0
  }
}

function catalogKey(kind: string, space: number): Buffer {
  const key = Buffer.alloc(9)
  key.write(kind, 4, 'latin1')
  key.writeUInt32BE(space, 5)
  return key
}

function readSaved(saved: Doc): Index {
  const index = readIndex(saved.spec as Doc, toNumber(saved.space as Numeric))
  for (const path of saved.arrayPaths as string[]) index.arrayPaths.add(path)
  index.longKeys = saved.longKeys === true
  index.building = saved.building === true
  return index
}

function uuidBytes(): Buffer {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes
}
