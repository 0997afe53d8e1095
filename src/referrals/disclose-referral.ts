import { hasRole, organizationsOf, type Actor } from '../access/actor.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearner } from '../learners/learner-store.js'
import { notFound } from '../problems.js'
import type { Referral } from './referral.js'

/**
 * Notes that somebody other than its learner opened a referral; call it before the referral leaves. Throws not-found when
 * the learner has left or is leaving.
 */
export async function discloseReferral(
  actor: Actor,
  { learnerId, centerId }: Pick<Referral, 'learnerId' | 'centerId'>,
  channel: Channel,
  now: Date,
): Promise<void> {
  if (actor.learnerId === learnerId) return
  if (!(await findLearner(learnerId))) throw notFound('referrals:problem.unknown')
  const own = hasRole(actor, 'staff', centerId) ? centerId : organizationsOf(actor, 'staff')[0]
  await discloseTo({
    actor,
    organizationId: own ?? centerId,
    learnerIds: [learnerId],
    records: ['referral'],
    basis: 'request',
    purpose: 'referral',
    channel,
    now,
  })
}
