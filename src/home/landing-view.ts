import { to, paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Counters } from '../communities/counter.js'
import type { Track } from '../tracks/track.js'

const shown = ['learners', 'withAward', 'ready', 'referrals'] as const

/** The counters of the front page as last counted; none before the first count. */
export const counterTiles = (counters: Counters | undefined, words: Words) =>
  counters
    ? shown.map((key) => ({
        key,
        value: words.number(counters[key]),
        asOf: words.time(counters.asOf),
      }))
    : []

/** The tracks whose course lists are known, as tiles. */
export const trackTiles = (tracks: readonly Track[], words: Words) =>
  tracks
    .filter(({ status }) => status === 'published')
    .map(({ slug, title, summary, steps }) => ({
      href: words.href(to(paths.track, { slug })),
      title,
      summary,
      stepsTotal: steps.length,
    }))
