import { boundsOf } from './match.js'
import type { Index } from './index-spec.js'
import { encodeKey } from './keys.js'
import { after, spaceKey } from './keyspace.js'
import { RANK, rankOf, type Doc } from './values.js'

/** Keys `low <= key < high`; `prefix` bytes are the same in every key (merging compares what follows). */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
  readonly prefix: number
  /** The whole key of a unique index: one lookup instead of a walk. */
  readonly point: boolean
}

type Bounds = NonNullable<ReturnType<typeof boundsOf>>

/** What a filter asks of the leading fields of one index. */
export interface IndexBounds {
  /** Values of the leading fields that are pinned; several when the filter has `$in`. */
  readonly equal: readonly (readonly unknown[])[]
  readonly range: Bounds | undefined
  /** Paths whose condition the ranges express. */
  readonly used: readonly string[]
}

/** More ranges than this are not worth it: the rest of the prefix is left to the filter. */
const MOST_RANGES = 1_000

/** The longest run of pinned leading fields, then one range, as far as the filter gives them. */
export function indexBounds(index: Index, filter: Doc): IndexBounds {
  const equal: unknown[][] = []
  const used: string[] = []
  let ranges = 1
  for (const { path } of index.fields) {
    const bounds = boundsOf(filter, path)
    if (!bounds) break
    if (bounds.equal && ranges * bounds.equal.length <= MOST_RANGES) {
      equal.push(distinct(bounds.equal))
      ranges *= bounds.equal.length
      used.push(path)
      continue
    }
    if (bounds.equal || index.longKeys || !(bounds.lower ?? bounds.upper)) break
    return { equal, range: usable(bounds, index.arrayPaths.has(path)), used: [...used, path] }
  }
  return { equal, range: undefined, used }
}

function distinct(values: readonly unknown[]): unknown[] {
  const seen = new Map<string, unknown>()
  for (const value of values) seen.set(encodeKey([value], [1]).toString('latin1'), value)
  return [...seen.values()]
}

/** Of an array another element may meet each bound, so only one of them limits the keys. */
function usable(bounds: Bounds, isArray: boolean): Bounds {
  return isArray && bounds.lower && bounds.upper ? { lower: bounds.lower } : bounds
}

/** The key ranges for these bounds in the order of the index; one over the whole index without bounds. */
export function keyRanges(index: Index, bounds: IndexBounds): KeyRange[] {
  const directions = index.fields.map((field) => field.direction)
  const key = (values: readonly unknown[]) => spaceKey(index.space, encodeKey(values, directions))
  const ranges = product(bounds.equal).map((values) => {
    const prefix = values.length > 0 ? key(values) : spaceKey(index.space)
    if (bounds.range) return rangeAfter(index, bounds.range, values, prefix, key)
    const point = index.unique && values.length === index.fields.length
    return { low: prefix, high: after(prefix), prefix: prefix.length, point }
  })
  return ranges.sort((a, b) => Buffer.compare(a.low, b.low))
}

function rangeAfter(
  index: Index,
  { lower, upper }: Bounds,
  values: readonly unknown[],
  prefix: Buffer,
  key: (values: readonly unknown[]) => Buffer,
): KeyRange {
  const ascending = index.fields[values.length]?.direction !== -1
  const bracket = typeBracket((lower ?? upper)?.value, ascending, prefix)
  let [low, high] = bracket
  const first = ascending ? lower : upper
  const last = ascending ? upper : lower
  if (first) {
    const at = key([...values, first.value])
    low = first.inclusive ? at : after(at)
  }
  if (last) {
    const at = key([...values, last.value])
    high = last.inclusive ? after(at) : at
  }
  return { low, high, prefix: prefix.length, point: false }
}

/** A comparison only meets values of its own type, and the type is the first byte of a value's key. */
function typeBracket(value: unknown, ascending: boolean, prefix: Buffer): [Buffer, Buffer] {
  const rank = rankOf(value)
  if (rank === RANK.minKey || rank === RANK.maxKey) return [prefix, after(prefix)]
  const type = Buffer.concat([prefix, Buffer.from([ascending ? rank : 255 - rank])])
  return [type, after(type)]
}

function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  let rows: unknown[][] = [[]]
  for (const list of lists) rows = rows.flatMap((row) => list.map((value) => [...row, value]))
  return rows
}
