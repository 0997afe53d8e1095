import { indexBounds, keyRanges, type IndexBounds, type KeyRange } from './bounds.js'
import type { Collection } from './catalog.js'
import { badValue } from './error.js'
import type { Index } from './index-spec.js'
import { boundsOf, compileMatch } from './match.js'
import {
  asDoc,
  compareValues,
  isNumeric,
  rankOf,
  RANK,
  toNumber,
  valuesEqual,
  type Doc,
} from './values.js'

/** How a query finds its documents. */
export type Plan =
  | { readonly kind: 'collection'; readonly reverse: boolean; readonly sorted: boolean }
  | { readonly kind: 'index'; readonly scan: IndexScan; readonly sorted: boolean }
  | { readonly kind: 'union'; readonly scans: readonly IndexScan[]; readonly sorted: false }

export interface IndexScan {
  readonly index: Index
  readonly ranges: readonly KeyRange[]
  readonly reverse: boolean
  /** The ranges are walked side by side, by what follows their prefixes, to keep the order of the sort. */
  readonly merge: boolean
  /** Several keys may lead to one document. */
  readonly repeats: boolean
  /** Every key in the ranges meets the filter and every document that does has one: no need to look. */
  readonly covered: boolean
}

interface Candidate {
  readonly index: Index
  readonly bounds: IndexBounds
  readonly order: { readonly reverse: boolean; readonly merge: boolean } | undefined
  readonly score: number
}

/** Picks the index that pins most fields, then the one that gives the order, else walks the collection. */
export function planQuery(
  collection: Collection,
  filter: Doc,
  sort: Doc | undefined,
  hint: unknown,
): Plan {
  const wanted = sort && Object.keys(sort).length > 0 ? sort : undefined
  const natural = naturalOrder(wanted) ?? naturalOrder(asDoc(hint))
  if (natural !== undefined)
    return { kind: 'collection', reverse: natural < 0, sorted: naturalOrder(wanted) !== undefined }
  const hinted = hint === undefined ? undefined : hintedIndex(collection, hint)
  const usable = hinted ? [hinted] : collection.indexes
  let best: Candidate | undefined
  for (const index of usable) {
    if (index.building || index.hidden || !holdsAll(index, filter)) continue
    const candidate = candidateOf(index, filter, wanted)
    if (hinted || candidate.score > (best?.score ?? 0)) best = candidate
  }
  if (best && (hinted ?? best.score >= PINNED)) return indexPlan(best, filter)
  const union = hinted ? undefined : planUnion(collection, filter)
  if (union) return union
  return best ? indexPlan(best, filter) : { kind: 'collection', reverse: false, sorted: false }
}

function naturalOrder(spec: Doc | undefined): number | undefined {
  const order = spec?.$natural
  return isNumeric(order) ? toNumber(order) : undefined
}

function hintedIndex(collection: Collection, hint: unknown): Index | undefined {
  const key = asDoc(hint)
  if (key && Object.keys(key).length === 0) return undefined
  const found = collection.indexes.find((index) =>
    key ? valuesEqual(index.spec.key, key) : index.name === hint,
  )
  if (!found) throw badValue('hint provided does not correspond to an existing index')
  return found
}

const PINNED = 100

/** A pinned field weighs most, then a range, then the order; of equals the index with fewer fields wins. */
function candidateOf(index: Index, filter: Doc, sort: Doc | undefined): Candidate {
  const bounds = indexBounds(index, filter)
  const order = sort && !index.longKeys ? orderFrom(index, bounds, sort) : undefined
  if (bounds.used.length === 0 && !order) return { index, bounds, order, score: 0 }
  const pinned = bounds.equal.length
  const whole = index.unique && pinned === index.fields.length && !hasNull(bounds)
  const score =
    (whole ? 100 : 0) +
    pinned * 2 +
    (bounds.range ? 1 : 0) +
    (order ? 0.9 : 0) -
    index.fields.length / 1_000
  return { index, bounds, order, score: score * PINNED }
}

