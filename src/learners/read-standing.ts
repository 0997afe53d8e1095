import { awardsOf } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { factsOf } from '../providers/evidence-store.js'
import { restsOf } from '../readiness/read-rests.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { Learner } from './learner.js'
import { currentRules, standingFor, type LearnerStanding } from './summary.js'

/** Where one learner stands now, from the facts themselves and not from the projection that lists show. */
export async function readStanding(learner: Learner, now: Date): Promise<LearnerStanding> {
  const [facts, awards, rests, badges, versions, rules] = await Promise.all([
    factsOf(learner.id),
    awardsOf(learner.id),
    restsOf(learner.id),
    findBadges(),
    findTrackVersions(),
    ruleVersions(learner.communityId),
  ])
  const current = currentRules(rules, dayOf(now))
  return standingFor({ learner, facts, awards, rests, versions, badges, rules: current })
}
