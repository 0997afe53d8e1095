import type { Collection } from './catalog.js'
import { parseDoc } from './codec.js'
import type { Engine } from './engine.js'
import { insist } from './error.js'
import type { Environment } from './expression.js'
import { cutFields, fieldsOf } from './fields.js'
import { compileSort } from './keys.js'
import { recordKey } from './keyspace.js'
import { compileMatch, type Matcher } from './match.js'
import { planQuery, type Plan, type Scan } from './planner.js'
import { walkScan } from './walk.js'
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

/** One run of a query, with what it examined. It may rest between two rows and holds nothing of the file then. */
export class Query {
  readonly plan: Plan
  readonly matcher: Matcher
  keysExamined = 0
  docsExamined = 0
  readonly #spec: QuerySpec
  readonly #engine: Pick<Engine, 'store' | 'catalog' | 'onScan'>
  readonly #collection: Collection
  /** Whether the plan leads to no document that does not meet the filter. */
  readonly #isSure: boolean
  /** What was written before the query began: later on a document need not be what its key has said. */
  readonly #changes: number

  constructor(
    engine: Pick<Engine, 'store' | 'catalog' | 'onScan'>,
    collection: Collection,
    spec: QuerySpec,
  ) {
    this.matcher = compileMatch(spec.filter, spec.environment)
    this.plan = planQuery(collection, spec.filter, spec.sort, spec.hint)
    this.#spec = spec
    this.#engine = engine
    this.#collection = collection
    this.#changes = engine.store.changes
    this.#isSure = isEmpty(spec.filter) || this.plan.scans.every(({ covered }) => covered)
  }

  /** What is left to be sorted once the documents are found. */
  get unsorted(): Doc | undefined {
    return this.plan.sorted || isEmpty(this.#spec.sort) ? undefined : this.#spec.sort
  }

  /** Rows in order, after skip and limit; `undefined` in between lets the caller look at the clock. */
  *rows(): Generator<Row | undefined> {
    const { skip = 0, limit = 0 } = this.#spec
    const sort = this.unsorted
    const ordered = sort ? this.#sorted(sort, limit === 0 ? 0 : skip + limit) : this.#matching()
    let met = 0
    try {
      for (const row of ordered) {
        this.#checkPresent()
        if (row) met += 1
        yield met > skip ? row : undefined
        if (limit > 0 && met === skip + limit) return
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
    const now = catalog.find(db, name)
    const isKept = (scan: Scan) =>
      !scan.index || now?.indexes.some((one) => one.space === scan.index?.space)
    const isThere = now?.space === space && this.plan.scans.every(isKept)
    insist(isThere, 175, `the collection ${db}.${name} or its index was dropped amid the query`)
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
    const { filter, skip = 0, limit = 0 } = this.#spec
    const { store } = this.#engine
    const [scan, ...others] = this.plan.scans
    let total = this.#collection.count
    if (scan?.covered && others.length === 0) {
      total = 0
      for (const range of scan.ranges)
        total += range.point
          ? Number(store.glance(range.low) !== undefined)
          : store.countKeys(range)
      this.keysExamined += total
    } else if (!isEmpty(filter) || scan?.index) return undefined
    return Math.min(limit || Infinity, Math.max(0, total - skip))
  }

  /** Stored documents in the order of the plan; `undefined` marks one met before. */
  *#found(scan: Scan, seen: Set<number> | undefined): Generator<Row | undefined> {
    const { store } = this.#engine
    const { skip = 0, limit = 0 } = this.#spec
    const wanted = limit > 0 && !this.unsorted ? skip + limit : undefined
    for (const { rid, value } of walkScan(store, scan, wanted)) {
      if (scan.index) this.keysExamined += 1
      const isNew = !seen?.has(rid)
      seen?.add(rid)
      if (isNew) this.docsExamined += 1
      const bytes = !scan.index ? value : isNew && store.get(recordKey(this.#collection.space, rid))
      yield bytes ? { rid, bytes } : undefined
    }
  }

  *#matching(): Generator<Row | undefined> {
    const { scans } = this.plan
    const { store } = this.#engine
    const isRepeating = scans.length > 1 || scans.some(({ index }) => index?.arrayPaths.size)
    const seen = isRepeating ? new Set<number>() : undefined
    const fields = fieldsOf(this.#spec.filter)
    for (const scan of scans)
      for (const row of this.#found(scan, seen)) {
        if (!row || (this.#isSure && this.#changes === store.changes)) yield row
        else {
          const doc = parseDoc(fields ? cutFields(row.bytes, fields, true) : row.bytes)
          yield !this.matcher.test(doc) ? undefined : fields ? row : { ...row, doc }
        }
      }
  }

  /** Keeps only what sorts and the record ids (the first `most` of them), then reads documents again. */
  *#sorted(sort: Doc, most: number): Generator<Row | undefined> {
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
    const { store } = this.#engine
    for (const { rid } of kept) {
      const found = store.get(recordKey(this.#collection.space, rid))
      const isSame = this.#changes === store.changes
      if (found && (isSame || this.matcher.test(parseDoc(found)))) yield { rid, bytes: found }
    }
  }
}