function indexPlan({ index, bounds, order }: Candidate, filter: Doc): Plan {
  const scan = {
    index,
    ranges: keyRanges(index, bounds),
    reverse: order?.reverse ?? false,
    merge: order?.merge ?? false,
    repeats: index.arrayPaths.size > 0,
    covered: isCovered(index, bounds, filter),
  }
  return { kind: 'index', scan, sorted: order !== undefined }
}

function hasNull(bounds: IndexBounds): boolean {
  return bounds.equal.some((values) =>
    values.some((value) => value === null || value === undefined),
  )
}

/** Ranges walked side by side each hold a cursor of the file. */
const MOST_MERGED = 200

function rangesOf(bounds: IndexBounds): number {
  return bounds.equal.reduce((product, values) => product * values.length, 1)
}

/** Whether walking the index (forward or back) gives the order of the sort. */
function orderFrom(
  index: Index,
  bounds: IndexBounds,
  sort: Doc,
): { reverse: boolean; merge: boolean } | undefined {
  const wanted = Object.entries(sort).map(([path, direction]) => ({ path, direction }))
  if (wanted.some(({ direction }) => !isNumeric(direction))) return undefined
  const several = bounds.equal.some((values) => values.length > 1)
  return (
    (several ? match(index, 0, wanted, bounds, false) : undefined) ??
    (rangesOf(bounds) <= MOST_MERGED
      ? match(index, bounds.equal.length, wanted, bounds, several)
      : undefined)
  )
}

function match(
  index: Index,
  from: number,
  wanted: readonly { path: string; direction: unknown }[],
  bounds: IndexBounds,
  merge: boolean,
): { reverse: boolean; merge: boolean } | undefined {
  let reverse: boolean | undefined
  let position = from
  for (const { path, direction } of wanted) {
    if (isConstant(index, path, from, bounds)) continue
    const field = index.fields[position]
    if (field?.path !== path || !mayOrder(index, path, bounds)) return undefined
    const opposite = Math.sign(toNumber(direction as number)) !== field.direction
    if (reverse !== undefined && reverse !== opposite) return undefined
    reverse = opposite
    position += 1
  }
  return { reverse: reverse ?? false, merge }
}

/** A field pinned to one value has no say in the order, unless it may hold an array. */
function isConstant(index: Index, path: string, from: number, bounds: IndexBounds): boolean {
  const position = index.fields.findIndex((field) => field.path === path)
  return (
    position >= 0 &&
    position < from &&
    bounds.equal[position]?.length === 1 &&
    !index.arrayPaths.has(path)
  )
}

/** An array sorts by its least or greatest element, which bounds on that path could leave out. */
function mayOrder(index: Index, path: string, bounds: IndexBounds): boolean {
  return !index.arrayPaths.has(path) || !bounds.used.includes(path)
}

/** Whether every document the filter can meet has a key in a sparse or partial index. */
function holdsAll(index: Index, filter: Doc): boolean {
  if (index.partial && !implies(filter, index.partial.filter)) return false
  return !index.sparse || index.fields.some(({ path }) => asksPresence(filter, path))
}

function asksPresence(filter: Doc, path: string): boolean {
  const bounds = boundsOf(filter, path)
  if (!bounds) return false
  const values = bounds.equal ?? [(bounds.lower ?? bounds.upper)?.value]
  return values.every(
    (value) =>
      value !== null &&
      value !== undefined &&
      rankOf(value) > RANK.null &&
      rankOf(value) < RANK.maxKey,
  )
}

function implies(filter: Doc, partial: Doc): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    if (path === '$and') return (condition as Doc[]).every((part) => implies(filter, part))
    if (path.startsWith('$')) return false
    if (path in filter && valuesEqual(filter[path], condition)) return true
    const operators = asDoc(condition)
    const names = operators ? Object.keys(operators) : []
    if (!operators || !names.some((name) => name.startsWith('$')))
      return impliesEach(filter, path, { $eq: condition })
    return names.every((name) => impliesEach(filter, path, { [name]: operators[name] }))
  })
}

