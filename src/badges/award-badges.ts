import { newId } from '../ids.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { Ports } from '../ports.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { offeredVersions } from '../tracks/track.js'
import { everyAwardOfMany, insertAwards, raiseAwards, type Raise } from './award-store.js'
import { findBadges } from './badge-store.js'
import type { Award } from './badge.js'
import { awardingOrder, newlyEarned, tracksFor } from './earned.js'

/**
 * Awards all that these learners have newly earned, and raises awards for which better evidence came. Safe to repeat, at
 * once or after a crash: a learner gets a badge once, and a withdrawn one never again. A handful of queries however many
 * learners (call it with at most 500). Answers with the newly awarded slugs by learner;
 * ends with fresh summaries.
 */
export async function awardBadges(
  learnerIds: readonly string[],
  ports: Pick<Ports, 'now'>,
): Promise<Map<string, string[]>> {
  const ids = [...new Set(learnerIds)]
  const [learners, facts, held, badges, versions] = await Promise.all([
    findLearnersByIds(ids),
    factsOfMany(ids),
    everyAwardOfMany(ids),
    findBadges(),
    findTrackVersions(),
  ])
  const published = awardingOrder(badges.filter(({ status }) => status === 'published'))
  const offered = offeredVersions(versions)
  const fresh: Award[] = []
  const raises: Raise[] = []
  for (const learner of learners) {
    const { added, raised } = newlyEarned(published, {
      facts: facts.get(learner.id) ?? [],
      awards: held.get(learner.id) ?? [],
      tracks: tracksFor(learner.enrollments, offered, versions),
    })
    fresh.push(...added.map((award) => ({ ...award, ...ownerOf(learner), id: newId() })))
    raises.push(...raised)
  }
  await raiseAwards(raises)
  const inserted = await insertAwards(fresh)
  await refreshSummaries(ids, ports.now())
  return slugsByLearner(ids, inserted)
}

const ownerOf = ({ id, communityId }: Learner) => ({ learnerId: id, communityId })

function slugsByLearner(ids: readonly string[], awards: readonly Award[]) {
  const slugs = new Map<string, string[]>(ids.map((id) => [id, []]))
  for (const { learnerId, badge } of awards) slugs.get(learnerId)?.push(badge)
  return slugs
}
