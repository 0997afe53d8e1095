import { awardsOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { noRests, restsOfMany } from '../readiness/read-rests.js'
import { ruleVersionsOf } from '../readiness/rule-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { findLearnersByIds } from './learner-store.js'
import { learnerIdsAfter } from './learner-walk-store.js'
import type { Learner, LearnerSummary } from './learner.js'
import { leaveToRules, saveSummaries } from './summary-store.js'
import { currentRules, summaryOf } from './summary.js'

/** The summaries as they follow from facts, awards and rules now; eight queries however many learners. */
export const summariesOf = async (
  learnerIds: readonly string[],
  now: Date,
): Promise<Map<string, LearnerSummary>> =>
  rebuilt(await findLearnersByIds([...new Set(learnerIds)]), now)

async function rebuilt(
  learners: readonly Learner[],
  now: Date,
): Promise<Map<string, LearnerSummary>> {
  const ids = learners.map(({ id }) => id)
  const communities = [...new Set(learners.map(({ communityId }) => communityId))]
  const [facts, awards, rests, badges, versions, rules] = await Promise.all([
    factsOfMany(ids),
    awardsOfMany(ids),
    restsOfMany(ids),
    findBadges(),
    findTrackVersions(),
    ruleVersionsOf(communities),
  ])
  const today = dayOf(now)
  const inForce = new Map(
    communities.map((id) => [
      id,
      currentRules(
        rules.filter(({ communityId }) => communityId === id),
        today,
      ),
    ]),
  )
  return new Map(
    learners.map((learner) => [
      learner.id,
      summaryOf({
        learner,
        facts: facts.get(learner.id) ?? [],
        awards: awards.get(learner.id) ?? [],
        versions,
        badges,
        rests: rests.get(learner.id) ?? noRests,
        rules: inForce.get(learner.communityId) ?? currentRules([], today),
      }),
    ]),
  )
}

const tries = 5

/**
 * Rebuilds what lists show about these learners (at most 500 a call); safe to repeat. Who is rebuilt by somebody else
 * meanwhile is read again; who still is after some turns is left to the job that applies the rules.
 */
export async function refreshSummaries(learnerIds: readonly string[], now: Date): Promise<void> {
  let ids = [...new Set(learnerIds)]
  for (let turn = 0; turn < tries; turn += 1) {
    const learners = await findLearnersByIds(ids)
    if (learners.length === 0) return
    const reads = new Map(learners.map((learner) => [learner.id, learner]))
    ids = await saveSummaries(await rebuilt(learners, now), now, reads)
    if (ids.length === 0) return
  }
  await leaveToRules(ids)
}

const batch = 500

/** Rebuilds everyone's, in batches; calls `tell` with the number done so far. */
export async function rebuildSummaries(
  now: Date,
  tell: (done: number) => void = () => undefined,
): Promise<number> {
  let done = 0
  for (let after = ''; ;) {
    const ids = await learnerIdsAfter(after, batch)
    const last = ids.at(-1)
    if (last === undefined) return done
    await refreshSummaries(ids, now)
    done += ids.length
    tell(done)
    after = last
  }
}
