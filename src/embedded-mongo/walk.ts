import { ridAtEnd } from './keyspace.js'
import type { Plan, ScanRange } from './planner.js'
import type { Store } from './store.js'

/** An entry met on a walk and the record id of its document; the value is the document where the collection is walked. */
interface Step {
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

/**
 * Walks a range of a plan. Reads a page at a time, and when anything was written meanwhile another one behind the last key met.
 * So a walk holds nothing of the file between two steps and is no snapshot: what is written meanwhile may or may not be met,
 * as in MongoDB. `wanted` is how many steps will do, when that is known.
 */
export function* walkRange(
  store: Store,
  { index, reverse }: Plan,
  range: ScanRange,
  wanted = FEW,
): Generator<Step> {
  if (range.point) {
    const value = store.get(range.low)
    if (value) yield { value, rid: ridAtEnd(value) }
    return
  }
  let last: Buffer | undefined
  for (let size = wanted; ; size *= 4) {
    const { changes } = store
    const page: { key: Buffer; value: Buffer }[] = []
    let bytes = 0
    const isFull = () => page.length >= Math.min(size, LONGEST_PAGE) || bytes > BYTES_PER_PAGE
    for (const entry of store.entries(range, { reverse, last })) {
      page.push(entry)
      bytes += entry.value.length
      if (isFull()) break
    }
    for (const { key, value } of page) {
      last = key
      yield { value, rid: ridAtEnd(index?.unique ? value : key) }
      if (store.changes !== changes) break
    }
    if (!isFull() && store.changes === changes) return
  }
}
