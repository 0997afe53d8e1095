import { ridAtEnd } from './keyspace.js'
import type { Scan, ScanRange } from './planner.js'
import type { Store } from './store.js'

/** An entry met on a walk, of an index or of a collection, and the record id of its document. */
export interface Step {
  readonly key: Buffer
  readonly value: Buffer
  readonly rid: number
}

/**
 * How much is read ahead: as many entries as are wanted, few when that is not known, and not beyond so many bytes. Each page
 * costs native memory in lmdb that only the garbage collector frees, so they should not be small.
 */
const FEW = 16
const LONGEST_PAGE = 256
const BYTES_PER_PAGE = 256 * 1024

/** Walks the ranges of a scan in its order; `wanted` is how many of its steps will do, when that is known. */
export function* walkScan(store: Store, scan: Scan, wanted = FEW): Generator<Step> {
  const ranges = scan.reverse ? [...scan.ranges].reverse() : scan.ranges
  const isMerged = scan.merge && ranges.length > 1
  const size = isMerged ? Math.ceil(wanted / ranges.length) + 1 : wanted
  const walks = ranges.map((range) => walkRange(store, scan, range, Math.min(size, LONGEST_PAGE)))
  if (isMerged) yield* merged(ranges, walks, scan.reverse)
  else for (const walk of walks) yield* walk
}

/**
 * Reads a page at a time, and when anything was written meanwhile another one behind the last key met. So a walk holds nothing
 * of the file between two steps and is no snapshot: what is written meanwhile may or may not be met, as in MongoDB.
 */
function* walkRange(store: Store, scan: Scan, range: ScanRange, first: number): Generator<Step> {
  if (range.point) {
    const value = store.get(range.low)
    if (value) yield { key: range.low, value, rid: ridAtEnd(value) }
    return
  }
  let last: Buffer | undefined
  for (let size = first; ; size = Math.min(size * 4, LONGEST_PAGE)) {
    const { changes } = store
    const { page, isEnd } = readPage(store, scan, range, last, size)
    for (const step of page) {
      last = step.key
      yield step
      if (store.changes !== changes) break
    }
    if (isEnd && store.changes === changes) return
  }
}

function readPage(
  store: Store,
  { index, reverse }: Scan,
  range: ScanRange,
  last: Buffer | undefined,
  size: number,
): { page: Step[]; isEnd: boolean } {
  if (index && !index.unique) {
    const keys = store.keys(range, size, { reverse, last })
    const page = keys.map((key) => ({ key, value: key, rid: ridAtEnd(key) }))
    return { page, isEnd: page.length < size }
  }
  const page: Step[] = []
  let bytes = 0
  for (const { key, value } of store.entries(range, { reverse, last })) {
    page.push({ key, value, rid: ridAtEnd(index ? value : key) })
    bytes += value.length
    if (page.length === size || bytes > BYTES_PER_PAGE) return { page, isEnd: false }
  }
  return { page, isEnd: true }
}

/** The least (or greatest) next key over all walks, comparing what follows the prefix of each one's range. */
function* merged(
  ranges: readonly ScanRange[],
  walks: readonly Generator<Step>[],
  reverse: boolean,
): Generator<Step> {
  const live = walks.flatMap((walk, at) => {
    const first = walk.next()
    return first.done ? [] : [{ walk, step: first.value, prefix: ranges[at]?.prefix ?? 0 }]
  })
  const suffix = ({ step, prefix }: (typeof live)[number]) => step.key.subarray(prefix)
  while (live.length > 0) {
    const best = live.reduce((first, one) => {
      const order = Buffer.compare(suffix(one), suffix(first))
      return (reverse ? order > 0 : order < 0) ? one : first
    })
    yield best.step
    const next = best.walk.next()
    if (next.done) live.splice(live.indexOf(best), 1)
    else best.step = next.value
  }
}
