import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import { findAward, markWithdrawn } from './award-store.js'
import { findBadge } from './badge-store.js'
import type { Award } from './badge.js'

/**
 * A manager takes an award back, for good, with a reason the learner can read and is mailed. Ends with a
 * fresh summary. Throws not-found for an award of another
 * community, refused when it is withdrawn already. What was signed for it is withdrawn by credentials/withdraw-badge.ts.
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
  const mails = await mailsToHolder(award, reason)
  if (!(await markWithdrawn(id, withdrawn, mails))) throw refused('badges:problem.alreadyWithdrawn')
  await refreshSummaries([award.learnerId], ports.now())
  return { ...award, state: 'withdrawn', withdrawn }
}

/** The mail to the learner, if there is an address to send it to. */
async function mailsToHolder(award: Award, reason: string): Promise<OutboxEntry[]> {
  const [learner, badge] = await Promise.all([findLearner(award.learnerId), findBadge(award.badge)])
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const path = to(paths.badge, { slug: award.badge })
  const params = { badge: badge?.name ?? award.badge, reason, path }
  return [{ id: newId(), template: 'badgeWithdrawn', to: { email, name, language }, params }]
}