function impliesEach(filter: Doc, path: string, condition: Doc): boolean {
  const bounds = boundsOf(filter, path)
  if (!bounds) return false
  if (condition.$exists === true) return asksPresence(filter, path)
  if (bounds.equal) {
    const matcher = compileMatch({ v: condition })
    return bounds.equal.every(
      (value) => value !== undefined && !Array.isArray(value) && matcher.test({ v: value }),
    )
  }
  const { lower, upper } = bounds
  if ('$gt' in condition) return atLeast(lower, condition.$gt, false)
  if ('$gte' in condition) return atLeast(lower, condition.$gte, true)
  if ('$lt' in condition) return atMost(upper, condition.$lt, false)
  if ('$lte' in condition) return atMost(upper, condition.$lte, true)
  return false
}

type Bound = { readonly value: unknown; readonly inclusive: boolean } | undefined

function atLeast(bound: Bound, limit: unknown, inclusive: boolean): boolean {
  if (!bound || rankOf(bound.value) !== rankOf(limit)) return false
  const order = compareValues(bound.value, limit)
  return order > 0 || (order === 0 && (inclusive || !bound.inclusive))
}

function atMost(bound: Bound, limit: unknown, inclusive: boolean): boolean {
  if (!bound || rankOf(bound.value) !== rankOf(limit)) return false
  const order = compareValues(bound.value, limit)
  return order < 0 || (order === 0 && (inclusive || !bound.inclusive))
}

const COMPARISONS = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte'])
const PLAIN_RANKS = new Set<number>([
  RANK.number,
  RANK.string,
  RANK.objectId,
  RANK.boolean,
  RANK.date,
])

/** The ranges say all that the filter says: plain values, each field named once, no arrays, no cut keys. */
function isCovered(index: Index, bounds: IndexBounds, filter: Doc): boolean {
  if (index.arrayPaths.size > 0 || index.longKeys || index.partial) return false
  const paths = Object.keys(filter)
  return (
    paths.length === bounds.used.length &&
    paths.every((path) => bounds.used.includes(path) && isPlain(filter[path]))
  )
}

function isPlain(condition: unknown): boolean {
  const operators = asDoc(condition)
  if (!operators) return isPlainValue(condition)
  if (meetsNaN(operators)) return false
  const entries = Object.entries(operators)
  return (
    entries.length > 0 &&
    entries.every(
      ([name, value]) =>
        COMPARISONS.has(name) &&
        (name === '$in' ? (value as unknown[]).every(isPlainValue) : isPlainValue(value)),
    ) &&
    new Set(entries.map(([name]) => side(name))).size === entries.length &&
    sameRank(entries)
  )
}

/** NaN is in the key range of `{ $lt: 5 }` but does not meet it. */
function meetsNaN(operators: Doc): boolean {
  const most = operators.$lt ?? operators.$lte
  return isNumeric(most) && operators.$gt === undefined && operators.$gte === undefined
}

function sameRank(entries: readonly [string, unknown][]): boolean {
  if (entries.length < 2) return true
  if (entries.some(([name]) => name === '$eq' || name === '$in')) return false
  return new Set(entries.map(([, value]) => rankOf(value))).size === 1
}

function side(operator: string): string {
  return operator.replace(/e$/, '').replace('$eq', '$in')
}

function isPlainValue(value: unknown): boolean {
  const isNaN = isNumeric(value) && Number.isNaN(toNumber(value))
  return (
    PLAIN_RANKS.has(rankOf(value)) && !isNaN && (typeof value !== 'string' || value.length < 150)
  )
}

/** `$or` whose every branch has its own index. */
function planUnion(collection: Collection, filter: Doc): Plan | undefined {
  const branches = filter.$or
  if (!Array.isArray(branches) || branches.length === 0) return undefined
  const scans: IndexScan[] = []
  for (const branch of branches as Doc[]) {
    const plan = planQuery(collection, branch, undefined, undefined)
    if (plan.kind === 'collection') return undefined
    scans.push(...(plan.kind === 'index' ? [plan.scan] : plan.scans))
  }
  return { kind: 'union', scans, sorted: false }
}
