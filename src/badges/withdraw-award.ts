import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import { findAward, markWithdrawn } from './award-store.js'
import type { Award } from './badge.js'

/**
 * A manager takes an award back, for good, with a reason the learner can read. Ends with a
 * fresh summary. Throws not-found for an award of another
 * community, refused when it is withdrawn already.
 */
export async function withdrawAward(
  actor: Actor,
  id: string,
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<Award> {
  const award = await findAward(id)
  if (!award || !communitiesOf(actor, 'manager').includes(award.communityId)) throw notFound()
  const withdrawn = { on: dayOf(ports.now()), by: actor.accountId, reason }
  if (!(await markWithdrawn(id, withdrawn))) throw refused('badges:problem.alreadyWithdrawn')
  await refreshSummaries([award.learnerId], ports.now())
  return { ...award, state: 'withdrawn', withdrawn }
}
