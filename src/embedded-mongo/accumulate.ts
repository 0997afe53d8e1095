import { Double } from 'bson'
import { compareValues, valueKey } from './encode.js'
import { Sum } from './numbers.js'
import { asDoc, isNullish, isNumeric, toNumber } from './values.js'

/** Gathers the values of one group; a missing one is `undefined`. */
export interface State {
  add(value: unknown): void
  result(): unknown
}

/** What is no number is passed over. */
const summing = (result: (total: Sum, count: number) => unknown) => (): State => {
  const total = new Sum()
  let count = 0
  return {
    add(value) {
      if (!isNumeric(value)) return
      total.add(value)
      count += 1
    },
    result: () => result(total, count),
  }
}

/** Keeps one value: the new one whenever `replaces` says so. */
const keeping = (replaces: (value: unknown, kept: unknown, isFirst: boolean) => boolean) => () => {
  let kept: unknown
  let isFirst = true
  return {
    add(value: unknown) {
      if (replaces(value, kept, isFirst)) kept = value
      isFirst = false
    },
    result: () => kept ?? null,
  }
}

const extreme = (direction: 1 | -1) =>
  keeping(
    (value, kept) =>
      !isNullish(value) && (kept === undefined || compareValues(value, kept) * direction < 0),
  )

/** In the order in which they come; `keyOf` tells which are the same. */
const listing = (keyOf: (value: unknown, count: number) => unknown) => (spend: Spend) => {
  const values = new Map<unknown, unknown>()
  return {
    add(value: unknown) {
      const key = keyOf(value, values.size)
      if (value === undefined || values.has(key)) return
      spend(bytesOf(value))
      values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

/** What a value takes in memory, roughly. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 32 + value.length
  const inside = Array.isArray(value) ? (value as unknown[]) : Object.values(asDoc(value) ?? {})
  return inside.reduce<number>((sum, one) => sum + bytesOf(one), 64)
}

/** Told the bytes of each value that is kept; throws when they are too many. */
type Spend = (bytes: number) => void

/** Accumulators of `$group` by name. */
export const ACCUMULATORS: Readonly<Record<string, (spend: Spend) => State>> = {
  $sum: summing((total) => total.result()),
  $avg: summing((total, count) =>
    count === 0 ? null : new Double(toNumber(total.result()) / count),
  ),
  $min: extreme(1),
  $max: extreme(-1),
  $first: keeping((_value, _kept, isFirst) => isFirst),
  $last: keeping(() => true),
  $push: listing((_value, count) => count),
  $addToSet: listing(valueKey),
}
