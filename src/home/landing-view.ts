import { to, paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Program } from '../communities/program.js'
import { trackWords } from '../tracks/track-view.js'
import type { Track } from '../tracks/track.js'

/** The tracks whose course lists are known, as tiles. */
export const trackTiles = (tracks: readonly Track[], words: Words) =>
  tracks
    .filter(({ status }) => status === 'published')
    .map((track) => ({
      href: words.href(to(paths.track, { slug: track.slug })),
      title: trackWords(track, 'title', words),
      summary: trackWords(track, 'summary', words),
      stepsTotal: track.steps.length,
    }))

/** Where the program of the front page's counters is described. */
export const programLink = ({ communityId, name }: Program, words: Words) => ({
  href: words.href(to(paths.community, { slug: communityId })),
  text: words.t('home:counter.more', { name }),
})
