import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import type { Environment } from './expression.js'
import { cutFields, fieldsOf } from './fields.js'
import { compileSort } from './keys.js'
import { recordKey } from './keyspace.js'
import { compileMatch, type Matcher } from './match.js'
import { planQuery, type Plan } from './planner.js'
import type { Doc } from './values.js'
import { walkRange } from './walk.js'

/** What find, update, delete, count, distinct and aggregate ask of one collection. */
export interface QuerySpec {
  readonly filter: Doc
  readonly sort?: Doc | undefined
  readonly skip?: number | undefined
  readonly limit?: number | undefined
  readonly hint?: unknown
  /** What `$expr` may refer to: the variables of `let` and the time. */
  readonly environment?: Partial<Environment>
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

const isEmpty = (doc: Doc = {}) => Object.keys(doc).length === 0

type QueryEngine = Pick<Engine, 'store' | 'catalog' | 'onScan'>

/** One run of a query, with what it examined. It may rest between two rows and holds nothing of the file then. */
export class Query {
  readonly plan: Plan
  readonly matcher: Matcher
  keysExamined = 0
  docsExamined = 0
  readonly #spec: QuerySpec
  readonly #engine: QueryEngine
  readonly #collection: Collection
  /** What is left to be sorted once the documents are found. */
  readonly unsorted: Doc | undefined
  /** How many documents in order will do; 0 for all. */
  readonly #most: number
  /** Whether the plan leads to no document that does not meet the filter. */
  readonly #isSure: boolean
  /** What was written before the query began: later on a document need not be what its key has said. */
  readonly #changes: number

  constructor(engine: QueryEngine, collection: Collection, spec: QuerySpec) {
    const { filter, sort, skip = 0, limit = 0, hint, environment } = spec
    this.matcher = compileMatch(filter, environment)
    this.plan = planQuery(collection, filter, sort, hint)
    this.unsorted = this.plan.order === 'whole' || isEmpty(sort) ? undefined : sort
    this.#spec = spec
    this.#engine = engine
    this.#collection = collection
    this.#most = limit === 0 ? 0 : skip + limit
    this.#changes = engine.store.changes
    this.#isSure = isEmpty(filter) || this.plan.covered
  }

  /** Rows in order, after skip and limit; `undefined` in between lets the caller look at the clock. */
  *rows(): Generator<Row | undefined> {
    const { skip = 0 } = this.#spec
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

  /** What was dropped since the query began gives no more rows, and no end either, as in MongoDB. */
  #checkPresent(): void {
    const { store, catalog } = this.#engine
    if (this.#changes === store.changes) return
    const { db, name, space } = this.#collection
    const { index } = this.plan
    const now = catalog.find(db, name)
    const isKept = !index || now?.indexes.some((one) => one.space === index.space)
    const said = `the collection ${db}.${name} or its index was dropped amid the query`
    insist(now?.space === space && isKept, 175, said)
  }

  #tellScan(given: number): void {
    const { filter, sort } = this.#spec
    const shape = (doc: Doc) => `{ ${Object.keys(doc).join(', ')} }`
    const order = sort ? ` in order of ${shape(sort)}` : ''
    this.#engine.onScan?.(
      `${this.#collection.namespace}: ${this.docsExamined} documents were examined to give ${given} ` +
        `for ${shape(filter)}${order}; no index serves this query.`,
    )
  }

  /** The number of matching documents without reading one: from the catalog, or from the keys of an index. */
  countKeys(): number | undefined {
    const { skip = 0, limit = 0, filter } = this.#spec
    const { index, covered, ranges } = this.plan
    const { store } = this.#engine
    let total = this.#collection.count
    if (covered) {
      total = 0
      for (const range of ranges)
        total += range.point ? Number(store.has(range.low)) : store.countKeys(range)
      this.keysExamined += total
    } else if (!isEmpty(filter) || index) return undefined
    return Math.min(limit || Infinity, Math.max(0, total - skip))
  }

  #read(rid: number): Buffer | undefined {
    return this.#engine.store.get(recordKey(this.#collection.space, rid))
  }

  /** Documents that meet the filter, range by range of the plan; `undefined` marks one that doesn't, or was met before. */
  *#matching(): Generator<Row | undefined> {
    const { index, ranges, reverse, order } = this.plan
    const { store } = this.#engine
    const wanted = this.unsorted && !order ? undefined : this.#most || undefined
    const seen = index && index.arrayPaths.size > 0 ? new Set<number>() : undefined
    const fields = fieldsOf(this.#spec.filter)
    for (const range of reverse ? ranges.toReversed() : ranges) {
      let left = order === 'each' ? this.#most : 0
      for (const { rid, value } of walkRange(store, this.plan, range, wanted)) {
        if (index) this.keysExamined += 1
        const isNew = !seen?.has(rid)
        if (isNew) this.docsExamined += 1
        seen?.add(rid)
        const bytes = isNew ? (index ? this.#read(rid) : value) : undefined
        const row = bytes && this.#rowOf(rid, bytes, fields)
        yield row
        if (row && left > 0 && (left -= 1) === 0) break
      }
    }
  }

  /** Looks only at the fields that the filter names, when it names them. */
  #rowOf(rid: number, bytes: Buffer, fields: ReturnType<typeof fieldsOf>): Row | undefined {
    if (this.#isSure && this.#changes === this.#engine.store.changes) return { rid, bytes }
    const doc = parseDoc(fields ? cutFields(bytes, fields, true) : bytes)
    if (!this.matcher.test(doc)) return undefined
    return fields ? { rid, bytes } : { rid, bytes, doc }
  }

  /** Keeps only what sorts and the record ids (of as many as are wanted), then reads documents again. */
  *#sorted(sort: Doc): Generator<Row | undefined> {
    const most = this.#most
    const keyOf = compileSort(sort)
    const fields = fieldsOf(sort) ?? []
    let kept: { rid: number; key: string }[] = []
    const cut = () => {
      kept.sort((a, b) => (a.key === b.key ? a.rid - b.rid : a.key < b.key ? -1 : 1))
      if (most > 0) kept = kept.slice(0, most)
    }
    let bytes = 0
    for (const row of this.#matching()) {
      yield undefined
      if (!row) continue
      const key = keyOf(row.doc ?? parseDoc(cutFields(row.bytes, fields, true)))
      kept.push({ rid: row.rid, key })
      bytes += 64 + key.length
      if (most > 0 && kept.length >= 2 * most + 1_000) {
        bytes *= most / kept.length
        cut()
      }
      insist(bytes <= SORT_MEMORY, 292, 'Sort exceeded memory limit; add an index with this order')
    }
    cut()
    for (const { rid } of kept) {
      const found = this.#read(rid)
      const isSame = this.#changes === this.#engine.store.changes
      if (found && (isSame || this.matcher.test(parseDoc(found)))) yield { rid, bytes: found }
    }
  }
}
