import { UUID, type Binary } from 'bson'
import { parseDoc, toBytes } from './codec.js'
import { insist } from './error.js'
import { readIndex, type Index } from './index-spec.js'
import { CATALOG, ridAtEnd, spaceKey, wholeSpace } from './keyspace.js'
import type { Store } from './store.js'
import { toNumber, type Doc, type Numeric } from './values.js'

/** One collection as kept in memory; `save` and `saveCount` of the catalog write it down. */
export interface Collection {
  readonly db: string
  readonly name: string
  /** `db.collection`, as MongoDB writes it. */
  readonly namespace: string
  readonly space: number
  readonly uuid: Binary
  indexes: readonly Index[]
  count: number
  nextRid: number
}

const [ENTRY, STATS, GARBAGE] = ['c', 's', 'g']
const NEXT = spaceKey(CATALOG, Buffer.from('n'))
const catalogKey = (kind: string, space: number) =>
  spaceKey(CATALOG, Buffer.concat([Buffer.from(kind), spaceKey(space)]))

/** Databases, collections and indexes, in memory and in space 0 of the file. Only write jobs change it. */
export class Catalog {
  readonly #collections = new Map<string, Collection>()
  #nextSpace = 1
  /** Spaces of what was dropped, still to be swept. */
  readonly garbage = new Set<number>()

  constructor(private readonly store: Store) {
    store.afterFailure = () => this.#load()
    this.#load()
  }

  #load(): void {
    for (const memory of [this.#collections, this.garbage]) memory.clear()
    this.#nextSpace = this.store.get(NEXT)?.readUInt32BE(0) ?? 1
    for (const { key, value } of this.store.entries(wholeSpace(CATALOG))) {
      const kind = key.toString('latin1', 4, 5)
      if (kind === GARBAGE) this.garbage.add(key.readUInt32BE(5))
      if (kind === ENTRY) this.#loadEntry(key.readUInt32BE(5), parseDoc(value))
    }
  }

  #loadEntry(space: number, entry: Doc): void {
    const { db, name, uuid } = entry as { db: string; name: string; uuid: Binary }
    const stats = this.store.get(catalogKey(STATS, space))
    const [last] = this.store.keys(wholeSpace(space), 1, { reverse: true })
    const saved = entry.indexes as Doc[]
    if (saved.some(({ longKeys }) => longKeys === true)) throw new Error(OLD_KEYS)
    const indexes = saved.filter(({ building }) => building !== true).map(readSaved)
    const namespace = `${db}.${name}`
    this.#collections.set(namespace, {
      ...{ db, name, namespace, space, uuid, indexes },
      count: stats?.readDoubleBE(0) ?? 0,
      nextRid: last ? ridAtEnd(last) + 1 : 1,
    })
  }

  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`)
  }

  /** A collection that must exist (26 otherwise). */
  need(db: string, name: string): Collection {
    const collection = this.find(db, name)
    insist(collection, 26, `ns does not exist: ${db}.${name}`)
    return collection
  }

  list(db?: string): Collection[] {
    return [...this.#collections.values()].filter((one) => db === undefined || one.db === db)
  }

  /** The collection, made with its `_id` index when it does not exist yet. */
  ensure(db: string, name: string): Collection {
    const existing = this.find(db, name)
    if (existing) return existing
    const namespace = `${db}.${name}`
    checkName(db, name, namespace)
    const collection: Collection = {
      ...{ db, name, namespace, space: this.newSpace(), uuid: new UUID() },
      ...{ count: 0, nextRid: 1 },
      indexes: [readIndex({ key: { _id: 1 } }, this.newSpace())],
    }
    this.#collections.set(namespace, collection)
    this.save(collection)
    return collection
  }

  newSpace(): number {
    this.store.put(NEXT, spaceKey(this.#nextSpace + 1))
    return this.#nextSpace++
  }

  /** Writes name and indexes down. */
  save({ db, name, uuid, space, indexes }: Collection): void {
    const saved = indexes.map(({ space, spec, arrayPaths, longKeys: cutKeys }) => {
      return { space, spec, cutKeys, arrayPaths }
    })
    this.store.put(catalogKey(ENTRY, space), toBytes({ db, name, uuid, indexes: saved }))
  }

  saveCount({ space, count }: Collection): void {
    const stats = Buffer.alloc(8)
    stats.writeDoubleBE(count)
    this.store.put(catalogKey(STATS, space), stats)
  }

  /** Replaces the list of indexes; the spaces of those left out are garbage from now on, and those of the new ones no longer. */
  setIndexes(collection: Collection, indexes: readonly Index[]): void {
    for (const index of collection.indexes) if (!indexes.includes(index)) this.discard(index)
    for (const { space } of indexes) if (this.garbage.has(space)) this.#keep(space)
    collection.indexes = indexes
    this.save(collection)
  }

  /** The records themselves are swept away later, a piece at a time. */
  drop(collection: Collection): void {
    const { namespace, space, indexes } = collection
    this.#collections.delete(namespace)
    for (const kind of [ENTRY, STATS]) this.store.remove(catalogKey(kind, space))
    for (const one of [collection, ...indexes]) this.discard(one)
  }

  /** What is in the space is nobody's any more, or, of an index that is being built, not yet. */
  discard({ space }: Pick<Index, 'space'>): void {
    this.garbage.add(space)
    this.store.put(catalogKey(GARBAGE, space), Buffer.alloc(0))
  }

  #keep(space: number): void {
    this.garbage.delete(space)
    this.store.remove(catalogKey(GARBAGE, space))
  }

  /** Removes a piece of what is garbage. */
  sweep(): void {
    for (const space of [...this.garbage].slice(0, 1)) {
      const keys = this.store.keys(wholeSpace(space), 5_000)
      for (const key of keys) this.store.remove(key)
      if (keys.length === 0) this.#keep(space)
    }
  }
}

const OLD_KEYS =
  'An earlier version has cut long index keys in another way: back the database up with that version and restore it into an empty folder.'

/** Earlier versions knew hidden indexes; what they had not finished building is left out. */
function readSaved(saved: Doc): Index {
  const { hidden: _, ...spec } = saved.spec as Doc
  const index = readIndex(spec, toNumber(saved.space as Numeric))
  const arrayPaths = saved.arrayPaths as string[]
  return { ...index, arrayPaths, longKeys: saved.cutKeys === true }
}

function checkName(db: string, name: string, namespace: string): void {
  const isRight =
    /^[^/\\. "$\0]{1,63}$/.test(db) &&
    /^[^$\0]+$/.test(name) &&
    !/^\.|\.$|^system\.(?!js$)/.test(name) &&
    Buffer.byteLength(namespace) <= 255
  insist(isRight, 73, `Invalid namespace specified '${namespace}'`)
}
