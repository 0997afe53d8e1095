import { compareValues } from './encode.js'
import { Sum } from './numbers.js'
import { isNullish } from './values.js'

/** Gathers the values of one group; a missing one is `undefined`. */
export interface State {
  add(value: unknown): void
  result(): unknown
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

/** Accumulators of `$group` by name. */
export const ACCUMULATORS: Readonly<Record<string, () => State>> = {
  $sum: () => new Sum(),
  $min: extreme(1),
  $max: extreme(-1),
  $first: keeping((_value, _kept, isFirst) => isFirst),
  $last: keeping(() => true),
}
