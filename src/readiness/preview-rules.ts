import { awardsOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { findLearnerPage } from '../learners/learner-store.js'
import { standingFor } from '../learners/summary.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { Rule } from './rules.js'

/** How many people a preview looks at. */
export const previewLimit = 400

export interface RulesEffect {
  readonly read: number
  readonly before: number
  readonly after: number
}

/** Who of some real learners, the job-ready ones first, is ready now and would be under these rules. Writes nothing. */
export async function previewRules(
  communityId: string,
  rules: readonly Rule[],
): Promise<RulesEffect> {
  const half = previewLimit / 2
  const [ready, others] = await Promise.all([
    findLearnerPage({ communityId, ready: true }, half),
    findLearnerPage({ communityId, ready: false }, half),
  ])
  const learners = [...ready, ...others]
  const ids = learners.map(({ id }) => id)
  const [facts, awards, badges, versions] = await Promise.all([
    factsOfMany(ids),
    awardsOfMany(ids),
    findBadges(),
    findTrackVersions(),
  ])
  const wouldBe = learners.filter(
    (learner) =>
      standingFor({
        learner,
        facts: facts.get(learner.id) ?? [],
        awards: awards.get(learner.id) ?? [],
        versions,
        badges,
        rules: { version: 0, rules },
      }).proof.ready,
  )
  return { read: learners.length, before: ready.length, after: wouldBe.length }
}
