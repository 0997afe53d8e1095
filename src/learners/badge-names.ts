import { findBadges } from '../badges/badge-store.js'
import type { Award, Badge } from '../badges/badge.js'

type Named = Pick<Badge, 'name' | 'kind'>

/** A learner's page asks for names at every visit; an edit, also one made by another process, shows after so long. */
export const namesKeptMs = 5_000

let kept = { at: 0, badges: new Map<string, Badge>() }

/** Current name and kind of the badges of these awards, by slug, at most `namesKeptMs` old. */
export async function badgeNames(
  awards: readonly Pick<Award, 'badge' | 'badgeVersion'>[],
  now: Date,
): Promise<Map<string, Named>> {
  const at = now.getTime()
  const isFresh = Math.abs(at - kept.at) < namesKeptMs
  const isKnown = awards.every(
    ({ badge, badgeVersion }) => (kept.badges.get(badge)?.version ?? 0) >= badgeVersion,
  )
  if (!isFresh || !isKnown)
    kept = { at, badges: new Map((await findBadges()).map((badge) => [badge.slug, badge])) }
  const { badges } = kept
  return new Map(
    awards.map(({ badge }) => {
      const { name, kind } = badges.get(badge) ?? { name: badge, kind: 'other' }
      return [badge, { name, kind }]
    }),
  )
}
