import type { Words } from '../http/words.js'
import {
  counted,
  publicCounts,
  publicSums,
  smallestShown,
  type Counters,
  type PublicCount,
} from './counter.js'

const countWords = (count: PublicCount, { t, number }: Words): string =>
  typeof count === 'number'
    ? number(count)
    : t(`communities:count.${count}`, { number: number(smallestShown) })

/** The counters of one program as tiles for everybody; none before the first count. */
export const counterTiles = (counters: Counters | undefined, words: Words) => {
  if (!counters) return []
  const shown = publicCounts(counters)
  return counted.map((key) => ({
    key,
    value: countWords(shown[key], words),
    asOf: words.time(counters.asOf),
  }))
}

/** The counters of all programs together, for everybody; of one program its own. */
export function sumTiles(all: readonly Counters[], words: Words) {
  const [first, ...others] = all
  if (!first || others.length === 0) return counterTiles(first, words)
  const sums = publicSums(all)
  const asOf = words.time(new Date(Math.min(...all.map((one) => one.asOf.getTime()))))
  return counted
    .filter((key) => sums[key].isExact || sums[key].atLeast > 0)
    .map((key) => {
      const { atLeast, isExact } = sums[key]
      const number = words.number(atLeast)
      return { key, value: isExact ? number : words.t('communities:count.least', { number }), asOf }
    })
}
