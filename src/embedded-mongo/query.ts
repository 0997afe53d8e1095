import type { Collection } from './catalog.js'
import { cutFields, fieldsOf, parseDoc } from './codec.js'
import type { Where } from './commands.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import { compileSort } from './keys.js'
import { recordKey, ridAtEnd, type KeyRange } from './keyspace.js'
import { compileMatch } from './match.js'
import type { Predicate } from './match-operators.js'
import { planQuery, type Plan } from './planner.js'
import type { Store } from './store.js'
import type { Doc } from './values.js'

/** What find, update, delete, count, distinct and aggregate ask of one collection. */
export interface QuerySpec {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly skip?: number | undefined
  readonly limit?: number | undefined
  readonly hint?: unknown
  /** What `let` has named, for `$expr`. */
  readonly variables?: Doc
}

/** A document that meets the filter; `doc` is there when the whole of it had to be read for that. */
export interface Row {
  readonly rid: number
  readonly bytes: Buffer
  readonly doc?: Doc
}

/** Examining so many more documents than were asked for means that an index is missing. */
const WASTED = 1_000
/** What a sort without index may keep at one time, in bytes, as MongoDB's default. */
const SORT_MEMORY = 100 * 1024 * 1024
const namesOf = (doc: Doc = {}) => Object.keys(doc)

/** One run of a query, with what it examined. It may rest between two rows and holds nothing of the file then. */
export class Query {
  readonly plan: Plan
  readonly test: Predicate
  /** What is left to be sorted once the documents are found. */
  readonly unsorted: Doc | undefined
  keysExamined = 0
  docsExamined = 0
  /** How many documents in order will do; 0 for all. */
  readonly #most: number
  /** Whether the plan leads to no document that does not meet the filter. */
  readonly #isSure: boolean
  readonly #fields: ReturnType<typeof fieldsOf>
  /** What was written before the query began: later on a document need not be what its key has said. */
  readonly #changes: number

  constructor(
    private readonly engine: Pick<Engine, 'store' | 'catalog' | 'onScan'>,
    private readonly collection: Collection,
    private readonly spec: QuerySpec,
  ) {
    const { filter, sort, skip = 0, limit = 0, variables } = spec
    this.test = compileMatch(filter, variables)
    this.plan = planQuery(collection, spec)
    this.unsorted = this.plan.order === 'whole' || namesOf(sort).length === 0 ? undefined : sort
    this.#most = limit === 0 ? 0 : skip + limit
    this.#isSure = namesOf(filter).length === 0 || this.plan.covered
    this.#fields = fieldsOf(filter)
    this.#changes = engine.store.changes
  }

  /** Rows in order, after skip and limit; `undefined` in between lets the caller look at the clock. */
  *rows(): Generator<Row | undefined> {
    const { skip = 0 } = this.spec
    let met = 0
    try {
      for (const row of this.unsorted ? this.#sorted(this.unsorted) : this.#matching()) {
        this.#checkPresent()
        if (row) met += 1
        yield met > skip ? row : undefined
        if (row && met === this.#most) return
      }
      this.#checkPresent()
    } finally {
      if (this.docsExamined - met > WASTED) this.#tellScan(Math.max(0, met - skip))
    }
  }

  get #isUnchanged(): boolean {
    return this.#changes === this.engine.store.changes
  }

  /** What was dropped since the query began gives no more rows, and no end either, as in MongoDB. */
  #checkPresent(): void {
    if (this.#isUnchanged) return
    const { db, name, space } = this.collection
    const { index } = this.plan
    const now = this.engine.catalog.find(db, name)
    const isKept = !index || now?.indexes.some((one) => one.space === index.space)
    const said = `the collection ${db}.${name} or its index was dropped amid the query`
    insist(now?.space === space && isKept, 175, said)
  }

