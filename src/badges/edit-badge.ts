import { findLearnersByIds } from '../learners/learner-store.js'
import { learnerIdsAfter } from '../learners/learner-walk-store.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { offeredVersions } from '../tracks/track.js'
import { everyAwardOfMany } from './award-store.js'
import { wantAwardWalk } from './award-walk-store.js'
import { badgeOfForm, type BadgeForm } from './badge-form-input.js'
import { criteriaSchema } from './badge-input.js'
import { findBadge, findBadges, saveBadgeVersion } from './badge-store.js'
import type { Badge } from './badge.js'
import { faultsOfCriteria } from './criteria-faults.js'
import { earnedBy } from './criteria.js'
import { tracksFor } from './earned.js'
import { standingOf } from './standing.js'

/** The next version as the form says, not yet saved. Throws invalid with every fault; not-found for an unknown badge. */
export async function nextBadge(slug: string | undefined, form: BadgeForm): Promise<Badge> {
  const wanted = slug ?? form.slug
  if (wanted === undefined || wanted === 'new')
    throw invalid([{ field: 'slug', message: 'badges:error.slug' }])
  const before = await findBadge(wanted)
  if (slug !== undefined && !before) throw notFound()
  if (slug === undefined && before)
    throw invalid([{ field: 'slug', message: 'badges:error.slugTaken' }])
  const badge = badgeOfForm(form, wanted, before)
  if (!criteriaSchema.safeParse(badge.criteria).success)
    throw invalid([{ field: 'criteria', message: 'badges:error.condition' }])
  const [badges, tracks] = await Promise.all([findBadges(), findTrackVersions()])
  const faults = faultsOfCriteria(wanted, badge.criteria, { badges, tracks })
  if (faults.length > 0) throw invalid(faults.map((fault) => ({ ...fault, field: 'criteria' })))
  return badge
}

/** Saves the version; everybody who earns it now is awarded in the background. Throws refused when another came first. */
export async function publishBadge(badge: Badge, ports: Pick<Ports, 'now'>): Promise<void> {
  if (!(await saveBadgeVersion(badge))) throw refused('badges:problem.overtaken')
  await wantAwardWalk(ports.now())
}

const batch = 500
const mostLookedAt = 6_000

/** How many people would newly earn it, among at most 6,000 looked at, so that a preview ends. */
export async function countNewlyEarning(
  badge: Badge,
): Promise<{ readonly lookedAt: number; readonly newly: number; readonly isAll: boolean }> {
  const versions = await findTrackVersions()
  const offered = offeredVersions(versions)
  let lookedAt = 0
  let newly = 0
  for (let after = ''; lookedAt < mostLookedAt;) {
    const ids = await learnerIdsAfter(after, batch)
    const last = ids.at(-1)
    if (last === undefined) return { lookedAt, newly, isAll: true }
    const [learners, facts, held] = await Promise.all([
      findLearnersByIds(ids),
      factsOfMany(ids),
      everyAwardOfMany(ids),
    ])
    newly += learners.filter((learner) => {
      const awards = held.get(learner.id) ?? []
      if (awards.some((award) => award.badge === badge.slug)) return false
      const standing = standingOf({
        facts: facts.get(learner.id) ?? [],
        awards: awards.filter(({ state }) => state === 'live'),
        tracks: tracksFor(learner.enrollments, offered, versions),
      })
      return earnedBy(badge.criteria, standing, badge.lowestLevel) !== undefined
    }).length
    lookedAt += ids.length
    after = last
  }
  return { lookedAt, newly, isAll: false }
}
