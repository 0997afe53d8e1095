import type { Collection } from './catalog.js'
import { insist } from './error.js'
import { inverted, keyPart, longestValue, valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { after, spaceKey, wholeSpace, type KeyRange } from './keyspace.js'
import { holdsAll, rangesOf, type Ranges } from './ranges.js'
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

/** `prefix` bytes are the same in every key of the range (merging compares what follows). */
export interface ScanRange extends KeyRange {
  readonly prefix: number
  /** The whole key of a unique index: one lookup instead of a walk. */
  readonly point: boolean
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
  /** Of the leading fields, as far as the filter limits them; so many of them to single values. */
  readonly bounds: readonly Ranges[]
  readonly pinned: number
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
  if (hinted) return indexPlan(candidateOf(hinted, filter, wanted), filter)
  let best: Candidate | undefined
  for (const index of usable) {
    if (!holdsAll(index, filter)) continue
    const candidate = candidateOf(index, filter, wanted)
    if (candidate.score > (best?.score ?? 0)) best = candidate
    if (candidate.score >= WHOLE) break
  }
  const union = best && best.score >= PINNED ? undefined : unionPlan(collection, filter)
  return union ?? (best ? indexPlan(best, filter) : collectionPlan(collection, false, false))
}

function collectionPlan({ space }: Collection, reverse: boolean, sorted: boolean): Plan {
  const ranges = [{ ...wholeSpace(space), prefix: 4, point: false }]
  return { scans: [{ index: undefined, ranges, reverse, merge: false, covered: false }], sorted }
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
/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000
/** Ranges walked side by side each hold a page of keys. */
const MOST_MERGED = 200

/**
 * Takes of an index the longest run of pinned leading fields, then one range, as far as the filter gives them. For the score a
 * pinned field weighs most, then a range, then the order; of equals the index with fewer fields wins. A partial index that the
 * filter implies is worth walking whole, for it holds fewer documents than the collection.
 */
function candidateOf(index: Index, filter: Doc, sort: Doc | undefined): Candidate {
  const { fields, arrayPaths, longKeys, unique, partial } = index
  const longest = longestValue(fields.length)
  const isLong = ({ low, high }: KeyRange) => low.length > longest || high.length > longest
  const bounds: Ranges[] = []
  let [pinned, starts] = [0, 1]
  for (const { path } of fields) {
    const asked = rangesOf(filter, path, arrayPaths.has(path))
    if (!asked || (starts > 1 && starts * asked.ranges.length > MOST_RANGES)) break
    const isPinned = asked.ranges.every(({ point }) => point)
    if (!isPinned && (longKeys || asked.ranges.some(isLong))) break
    bounds.push(asked)
    if (!isPinned) break
    pinned += 1
    starts *= asked.ranges.length
  }
  const order = sort && !longKeys ? orderFrom(index, bounds, pinned, starts, sort) : undefined
  const isUseful = bounds.length > 0 || order !== undefined || partial !== undefined
  const score =
    (unique && pinned === fields.length ? WHOLE : 0) +
    pinned +
    bounds.length +
    (order ? 0.9 : 0) +
    (partial ? 0.05 : 0) -
    fields.length / 1_000
  return { index, bounds, pinned, order, score: isUseful ? score : 0 }
}

/** Whether walking the index (forward or back) gives the order of the sort. */
function orderFrom(
  index: Index,
  bounds: readonly Ranges[],
  pinned: number,
  starts: number,
  sort: Doc,
): Order | undefined {
  const whole = starts > 1 ? follows(index, bounds, 0, sort) : undefined
  if (whole !== undefined) return { reverse: whole, merge: false }
  const rest = starts > MOST_MERGED ? undefined : follows(index, bounds, pinned, sort)
  return rest === undefined ? undefined : { reverse: rest, merge: starts > 1 }
}

/** Whether the fields from this one on follow the sort, and then if backwards; undefined when they don't. */
function follows(
  { fields, arrayPaths }: Index,
  bounds: readonly Ranges[],
  from: number,
  sort: Doc,
): boolean | undefined {
  const isBounded = fields.slice(0, bounds.length).some(({ path }) => arrayPaths.has(path))
  let reverse: boolean | undefined
  let position = from
  for (const [path, direction] of Object.entries(sort)) {
    const wanted = isNumeric(direction) ? toNumber(direction) : 0
    if (Math.abs(wanted) !== 1) return undefined
    const place = fields.findIndex((field) => field.path === path)
    const isArray = arrayPaths.has(path)
    if (place >= 0 && place < from && bounds[place]?.ranges.length === 1 && !isArray) continue
    const field = fields[position]
    // An array sorts by its least or greatest element, which bounds on it could leave out.
    if (field?.path !== path || (isArray && isBounded)) return undefined
    const opposite = wanted !== field.direction
    if (reverse !== undefined && reverse !== opposite) return undefined
    reverse = opposite
    position += 1
  }
  return reverse ?? false
}

function indexPlan({ index, bounds, pinned, order }: Candidate, filter: Doc): Plan {
  const names = Object.keys(filter)
  const used = index.fields.slice(0, bounds.length).map(({ path }) => path)
  const isExact = names.length === used.length && names.every((name) => used.includes(name))
  const isPlain = index.arrayPaths.size === 0 && !index.longKeys
  const covered = isPlain && isExact && bounds.every(({ exact }) => exact)
  const { reverse = false, merge = false } = order ?? {}
  const scan = { index, ranges: keyRanges(index, bounds, pinned), reverse, merge, covered }
  return { scans: [scan], sorted: order !== undefined }
}

/** Every combination of the pinned values, each with the ranges of the field behind them, in the order of the index. */
function keyRanges(index: Index, bounds: readonly Ranges[], pinned: number): ScanRange[] {
  const { space, fields, unique } = index
  const longest = longestValue(fields.length)
  let starts = [spaceKey(space)]
  for (const [position, { ranges }] of bounds.slice(0, pinned).entries()) {
    const parts = ranges.map(({ low }) => keyPart(low, longest, fields[position]?.direction ?? 1))
    starts = starts.flatMap((start) => parts.map((part) => Buffer.concat([start, part])))
  }
  const inside = bounds[pinned]
  const isDown = fields[pinned]?.direction === -1
  const point = unique && pinned === fields.length
  const all = starts.flatMap((start) => {
    const prefix = start.length
    if (!inside) return [{ low: start, high: after(start), prefix, point }]
    const at = (bytes: Buffer) => Buffer.concat([start, bytes])
    return inside.ranges.map(({ low, high }) =>
      isDown
        ? { low: at(after(inverted(high))), high: at(after(inverted(low))), prefix, point }
        : { low: at(low), high: at(high), prefix, point },
    )
  })
  return all.sort((a, b) => Buffer.compare(a.low, b.low))
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