  #tellScan(given: number): void {
    const { filter, sort } = this.spec
    const shape = (doc: Doc) => `{ ${namesOf(doc).join(', ')} }`
    const order = sort ? ` in order of ${shape(sort)}` : ''
    this.engine.onScan?.(
      `${this.collection.namespace}: ${this.docsExamined} documents were examined to give ${given} ` +
        `for ${shape(filter)}${order}; no index serves this query.`,
    )
  }

  /** The number of matching documents without reading one: from the catalog, or from the keys of an index. */
  countKeys(): number | undefined {
    const { skip = 0, limit = 0, filter } = this.spec
    const { index, covered, ranges } = this.plan
    if (!covered && (index || namesOf(filter).length > 0)) return undefined
    const counts = ranges.map((range) => (covered ? this.engine.store.countKeys(range) : 0))
    const keys = counts.reduce((sum, count) => sum + count, 0)
    this.keysExamined += keys
    const total = covered ? keys : this.collection.count
    return Math.min(limit || Infinity, Math.max(0, total - skip))
  }

  #read(rid: number): Buffer | undefined {
    return this.engine.store.get(recordKey(this.collection.space, rid))
  }

  /** Documents that meet the filter, range by range of the plan; `undefined` marks one that doesn't, or was met before. */
  *#matching(): Generator<Row | undefined> {
    const { index, ranges, reverse, order } = this.plan
    const wanted = this.unsorted && !order ? undefined : this.#most || undefined
    const seen = index && index.arrayPaths.length > 0 ? new Set<number>() : undefined
    for (const range of reverse ? ranges.toReversed() : ranges) {
      let left = order === 'each' ? this.#most : 0
      for (const { rid, value } of walk(this.engine.store, this.plan, range, wanted)) {
        const isNew = !seen?.has(rid)
        seen?.add(rid)
        if (index) this.keysExamined += 1
        if (isNew) this.docsExamined += 1
        const bytes = index && isNew ? this.#read(rid) : value
        const row = isNew && bytes ? this.#rowOf(rid, bytes) : undefined
        yield row
        if (row && left > 0 && (left -= 1) === 0) break
      }
    }
  }

  /** Looks only at the fields that the filter names, when it names them. */
  #rowOf(rid: number, bytes: Buffer): Row | undefined {
    if (this.#isSure && this.#isUnchanged) return { rid, bytes }
    const doc = parseDoc(this.#fields ? cutFields(bytes, this.#fields, true) : bytes)
    if (!this.test(doc)) return undefined
    return this.#fields ? { rid, bytes } : { rid, bytes, doc }
  }

  /** Keeps only what sorts and the record ids (of as many as are wanted), then reads documents again. */
  *#sorted(sort: Doc): Generator<Row | undefined> {
    const most = this.#most || Infinity
    const keyOf = compileSort(sort)
    const fields = fieldsOf(sort) ?? []
    let kept: { rid: number; key: string }[] = []
    let bytes = 0
    const cut = () => {
      kept.sort((a, b) => (a.key === b.key ? a.rid - b.rid : a.key < b.key ? -1 : 1))
      bytes *= Math.min(1, most / kept.length)
      kept = kept.slice(0, most)
    }
    for (const row of this.#matching()) {
      yield undefined
      if (!row) continue
      const key = keyOf(row.doc ?? parseDoc(cutFields(row.bytes, fields, true)))
      kept.push({ rid: row.rid, key })
      bytes += 64 + key.length
      if (kept.length >= 2 * most + 1_000) cut()
      insist(bytes <= SORT_MEMORY, 292, 'Sort exceeded memory limit; add an index with this order')
    }
    cut()
    for (const { rid } of kept) {
      const found = this.#read(rid)
      if (found && (this.#isUnchanged || this.test(parseDoc(found)))) yield { rid, bytes: found }
    }
  }
}

/** A query on a collection, by name; it is checked also where there is none. */
export function openQuery({ engine, db, name }: Where, spec: QuerySpec): Query | undefined {
  const collection = engine.catalog.find(db, name)
  if (collection) return new Query(engine, collection, spec)
  compileMatch(spec.filter, spec.variables)
  compileSort(spec.sort ?? {})
  return undefined
}

/** How much is read ahead. Each page costs native memory that only the garbage collector frees: they should not be small. */
const FEW = 16
const LONGEST_PAGE = 256
const BYTES_PER_PAGE = 256 * 1024

/** Walks a range by pages. It holds nothing of the file in between: after a write it reads anew behind the last key met. */
function* walk(store: Store, { index, point, reverse }: Plan, range: KeyRange, wanted = FEW) {
  if (point) {
    const value = store.get(range.low)
    if (value) yield { rid: ridAtEnd(value), value }
    return
  }
  let last: Buffer | undefined
  for (let size = wanted; ; size *= 4) {
    const { changes } = store
    const page: { key: Buffer; value: Buffer }[] = []
    let bytes = 0
    const isFull = () => page.length >= Math.min(size, LONGEST_PAGE) || bytes > BYTES_PER_PAGE
    for (const entry of store.entries(range, { reverse, last })) {
      page.push(entry)
      bytes += entry.value.length
      if (isFull()) break
    }
    for (const { key, value } of page) {
      last = key
      yield { rid: ridAtEnd(index?.unique ? value : key), value }
      if (store.changes !== changes) break
    }
    if (!isFull() && store.changes === changes) return
  }
}
