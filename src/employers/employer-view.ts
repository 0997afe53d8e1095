import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { trackWords } from '../tracks/track-view.js'
import { smallestShown } from '../communities/counter.js'
import { countedUpTo, type ShownCount, type Talent } from './talent.js'

const countWords = (count: ShownCount, { t, number }: Words): string => {
  if (count === 'few') return t('employers:count.few', { number: number(smallestShown) })
  return count === 'many'
    ? t('employers:count.many', { number: number(countedUpTo) })
    : number(count)
}

/** The employer's start page. */
export const employerPage = (
  { badges, tracks }: Talent,
  skill: string | undefined,
  words: Words,
) => ({
  skill: skill ?? '',
  action: words.href(paths.employer),
  tracks: tracks.map(({ track, ready }) => ({
    cells: [
      {
        text: trackWords(track, 'title', words),
        href: words.href(to(paths.track, { slug: track.slug })),
      },
      countWords(ready, words),
    ],
  })),
  badges: badges.map((badge) => ({
    cells: [
      { text: badge.name, href: words.href(to(paths.badge, { slug: badge.slug })) },
      badge.skills.join(', ') || null,
      { level: badge.lowestLevel },
    ],
  })),
  centersHref: words.href(paths.centers),
  verifyHref: words.href(paths.verify),
})
