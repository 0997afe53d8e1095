import type { Collection } from './catalog.js'
import { insist } from './error.js'
import { inverted, keyPart, longestValue, valuesEqual } from './encode.js'
import type { Index } from './index-spec.js'
import { after, wholeSpace, type KeyRange } from './keyspace.js'
import { holdsAll, rangesOf, type Ranges } from './ranges.js'
import { asDoc, isNumeric, toNumber, type Doc } from './values.js'

/** `point`: the whole key of a unique index, so one lookup instead of a walk. */
export interface ScanRange extends KeyRange {
  readonly point: boolean
}

/** How a query finds its documents: by ranges of one index, or without one of the collection itself. */
export interface Plan {
  readonly index: Index | undefined
  readonly ranges: readonly ScanRange[]
  readonly reverse: boolean
  /** What comes in the order of the sort: the whole walk, or each range for itself. */
  readonly order: 'whole' | 'each' | undefined
  /** Every key in the ranges meets the filter and every document that does has one: no need to look. */
  readonly covered: boolean
}

interface Candidate {
  readonly score: number
  readonly plan: () => Plan
}

/** One lookup answers the query: no other index can do it in less. */
const WHOLE = 100
/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000

/** Picks the index of the highest score, else walks the collection. A hinted index may leave documents out, as in MongoDB. */
export function planQuery(
  { space, indexes }: Collection,
  filter: Doc,
  sort: Doc = {},
  hint: unknown = {},
): Plan {
  const { $natural: natural = asDoc(hint)?.$natural } = sort
  const usable = indexes.filter(({ building, hidden }) => !building && !hidden)
  const walk = {
    index: undefined,
    ranges: [{ ...wholeSpace(space), point: false }],
    covered: false,
  }
  if (isNumeric(natural))
    return {
      ...walk,
      reverse: toNumber(natural) < 0,
      order: '$natural' in sort ? 'whole' : undefined,
    }
  const key = asDoc(hint)
  if (!key || Object.keys(key).length > 0) {
    const isHinted = ({ spec, name }: Index) => (key ? valuesEqual(spec.key, key) : name === hint)
    const hinted = usable.find(isHinted)
    insist(hinted, 2, 'hint provided does not correspond to an existing index')
    return candidateOf(hinted, filter, sort).plan()
  }
  let best: Candidate = { score: 0, plan: () => ({ ...walk, reverse: false, order: undefined }) }
  for (const index of usable) {
    if (!holdsAll(index, filter)) continue
    const candidate = candidateOf(index, filter, sort)
    if (candidate.score > best.score) best = candidate
    if (candidate.score >= WHOLE) break
  }
  return best.plan()
}

/** Takes the longest run of leading fields pinned to single values, then one range; these, then the order, make the score. */
function candidateOf(index: Index, filter: Doc, sort: Doc): Candidate {
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
  const isOne = (place: number) => place < pinned && bounds[place]?.ranges.length === 1
  const whole = follows(index, bounds.length, isOne, sort)
  const reverse = whole ?? follows(index, bounds.length, (place) => place < pinned, sort)
  const order = whole !== undefined ? 'whole' : reverse !== undefined ? 'each' : undefined
  const point = unique && pinned === fields.length
  const score =
    (point ? WHOLE : 0) +
    (pinned + bounds.length) +
    (order === 'whole' ? 0.9 : order ? 0.8 : 0) +
    (partial ? 0.05 : 0)
  const plan = (): Plan => {
    const ranges = keyRanges(index, bounds).map((range) => ({ ...range, point }))
    const covered = isCovered(index, bounds, filter)
    return { index, ranges, reverse: reverse ?? false, order, covered }
  }
  return { score: score > 0 ? score - fields.length / 1_000 : 0, plan }
}

/** Whether a walk follows the sort, and then if backwards. `isFixed` says which fields have one value only, all along. */
function follows(
  { fields, arrayPaths, longKeys }: Index,
  bounded: number,
  isFixed: (place: number) => boolean,
  sort: Doc,
): boolean | undefined {
  const isBounded = fields.slice(0, bounded).some(({ path }) => arrayPaths.has(path))
  let reverse: boolean | undefined
  let position = 0
  for (const [path, direction] of Object.entries(sort)) {
    const wanted = isNumeric(direction) ? toNumber(direction) : 0
    const place = fields.findIndex((field) => field.path === path)
    const isArray = arrayPaths.has(path)
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

function isCovered(index: Index, bounds: readonly Ranges[], filter: Doc): boolean {
  const names = Object.keys(filter)
  const used = index.fields.slice(0, bounds.length).map(({ path }) => path)
  const isWhole = names.length === used.length && names.every((name) => used.includes(name))
  const isPlain = index.arrayPaths.size === 0 && !index.longKeys
  return isPlain && isWhole && bounds.every(({ exact }) => exact)
}

/** Every combination of the values and ranges that bound the leading fields, in the order of the index. */
function keyRanges({ space, fields }: Index, bounds: readonly Ranges[]): KeyRange[] {
  const longest = longestValue(fields.length)
  let all = [wholeSpace(space)]
  for (const [position, { ranges }] of bounds.entries()) {
    const direction = fields[position]?.direction ?? 1
    const parts = ranges.map(({ low, high, point }) => {
      const part = keyPart(low, longest, direction)
      if (point) return { low: part, high: after(part) }
      if (direction === 1) return { low, high }
      return { low: after(inverted(high)), high: after(inverted(low)) }
    })
    const join = (start: KeyRange, { low, high }: KeyRange) => ({
      low: Buffer.concat([start.low, low]),
      high: Buffer.concat([start.low, high]),
    })
    all = all.flatMap((start) => parts.map((part) => join(start, part)))
  }
  return all.sort((a, b) => Buffer.compare(a.low, b.low))
}
