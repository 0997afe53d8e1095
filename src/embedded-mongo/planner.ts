import { indexBounds, keyRanges, type IndexBounds, type KeyRange } from './bounds.js'
import type { Collection } from './catalog.js'
import { badValue } from './error.js'
import { isCovered } from './covered.js'
import type { Index } from './index-spec.js'
import { holdsAll } from './partial.js'
import { asDoc, isNumeric, toNumber, valuesEqual, type Doc } from './values.js'

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
    if (candidate.score >= WHOLE) break
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
/** One lookup answers the query: no other index can do it in less. */
const WHOLE = 100 * PINNED

/**
 * A pinned field weighs most, then a range, then the order; of equals the index with fewer fields wins. A partial index
 * that the filter implies is worth walking whole, for it holds fewer documents than the collection.
 */
function candidateOf(index: Index, filter: Doc, sort: Doc | undefined): Candidate {
  const bounds = indexBounds(index, filter)
  const order = sort && !index.longKeys ? orderFrom(index, bounds, sort) : undefined
  if (bounds.used.length === 0 && !order && !index.partial)
    return { index, bounds, order, score: 0 }
  const pinned = bounds.equal.length
  const whole = index.unique && pinned === index.fields.length && !hasNull(bounds)
  const score =
    (whole ? WHOLE / PINNED : 0) +
    pinned * 2 +
    (bounds.range ? 1 : 0) +
    (order ? 0.9 : 0) +
    (index.partial ? 0.05 : 0) -
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
