import { inverted, keyPart, longestValue } from './encode.js'
import type { Index } from './index-spec.js'
import { after, spaceKey, wholeSpace, type KeyRange } from './keyspace.js'
import { rangesOf, type ValueRange } from './ranges.js'
import type { Doc } from './values.js'

/** `prefix` bytes are the same in every key of the range (merging compares what follows). */
export interface ScanRange extends KeyRange {
  readonly prefix: number
  /** The whole key of a unique index: one lookup instead of a walk. */
  readonly point: boolean
}

/** What a filter asks of the leading fields of one index. */
export interface IndexBounds {
  /** How many values each of the leading fields is pinned to; several when the filter has `$in`. */
  readonly pinned: readonly number[]
  /** Paths whose condition the ranges express, the pinned ones first. */
  readonly used: readonly string[]
  /** The ranges say all that the filter says: every key in them leads to a match. */
  readonly covered: boolean
  /** In the order of the index; one over all of it without bounds. */
  readonly ranges: () => ScanRange[]
}

/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000

export const allOf = (space: number): ScanRange => ({
  ...wholeSpace(space),
  prefix: 4,
  point: false,
})

/** The longest run of pinned leading fields, then one range, as far as the filter gives them. */
export function indexBounds(index: Index, filter: Doc): IndexBounds {
  const { fields, arrayPaths, longKeys } = index
  const longest = longestValue(fields.length)
  const isLong = ({ low, high }: KeyRange) => low.length > longest || high.length > longest
  const found: (readonly ValueRange[])[] = []
  const used: string[] = []
  const pinned: number[] = []
  let covered = arrayPaths.size === 0 && !longKeys
  let total = 1
  for (const { path } of fields) {
    const asked = rangesOf(filter, path, arrayPaths.has(path))
    if (!asked || (total > 1 && total * asked.ranges.length > MOST_RANGES)) break
    const isPinned = asked.ranges.every(({ point }) => point)
    if (!isPinned && (longKeys || asked.ranges.some(isLong))) break
    covered &&= asked.exact
    used.push(path)
    found.push(asked.ranges)
    if (!isPinned) break
    pinned.push(asked.ranges.length)
    total *= asked.ranges.length
  }
  const names = Object.keys(filter)
  covered &&= names.length === used.length && names.every((name) => used.includes(name))
  return { pinned, used, covered, ranges: () => keyRanges(index, found, pinned.length) }
}

/** Every combination of the pinned values, each with the ranges of the field behind them. */
function keyRanges(
  { space, fields, unique }: Index,
  found: readonly (readonly ValueRange[])[],
  pinned: number,
): ScanRange[] {
  const longest = longestValue(fields.length)
  let starts = [spaceKey(space)]
  for (const [position, values] of found.slice(0, pinned).entries()) {
    const direction = fields[position]?.direction ?? 1
    const parts = values.map(({ low }) => keyPart(low, longest, direction))
    starts = starts.flatMap((start) => parts.map((part) => Buffer.concat([start, part])))
  }
  const inside = found[pinned]
  const isDown = fields[pinned]?.direction === -1
  const point = unique && pinned === fields.length
  const ranges = starts.flatMap((start) => {
    const prefix = start.length
    if (!inside) return [{ low: start, high: after(start), prefix, point }]
    const at = (bytes: Buffer) => Buffer.concat([start, bytes])
    return inside.map(({ low, high }) =>
      isDown
        ? { low: at(after(inverted(high))), high: at(after(inverted(low))), prefix, point }
        : { low: at(low), high: at(high), prefix, point },
    )
  })
  return ranges.sort((a, b) => Buffer.compare(a.low, b.low))
}
