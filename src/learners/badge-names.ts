import { findBadges } from '../badges/badge-store.js'
import type { Award, Badge } from '../badges/badge.js'

type Named = Pick<Badge, 'name' | 'kind'>

/** A version of a badge never changes, so what was read once stays right: the learner's page asks for it at every visit. */
const known = new Map<string, Named>()

const keyOf = (slug: string, version: number) => `${slug}|${version}`

/** Name and kind of the badges of these awards, by slug; asks the database only about versions not seen before. */
export async function badgeNames(
  awards: readonly Pick<Award, 'badge' | 'badgeVersion'>[],
): Promise<Map<string, Named>> {
  if (awards.some(({ badge, badgeVersion }) => !known.has(keyOf(badge, badgeVersion))))
    await learnNames(awards)
  return new Map(
    awards.map(({ badge, badgeVersion }) => [
      badge,
      known.get(keyOf(badge, badgeVersion)) ?? { name: badge, kind: 'other' },
    ]),
  )
}

async function learnNames(awards: readonly Pick<Award, 'badge' | 'badgeVersion'>[]) {
  const current = new Map((await findBadges()).map((badge) => [badge.slug, badge]))
  for (const { slug, version, name, kind } of current.values())
    known.set(keyOf(slug, version), { name, kind })
  for (const { badge, badgeVersion } of awards) {
    const now = current.get(badge)
    if (now && !known.has(keyOf(badge, badgeVersion)))
      known.set(keyOf(badge, badgeVersion), { name: now.name, kind: now.kind })
  }
}
