import type { Words } from '../http/words.js'
import { counted, publicCounts, smallestShown, type Counters, type PublicCount } from './counter.js'

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
