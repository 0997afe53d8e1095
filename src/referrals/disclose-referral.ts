import { hasRole, organizationsOf, type Actor } from '../access/actor.js'
import { consentsOf } from '../learners/consent-store.js'
import type { RecordKind } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearner } from '../learners/learner-store.js'
import { notFound } from '../problems.js'
import { consentsBehind } from './match-packets.js'
import type { SeenReferral } from './see-referral.js'

/**
 * Notes that somebody other than its learner opened a referral; call it before the referral leaves. `beyond`: what of the
 * record it shows where it is open to them. Throws not-found when the learner has left or is leaving.
 */
export async function discloseReferral(
  actor: Actor,
  { referral, isLearner, shut }: SeenReferral,
  beyond: readonly RecordKind[],
  channel: Channel,
  now: Date,
): Promise<void> {
  if (isLearner) return
  const { learnerId, centerId } = referral
  if (!(await findLearner(learnerId))) throw notFound('referrals:problem.unknown')
  const own = hasRole(actor, 'staff', centerId) ? centerId : organizationsOf(actor, 'staff')[0]
  const isByConsent = shut === undefined && beyond.length > 0
  const behind = isByConsent ? consentsBehind(referral, await consentsOf(learnerId), now) : []
  await discloseTo({
    actor,
    organizationId: own ?? centerId,
    learnerIds: [learnerId],
    records: isByConsent ? [...beyond, 'referral'] : ['referral'],
    basis: isByConsent ? 'consent' : 'request',
    purpose: 'referral',
    channel,
    consentIds: new Map([[learnerId, behind]]),
    now,
  })
}
