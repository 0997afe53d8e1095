import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import type { Environment } from './expression.js'
import { cutFields, fieldsOf } from './fields.js'
import { compileSort } from './keys.js'
import { recordKey } from './keyspace.js'
import { compileMatch, type Matcher } from './match.js'
import { namespaceOf } from './namespace.js'
import { planQuery, type Plan } from './planner.js'
import { Walk, type Found } from './walk.js'
import type { Doc } from './values.js'

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
export interface Row extends Found {
  readonly doc?: Doc | undefined
}

/** Examining so many more documents than were asked for means that an index is missing. */
const WASTED = 1_000

/** What a sort without index may keep at one time, in bytes, as MongoDB's default. */
const SORT_MEMORY = 100 * 1024 * 1024

/** One run of a query: an iterator of rows that can be parked between rows, with what it examined. */
export class Query {
  readonly plan: Plan
  readonly walk: Walk
  readonly matcher: Matcher
  readonly #spec: QuerySpec
  readonly #engine: Pick<Engine, 'store' | 'onScan'>
  readonly #collection: Collection

  constructor(engine: Pick<Engine, 'store' | 'onScan'>, collection: Collection, spec: QuerySpec) {
    this.matcher = compileMatch(spec.filter, spec.environment)
    this.plan = planQuery(collection, spec.filter, spec.sort, spec.hint)
    this.walk = new Walk(engine.store, collection)
    this.#spec = spec
    this.#engine = engine
    this.#collection = collection
  }

  /** Rows in order, after skip and limit; `undefined` in between lets the caller look at the clock. */
  *rows(): Generator<Row | undefined> {
    const { sort, skip = 0, limit = 0 } = this.#spec
    const isSorted = !sort || Object.keys(sort).length === 0 || this.plan.sorted
    const ordered = isSorted ? this.#matching() : this.#sorted(sort, limit === 0 ? 0 : skip + limit)
    let met = 0
    try {
      for (const row of ordered) {
        if (row) met += 1
        yield met > skip ? row : undefined
        if (limit > 0 && met === skip + limit) return
      }
    } finally {
      if (this.walk.docsExamined - met > WASTED) this.#tellScan(Math.max(0, met - skip))
    }
  }

  #tellScan(given: number): void {
    const { filter, sort } = this.#spec
    const shape = (doc: Doc) => `{ ${Object.keys(doc).join(', ')} }`
    const order = sort ? ` in order of ${shape(sort)}` : ''
    this.#engine.onScan?.(
      `${namespaceOf(this.#collection)}: ${this.walk.docsExamined} documents were examined to give ${given} ` +
        `for ${shape(filter)}${order}; no index serves this query.`,
    )
  }

  /** The number of matching documents without reading one: from the catalog, or from the keys of an index. */
  countKeys(): number | undefined {
    const { filter, skip = 0, limit = 0 } = this.#spec
    const { store } = this.#engine
    let total = 0
    if (Object.keys(filter).length === 0) total = this.#collection.count
    else if (this.plan.kind !== 'index' || !this.plan.scan.covered) return undefined
    else {
      for (const { low, high, point } of this.plan.scan.ranges)
        total += point ? Number(store.has(low)) : store.countKeys(low, high)
      this.walk.keysExamined += total
    }
    const left = Math.max(0, total - skip)
    return limit > 0 ? Math.min(limit, left) : left
  }

  *#matching(): Generator<Row | undefined> {
    const isSure =
      Object.keys(this.#spec.filter).length === 0 ||
      (this.plan.kind === 'index' && this.plan.scan.covered)
    const fields = fieldsOf(this.#spec.filter)
    for (const found of this.walk.documents(this.plan)) {
      if (!found || isSure) yield found
      else {
        const doc = parseDoc(fields ? cutFields(found.bytes, fields, true) : found.bytes)
        const row = fields ? found : { ...found, doc }
        yield this.matcher.test(doc) ? row : undefined
      }
    }
  }

  /** Keeps only what sorts and the record ids (the first `most` of them), then reads documents again. */
  *#sorted(sort: Doc, most: number): Generator<Row | undefined> {
    const keyOf = compileSort(sort)
    const heads = fieldsOf(sort) ?? []
    let kept: { rid: number; key: string }[] = []
    const inOrder = (a: { rid: number; key: string }, b: { rid: number; key: string }) =>
      a.key === b.key ? a.rid - b.rid : a.key < b.key ? -1 : 1
    let bytes = 0
    for (const row of this.#matching()) {
      yield undefined
      if (!row) continue
      const key = keyOf(row.doc ?? parseDoc(cutFields(row.bytes, heads, true)))
      kept.push({ rid: row.rid, key })
      bytes += 64 + key.length
      if (most > 0 && kept.length >= 2 * most + 1_000) {
        kept = kept.sort(inOrder).slice(0, most)
        bytes = kept.reduce((sum, { key }) => sum + 64 + key.length, 0)
      }
      insist(
        bytes <= SORT_MEMORY,
        292,
        'Sort exceeded memory limit; add an index that gives this order',
      )
    }
    kept.sort(inOrder)
    for (const { rid } of most > 0 ? kept.slice(0, most) : kept) {
      const found = this.#engine.store.get(recordKey(this.#collection.space, rid))
      if (found) yield { rid, bytes: found }
    }
  }
}
