import { to, paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Program } from '../communities/program.js'
import type { Track } from '../tracks/track.js'

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

/** Where the program of the front page's counters is described. */
export const programLink = ({ communityId, name }: Program, words: Words) => ({
  href: words.href(to(paths.community, { slug: communityId })),
  text: words.t('home:counter.more', { name }),
})
