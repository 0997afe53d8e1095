import type { Collection } from './catalog.js'
import { insist } from './error.js'
import { inverted, valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { after, cutKey, isLong, wholeSpace, type KeyRange } from './keyspace.js'
import type { QuerySpec } from './query.js'
import { holdsAll, rangesOf, type Ranges } from './ranges.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** How a query finds its documents: by ranges of one index, or without one of the collection itself. */
export interface Plan {
  readonly index: Index | undefined
  readonly ranges: readonly KeyRange[]
  /** The ranges begin with whole keys of a unique index: a lookup each instead of a walk. */
  readonly point: boolean
  readonly reverse: boolean
  /** What comes in the order of the sort: the whole walk, or each range for itself. */
  readonly order: 'whole' | 'each' | undefined
  /** Every key in the ranges meets the filter and every document that does has one: no need to look. */
  readonly covered: boolean
}

/** One lookup answers the query: no other index can do it in less. */
const WHOLE = 100
/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000

/** Picks the index of the highest score, else walks the collection. A hinted index may leave documents out, as in MongoDB. */
export function planQuery({ space, indexes }: Collection, spec: QuerySpec): Plan {
  const { filter, sort = {}, hint = {} } = spec
  const key = asDoc(hint)
  if (!key || Object.keys(key).length > 0) {
    const isHinted = ({ spec, name }: Index) => (key ? valuesEqual(spec.key, key) : name === hint)
    const hinted = indexes.find(isHinted)
    insist(hinted, 2, 'hint provided does not correspond to an existing index')
    return candidateOf(hinted, filter, sort).plan()
  }
  const no = { index: undefined, point: false, reverse: false, order: undefined, covered: false }
  const walk: Plan = { ...no, ranges: [wholeSpace(space)] }
  let best = { score: 0, plan: () => walk }
  for (const index of indexes) {
    if (!holdsAll(index, filter)) continue
    const candidate = candidateOf(index, filter, sort)
    if (candidate.score > best.score) best = candidate
    if (candidate.score >= WHOLE) break
  }
  return best.plan()
}

const isPinned = ({ ranges }: Ranges) => ranges.every(({ point }) => point)

/** What the filter says about the leading fields: single values all along, then one range; of an array about one path, as another element may meet the next condition. Of long keys only whole ones can be found. */
function boundsOf({ fields, arrayPaths, longKeys }: Index, filter: Doc): Ranges[] {
  const bounds: Ranges[] = []
  let [starts, length, arrays] = [1, 0, 0]
  for (const { path } of fields) {
    const isArray = arrayPaths.includes(path)
    if (isArray && (arrays += 1) > 1) break
    const asked = rangesOf(filter, path, isArray)
    if (!asked || (starts > 1 && starts * asked.ranges.length > MOST_RANGES)) break
    bounds.push(asked)
    starts *= asked.ranges.length
    length += Math.max(0, ...asked.ranges.map(({ low, high }) => Math.max(low.length, high.length)))
    if (!isPinned(asked)) break
  }
  const isWhole = bounds.length === fields.length && bounds.every(isPinned)
  return isWhole || !(longKeys || isLong({ length })) ? bounds : []
}

/** The fields that are pinned, then a range, then the order make the score. */
function candidateOf(index: Index, filter: Doc, sort: Doc) {
  const { fields, arrayPaths, unique, partial } = index
  const bounds = boundsOf(index, filter)
  const pinned = bounds.filter(isPinned).length
  const isOne = (place: number) => place < pinned && bounds[place]?.ranges.length === 1
  const whole = follows(index, bounds.length, sort, isOne)
  const reverse = whole ?? follows(index, bounds.length, sort, (place) => place < pinned)
  const order = whole !== undefined ? 'whole' : reverse !== undefined ? 'each' : undefined
  const isWhole = pinned === fields.length
  const point = unique && isWhole
  const score =
    (point ? WHOLE : 0) +
    (pinned + bounds.length) +
    (order === 'whole' ? 0.9 : order ? 0.8 : 0) +
    (partial ? 0.05 : 0)
  const plan = (): Plan => {
    const ranges = keyRanges(index, bounds, isWhole)
    const used = fields.slice(0, bounds.length)
    const isAll = used.every(({ path }) => Object.hasOwn(filter, path))
    const isExact = Object.keys(filter).length === used.length && bounds.every(({ exact }) => exact)
    const covered = isAll && isExact && arrayPaths.length === 0
    return { index, ranges, point, reverse: reverse ?? false, order, covered }
  }
  return { score: score > 0 ? score - fields.length / 1_000 : 0, plan }
}

/** Whether a walk follows the sort, and then if backwards. `isFixed` says which fields have one value only, all along. */
function follows(index: Index, bounded: number, sort: Doc, isFixed: (place: number) => boolean) {
  const { fields, arrayPaths, longKeys } = index
  const isBounded = fields.slice(0, bounded).some(({ path }) => arrayPaths.includes(path))
  let reverse: boolean | undefined
  let position = 0
  for (const [path, direction] of Object.entries(sort)) {
    const wanted = isNumeric(direction) ? toNumber(direction) : 0
    const place = fields.findIndex((field) => field.path === path)
    const isArray = arrayPaths.includes(path)
    if (place >= 0 && isFixed(place) && !isArray) continue
    while (position < place && isFixed(position)) position += 1
    // An array sorts by its least or greatest element, which bounds on it could leave out.
    if (position !== place || (isArray && isBounded) || Math.abs(wanted) !== 1) return undefined
    const opposite = wanted !== fields[place]?.direction
    if (longKeys || (reverse !== undefined && reverse !== opposite)) return undefined
    reverse = opposite
    position += 1
  }
  return Object.keys(sort).length > 0 ? (reverse ?? false) : undefined
}

/** Every combination of the values and ranges that bound the leading fields, in the order of the index. */
function keyRanges({ space, fields }: Index, bounds: readonly Ranges[], isWhole: boolean) {
  let all = [wholeSpace(space)]
  for (const [position, { ranges }] of bounds.entries()) {
    const isUp = fields[position]?.direction === 1
    const parts = ranges.map(({ low, high, point }) => {
      if (isUp) return { low, high }
      const least = point ? inverted(low) : after(inverted(high))
      return { low: least, high: after(inverted(low)) }
    })
    const join = (start: KeyRange, { low, high }: KeyRange) => ({
      low: Buffer.concat([start.low, low]),
      high: Buffer.concat([start.low, high]),
    })
    all = all.flatMap((start) => parts.map((part) => join(start, part)))
  }
  if (isWhole) all = all.map(({ low }) => ({ low: cutKey(low), high: after(cutKey(low)) }))
  return all.sort((a, b) => Buffer.compare(a.low, b.low))
}
