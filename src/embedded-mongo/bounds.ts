import type { Bound } from './match-bounds.js'
import { boundsOf } from './match.js'
import type { Index } from './index-spec.js'
import { encodeKey } from './keys.js'
import { after, spaceKey } from './keyspace.js'
import { isNumeric, RANK, rankOf, toNumber, type Doc } from './values.js'

/** Keys `low <= key < high`; `prefix` bytes are the same in every key (merging compares what follows). */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
  readonly prefix: number
  /** The whole key of a unique index: one lookup instead of a walk. */
  readonly point: boolean
}

interface Bounds {
  readonly lower?: Bound | undefined
  readonly upper?: Bound | undefined
  /** Without an upper end, the end of the type of the lower one. */
  readonly typed?: boolean
  /** Strings that start so, and any regular expression that is stored (it equals itself). */
  readonly prefix?: string
}

/** What a filter asks of the leading fields of one index. */
export interface IndexBounds {
  /** Values of the leading fields that are pinned; several when the filter has `$in`. */
  readonly equal: readonly (readonly unknown[])[]
  readonly range: Bounds | undefined
  /** Paths whose condition the ranges express. */
  readonly used: readonly string[]
}

/** Two `$in` may not multiply to more ranges than this: the second one is then left to the filter. */
const MOST_RANGES = 1_000

/** Shared by the fields of a key: what is shorter is never cut (keys.ts), three bytes a character at most. */
const BYTES_UNCUT = 1_200

/** The longest run of pinned leading fields, then one range, as far as the filter gives them. */
export function indexBounds(index: Index, filter: Doc): IndexBounds {
  const equal: (readonly unknown[])[] = []
  const used: string[] = []
  let ranges = 1
  for (const { path } of index.fields) {
    const bounds = boundsOf(filter, path)
    if (!bounds) break
    if (bounds.equal && (ranges === 1 || ranges * bounds.equal.length <= MOST_RANGES)) {
      equal.push(distinct(bounds.equal))
      ranges *= bounds.equal.length
      used.push(path)
      continue
    }
    if (bounds.equal || index.longKeys || !(bounds.lower ?? bounds.upper)) break
    const text = bounds.upper ? undefined : bounds.lower?.value
    const range =
      typeof text === 'string' && text.length * 3 < BYTES_UNCUT / index.fields.length
        ? { prefix: text }
        : usable(bounds, index.arrayPaths.has(path))
    return { equal, range, used: [...used, path] }
  }
  return { equal, range: undefined, used }
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  if (values.length === 1) return values
  const seen = new Map<string, unknown>()
  for (const value of values) seen.set(encodeKey([value], [1]).toString('latin1'), value)
  return [...seen.values()]
}

/**
 * Of an array another element may meet each end, so only one of them limits the keys, within its own type. An upper end may
 * stay when the lower one is only where the same type begins: what meets it lies between them.
 */
function usable(bounds: Bounds, isArray: boolean): Bounds {
  const { lower, upper } = bounds
  if (!isArray || !lower || !upper || isTypeStart(lower.value, upper)) return bounds
  return { lower, upper: undefined, typed: true }
}

/** An upper end before '' may also be the end of the numbers that another condition brought. */
function isTypeStart(lower: unknown, upper: Bound): boolean {
  if (rankOf(lower) !== rankOf(upper.value)) return false
  if (isNumeric(lower)) return Number.isNaN(toNumber(lower))
  if (lower === '') return upper.value !== '' || upper.inclusive
  return lower === false || (lower instanceof Date && lower.getTime() < -8e15)
}

/** The key ranges for these bounds in the order of the index; one over the whole index without bounds. */
export function keyRanges(index: Index, bounds: IndexBounds): KeyRange[] {
  const directions = index.fields.map((field) => field.direction)
  const key = (values: readonly unknown[]) => spaceKey(index.space, encodeKey(values, directions))
  const ranges = product(bounds.equal).flatMap((values) => {
    const prefix = values.length > 0 ? key(values) : spaceKey(index.space)
    const inside = bounds.range
      ? endsOf(index, bounds.range, values, prefix, key)
      : [[prefix, after(prefix)] as const]
    const point = index.unique && values.length === index.fields.length
    return inside.map(([low, high]) => ({ low, high, prefix: prefix.length, point }))
  })
  return ranges.length > 1 ? ranges.sort((a, b) => Buffer.compare(a.low, b.low)) : ranges
}

type Ends = readonly [low: Buffer, high: Buffer]

function endsOf(
  index: Index,
  bounds: Bounds,
  values: readonly unknown[],
  prefix: Buffer,
  key: (values: readonly unknown[]) => Buffer,
): Ends[] {
  const { lower, upper } = bounds
  const ascending = index.fields[values.length]?.direction !== -1
  const typeEnds = (rank: number): Ends => {
    const type = Buffer.concat([prefix, Buffer.from([ascending ? rank : 255 - rank])])
    return [type, after(type)]
  }
  if (bounds.prefix !== undefined) {
    const text = key([...values, bounds.prefix]).subarray(0, -END_OF_TEXT)
    return [[text, after(text)], typeEnds(RANK.regex)]
  }
  let [low, high] = bounds.typed ? typeEnds(rankOf(lower?.value)) : [prefix, after(prefix)]
  const [first, last] = ascending ? [lower, upper] : [upper, lower]
  if (first) {
    const at = key([...values, first.value])
    low = first.inclusive ? at : after(at)
  }
  if (last) {
    const at = key([...values, last.value])
    high = last.inclusive ? after(at) : at
  }
  return Buffer.compare(low, high) < 0 ? [[low, high]] : []
}

/** A text in a key ends with two zero bytes (keys.ts), which the text's continuations don't have. */
const END_OF_TEXT = 2

function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  if (lists.every((list) => list.length === 1)) return [lists.map(([value]) => value)]
  let rows: unknown[][] = [[]]
  for (const list of lists) rows = rows.flatMap((row) => list.map((value) => [...row, value]))
  return rows
}
