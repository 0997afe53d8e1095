import type { Collection } from './catalog.js'
import { recordKey, ridAtEnd, spaceKey } from './keyspace.js'
import type { KeyRange } from './ranges.js'
import type { IndexScan, Plan } from './planner.js'
import type { Store } from './store.js'

/** A stored document met on a walk. */
export interface Found {
  readonly rid: number
  readonly bytes: Buffer
}

interface Step {
  readonly key: Buffer
  readonly rid: number
  readonly bytes?: Buffer
}

/**
 * Walks documents in the order of a plan. Between two steps it may be parked: it then holds nothing of the
 * file (no cursor, no read transaction) and goes on behind the last key. So a walk is no snapshot: what
 * is written while it is parked may or may not be met, as in MongoDB.
 */
export class Walk {
  readonly #store: Store
  readonly #collection: Collection
  readonly #open = new Set<{ return?: () => unknown }>()
  #epoch = 0
  keysExamined = 0
  docsExamined = 0

  constructor(store: Store, collection: Collection) {
    this.#store = store
    this.#collection = collection
  }

  /** Lets go of everything in the file until the next step. */
  park(): void {
    this.#epoch += 1
    for (const iterator of this.#open) iterator.return?.()
    this.#open.clear()
  }

  /** Documents of the plan; `undefined` in between is a pause without a document (see `steps`). */
  *documents(plan: Plan): Generator<Found | undefined> {
    if (plan.kind === 'collection') {
      for (const { rid, bytes } of this.#collectionSteps(plan.reverse)) {
        this.docsExamined += 1
        if (bytes) yield { rid, bytes }
      }
      return
    }
    for (const rid of this.records(plan)) {
      if (rid === undefined) {
        yield undefined
        continue
      }
      this.docsExamined += 1
      const bytes = this.#store.get(recordKey(this.#collection.space, rid))
      yield bytes && { rid, bytes }
    }
  }

  /** Record ids of the plan without reading documents; `undefined` marks a key met before. */
  *records(plan: Plan): Generator<number | undefined> {
    if (plan.kind === 'collection') {
      for (const { rid } of this.#collectionSteps(plan.reverse)) yield rid
      return
    }
    const scans = plan.kind === 'union' ? plan.scans : [plan.scan]
    const seen = scans.length > 1 || scans[0]?.repeats ? new Set<number>() : undefined
    for (const scan of scans) {
      for (const { rid } of this.#indexSteps(scan)) {
        this.keysExamined += 1
        if (seen?.has(rid)) {
          yield undefined
          continue
        }
        seen?.add(rid)
        yield rid
      }
    }
  }

  *#collectionSteps(reverse: boolean): Generator<Step> {
    const space = this.#collection.space
    const range = { low: spaceKey(space), high: spaceKey(space + 1) }
    for (const { key, value } of this.#resumable(range, reverse, true))
      yield { key, rid: ridAtEnd(key), bytes: value }
  }

  *#indexSteps(scan: IndexScan): Generator<Step> {
    const ranges = scan.reverse ? [...scan.ranges].reverse() : scan.ranges
    if (scan.merge && ranges.length > 1) yield* this.#merged(scan, ranges)
    else for (const range of ranges) yield* this.#rangeSteps(scan, range)
  }

  *#rangeSteps(scan: IndexScan, range: KeyRange): Generator<Step> {
    if (range.point) {
      const owner = this.#store.glance(range.low)
      if (owner) yield { key: range.low, rid: ridAtEnd(owner) }
      return
    }
    const unique = scan.index.unique
    for (const { key, value } of this.#resumable(range, scan.reverse, unique))
      yield { key, rid: ridAtEnd(unique ? value : key) }
  }

  /** The least (or greatest) next key over all ranges, comparing what follows each range's prefix. */
  *#merged(scan: IndexScan, ranges: readonly KeyRange[]): Generator<Step> {
    const heads = ranges.map((range) => ({ range, steps: this.#rangeSteps(scan, range) }))
    const live = heads.flatMap(({ range, steps }) => {
      const first = steps.next()
      return first.done ? [] : [{ range, steps, step: first.value }]
    })
    const direction = scan.reverse ? -1 : 1
    while (live.length > 0) {
      let best = 0
      for (let index = 1; index < live.length; index += 1) {
        const a = live[index]
        const b = live[best]
        if (a && b && compareSuffix(a.step.key, a.range, b.step.key, b.range) * direction < 0)
          best = index
      }
      const winner = live[best]
      if (!winner) return
      yield winner.step
      const next = winner.steps.next()
      if (next.done) live.splice(best, 1)
      else winner.step = next.value
    }
  }

  *#resumable(
    range: { low: Buffer; high: Buffer },
    reverse: boolean,
    values: boolean,
  ): Generator<{ key: Buffer; value: Buffer }> {
    let last: Buffer | undefined
    for (;;) {
      const epoch = this.#epoch
      const { low, high } = range
      const iterator = values
        ? this.#store.entries(low, high, reverse, last)[Symbol.iterator]()
        : this.#store.keys(low, high, reverse, last)[Symbol.iterator]()
      this.#open.add(iterator)
      try {
        for (;;) {
          const step = iterator.next()
          if (step.done) return
          const entry = Buffer.isBuffer(step.value)
            ? { key: step.value, value: step.value }
            : step.value
          last = entry.key
          yield entry
          if (this.#epoch !== epoch) break
        }
      } finally {
        if (this.#open.delete(iterator)) iterator.return?.()
      }
    }
  }
}

function compareSuffix(a: Buffer, inA: KeyRange, b: Buffer, inB: KeyRange): number {
  return Buffer.compare(a.subarray(inA.prefix), b.subarray(inB.prefix))
}
