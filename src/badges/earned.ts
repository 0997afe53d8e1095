import { type EvidenceLevel, type Fact, isAtLeast } from '../providers/evidence.js'
import type { Enrollment, Track } from '../tracks/track.js'
import type { Award, Badge, Criteria } from './badge.js'
import { earnedBy } from './criteria.js'
import { standingOf, type HeldBadge, type Standing } from './standing.js'

export interface Shown {
  readonly facts: readonly Fact[]
  /** Live and withdrawn ones: a withdrawn award neither counts nor comes back. */
  readonly awards: readonly Award[]
  readonly tracks: readonly Track[]
}

export type NewAward = Omit<Award, 'id' | 'learnerId' | 'communityId'>

export interface Earned {
  readonly added: readonly NewAward[]
  readonly raised: readonly {
    readonly award: Award
    readonly to: Pick<Award, 'evidenceLevel' | 'facts' | 'badgeVersion'>
  }[]
}

/**
 * What this evidence adds to the awards a learner has: new ones, and live ones that now rest on better evidence (their
 * day stays). Takes badges in `awardingOrder`; badges that ask for each other in a circle go round until nothing changes.
 */
export function newlyEarned(badges: readonly Badge[], shown: Shown): Earned {
  const known = new Map(shown.awards.map((award) => [award.badge, award]))
  const live = new Map<string, HeldBadge>(
    shown.awards.filter(({ state }) => state === 'live').map((award) => [award.badge, award]),
  )
  const standing = { ...standingOf({ ...shown, awards: [] }), awards: live }
  const open = badges.filter(({ slug }) => known.get(slug)?.state !== 'withdrawn')
  const changed = new Map<string, NewAward>()
  for (let round = open; round.length > 0;) {
    const better = round.filter((badge) => {
      const award = betterAward(badge, standing)
      if (award) {
        live.set(badge.slug, award)
        changed.set(badge.slug, award)
      }
      return award !== undefined
    })
    round = better.length > 0 ? open.filter(({ criteria }) => badgesIn(criteria).length > 0) : []
  }
  const all = [...changed.values()]
  return {
    added: all.filter(({ badge }) => !known.has(badge)),
    raised: all.flatMap((to) => {
      const award = known.get(to.badge)
      const { evidenceLevel, facts, badgeVersion } = to
      return award ? [{ award, to: { evidenceLevel, facts, badgeVersion } }] : []
    }),
  }
}

function betterAward(badge: Badge, standing: Standing): NewAward | undefined {
  const held = standing.awards.get(badge.slug)
  if (held?.evidenceLevel === strongest) return undefined
  const shown = earnedBy(badge.criteria, standing, badge.lowestLevel)
  if (!shown || (held && isAtLeast(held.evidenceLevel, shown.level))) return undefined
  return {
    badge: badge.slug,
    badgeVersion: badge.version,
    awardedOn: held?.awardedOn ?? shown.grounds.on,
    evidenceLevel: shown.level,
    facts: shown.grounds.facts,
    state: 'live',
  }
}

const strongest: EvidenceLevel = 'signature-verified'

/** The badges that criteria ask for, by slug, at any depth. */
export function badgesIn(criteria: Criteria): readonly string[] {
  switch (criteria.kind) {
    case 'badges':
      return criteria.badges
    case 'all-of':
    case 'at-least':
      return criteria.of.flatMap(badgesIn)
    default:
      return []
  }
}

/** Badges with those they ask for before them, so that one look at each is enough. */
export function awardingOrder(badges: readonly Badge[]): Badge[] {
  const bySlug = new Map(badges.map((badge) => [badge.slug, badge]))
  const order = new Map<string, Badge>()
  const visited = new Set<string>()
  const visit = (badge: Badge | undefined) => {
    if (!badge || visited.has(badge.slug)) return
    visited.add(badge.slug)
    for (const slug of badgesIn(badge.criteria)) visit(bySlug.get(slug))
    order.set(badge.slug, badge)
  }
  for (const badge of badges) visit(badge)
  return [...order.values()]
}

/** Of each track the version that applies to a learner: the one they started, else the one that is offered. */
export function tracksFor(
  enrollments: readonly Enrollment[],
  offered: readonly Track[],
  versions: readonly Track[],
): Track[] {
  const started = new Map(enrollments.map(({ track, version }) => [track, version]))
  const own = versions.filter(({ slug, version }) => started.get(slug) === version)
  const kept = new Set(own.map(({ slug }) => slug))
  return [...own, ...offered.filter(({ slug }) => !kept.has(slug))]
}
