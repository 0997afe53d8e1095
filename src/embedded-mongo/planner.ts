import { allOf, indexBounds, type IndexBounds, type ScanRange } from './bounds.js'
import type { Collection } from './catalog.js'
import { insist } from './error.js'
import { valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { holdsAll } from './ranges.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** How a query finds its documents: by one scan, or for `$or` by several. */
export interface Plan {
  readonly scans: readonly Scan[]
  /** The documents come in the order of the sort. */
  readonly sorted: boolean
}

interface Order {
  readonly reverse: boolean
  /** The ranges are walked side by side, by what follows their prefixes, to keep the order of the sort. */
  readonly merge: boolean
}

/** Ranges of an index, or without one of the collection itself. */
export interface Scan extends Order {
  readonly index: Index | undefined
  readonly ranges: readonly ScanRange[]
  /** Every key in the ranges meets the filter and every document that does has one: no need to look. */
  readonly covered: boolean
}

interface Candidate {
  readonly index: Index
  readonly bounds: IndexBounds
  readonly order: Order | undefined
  readonly score: number
}

/**
 * Picks the index that pins most fields, then the one that gives the order, else walks the collection. A hinted index is
 * taken even where it leaves documents out, as MongoDB does.
 */
export function planQuery(
  collection: Collection,
  filter: Doc,
  sort: Doc | undefined,
  hint: unknown,
): Plan {
  const wanted = sort && Object.keys(sort).length > 0 ? sort : undefined
  const natural = wanted?.$natural ?? asDoc(hint)?.$natural
  if (isNumeric(natural))
    return collectionPlan(collection, toNumber(natural) < 0, wanted?.$natural === natural)
  const usable = collection.indexes.filter(({ building, hidden }) => !building && !hidden)
  const hinted = hint === undefined ? undefined : hintedIndex(usable, hint)
  if (hinted) return indexPlan(candidateOf(hinted, filter, wanted))
  let best: Candidate | undefined
  for (const index of usable) {
    if (!holdsAll(index, filter)) continue
    const candidate = candidateOf(index, filter, wanted)
    if (candidate.score > (best?.score ?? 0)) best = candidate
    if (candidate.score >= WHOLE) break
  }
  const union = best && best.score >= PINNED ? undefined : unionPlan(collection, filter)
  return union ?? (best ? indexPlan(best) : collectionPlan(collection, false, false))
}

function collectionPlan({ space }: Collection, reverse: boolean, sorted: boolean): Plan {
  const scan = { index: undefined, ranges: [allOf(space)], reverse, merge: false, covered: false }
  return { scans: [scan], sorted }
}

function hintedIndex(indexes: readonly Index[], hint: unknown): Index | undefined {
  const key = asDoc(hint)
  if (key && Object.keys(key).length === 0) return undefined
  const found = indexes.find((index) =>
    key ? valuesEqual(index.spec.key, key) : index.name === hint,
  )
  insist(found, 2, 'hint provided does not correspond to an existing index')
  return found
}

const PINNED = 1
/** One lookup answers the query: no other index can do it in less. */
const WHOLE = 100

/**
 * A pinned field weighs most, then a range, then the order; of equals the index with fewer fields wins. A partial index
 * that the filter implies is worth walking whole, for it holds fewer documents than the collection.
 */
function candidateOf(index: Index, filter: Doc, sort: Doc | undefined): Candidate {
  const bounds = indexBounds(index, filter)
  const { used, pinned } = bounds
  const order = sort && !index.longKeys ? orderFrom(index, bounds, sort) : undefined
  if (used.length === 0 && !order && !index.partial) return { index, bounds, order, score: 0 }
  const score =
    (index.unique && pinned.length === index.fields.length ? WHOLE : 0) +
    pinned.length * 2 +
    (used.length - pinned.length) +
    (order ? 0.9 : 0) +
    (index.partial ? 0.05 : 0) -
    index.fields.length / 1_000
  return { index, bounds, order, score }
}

function indexPlan({ index, bounds, order }: Candidate): Plan {
  const { reverse, merge } = order ?? { reverse: false, merge: false }
  const scan = { index, ranges: bounds.ranges(), reverse, merge, covered: bounds.covered }
  return { scans: [scan], sorted: order !== undefined }
}

/** Ranges walked side by side each hold a page of keys. */
const MOST_MERGED = 200

/** Whether walking the index (forward or back) gives the order of the sort. */
function orderFrom(index: Index, bounds: IndexBounds, sort: Doc): Order | undefined {
  const directions = Object.values(sort).map((one) => (isNumeric(one) ? toNumber(one) : 0))
  if (directions.some((one) => Math.abs(one) !== 1)) return undefined
  const ranges = bounds.pinned.reduce((product, count) => product * count, 1)
  const whole = ranges > 1 ? follows(index, 0, bounds, sort) : undefined
  if (whole !== undefined) return { reverse: whole, merge: false }
  const rest = ranges > MOST_MERGED ? undefined : follows(index, bounds.pinned.length, bounds, sort)
  return rest === undefined ? undefined : { reverse: rest, merge: ranges > 1 }
}

/** Whether the fields from this one on follow the sort, and then if backwards; undefined when they don't. */
function follows(
  { fields, arrayPaths }: Index,
  from: number,
  { pinned, used }: IndexBounds,
  sort: Doc,
): boolean | undefined {
  let reverse: boolean | undefined
  let position = from
  for (const [path, direction] of Object.entries(sort)) {
    const place = fields.findIndex((field) => field.path === path)
    const isPinned = place >= 0 && place < from && pinned[place] === 1
    if (isPinned && !arrayPaths.has(path)) continue
    const field = fields[position]
    // An array sorts by its least or greatest element, which bounds on that path could leave out.
    if (field?.path !== path || (arrayPaths.has(path) && used.includes(path))) return undefined
    const opposite = Math.sign(toNumber(direction as number)) !== field.direction
    if (reverse !== undefined && reverse !== opposite) return undefined
    reverse = opposite
    position += 1
  }
  return reverse ?? false
}

/** `$or` whose every branch has its own index. */
function unionPlan(collection: Collection, filter: Doc): Plan | undefined {
  if (!Array.isArray(filter.$or)) return undefined
  const branches = filter.$or as Doc[]
  const scans = branches.flatMap(
    (branch) => planQuery(collection, branch, undefined, undefined).scans,
  )
  if (scans.some(({ index }) => !index)) return undefined
  return { scans: scans.map((scan) => ({ ...scan, covered: false })), sorted: false }
}
