import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { findLearner } from '../learners/learner-store.js'
import { preferCenter } from '../learners/prefer-center.js'
import { readStanding } from '../learners/read-standing.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused } from '../problems.js'
import { mailsToCenter } from './announce.js'
import { closeForwarded } from './close-forwarded.js'
import { consentsBehind } from './match-packets.js'
import { readAskedCenter } from './read-asked-center.js'
import type { Referral, ReferralEvent } from './referral.js'
import { sendReferral } from './referral-store.js'

/**
 * Sends a draft to its center, with the readiness proof of this moment. One that was prepared by other centers closes the
 * referrals there. Throws not-allowed without live consent to the center, refused when it was sent or given up
 * before, or the center takes none by now.
 */
export async function sendDraft(
  actor: Actor,
  draft: Referral,
  told: Pick<Referral, 'message' | 'stated'>,
  ports: Ports,
): Promise<Referral> {
  const now = ports.now()
  await readAskedCenter(draft.centerId, now)
  const learner = await findLearner(draft.learnerId)
  if (!learner) throw notFound('referrals:problem.unknownLearner')
  const [consentId] = consentsBehind(draft, await consentsOf(learner.id), now)
  if (consentId === undefined) throw notAllowed('referrals:problem.consentNeeded')
  const { proof } = await readStanding(learner, now)
  const sent = {
    since: now,
    askedAt: now,
    proof,
    consentId,
    ...(told.message !== undefined && { message: told.message }),
    ...(told.stated && { stated: told.stated }),
  }
  const event: ReferralEvent = {
    id: newId(),
    at: now,
    side: 'sender',
    by: actor.name,
    byAccountId: actor.accountId,
    kind: 'state',
    state: 'requested',
  }
  const mails = await mailsToCenter(draft, 'referralAsked')
  const referral = await sendReferral(draft, sent, event, mails)
  if (!referral) throw refused('referrals:problem.openAlready')
  await preferCenter(learner.id, draft.centerId)
  await closeForwarded(referral, ports)
  return referral
}
