import { findCenter } from '../centers/center-store.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { findLearner } from '../learners/learner-store.js'
import { preferCenter } from '../learners/prefer-center.js'
import { readStanding } from '../learners/read-standing.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { mailsToCenter } from './announce.js'
import { consentsBehind } from './match-packets.js'
import type { Referral, ReferralEvent } from './referral.js'
import { settleForward } from './referral-clock-store.js'
import { findReferral, insertReferral, openReferralAt } from './referral-store.js'

/**
 * Writes the second half of a forward: the referral at the new center, with all the old one held and today's proof. Comes
 * from the old record alone, so that a process that died between the halves is made good; harmless to repeat.
 */
export async function finishForward(old: Referral, ports: Pick<Ports, 'now'>): Promise<Referral> {
  const { wentTo } = old
  if (!wentTo) throw notFound('referrals:problem.unknown')
  const learner = await findLearner(old.learnerId)
  const center = await findCenter(wentTo.center.id)
  if (!learner || !center) throw notFound('referrals:problem.unknown')
  const now = ports.now()
  const [consentId] = consentsBehind({ centerId: center.id }, await consentsOf(learner.id), now)
  const from = await findCenter(old.centerId)
  const referral: Referral = {
    id: wentTo.referralId,
    communityId: center.communityId,
    learnerId: learner.id,
    centerId: center.id,
    state: 'requested',
    since: now,
    askedAt: now,
    askedBy: old.askedBy,
    ...(old.message !== undefined && { message: old.message }),
    ...(old.stated && { stated: old.stated }),
    proof: (await readStanding(learner, now)).proof,
    ...(consentId !== undefined && { consentId }),
    packet: consentId === undefined ? 'closed' : 'open',
    cameFrom: { referralId: old.id, center: { id: old.centerId, name: from?.name ?? '' } },
    timeline: [
      {
        id: newId(),
        at: now,
        side: 'sender',
        ...whoMoved(old),
        kind: 'state',
        state: 'requested',
      },
    ],
    demonstration: old.demonstration,
  }
  const isNew = await insertReferral(referral, await mailsToCenter(referral, 'referralAsked'))
  const kept = isNew
    ? referral
    : ((await findReferral(referral.id)) ?? (await openReferralAt(learner.id, center.id)))
  await settleForward(old.id, kept?.id ?? referral.id)
  await preferCenter(learner.id, center.id)
  return kept ?? referral
}

/** Who handed it on, with the account where that was noted; else who asked in the first place. */
function whoMoved({ timeline, askedBy }: Referral): Pick<ReferralEvent, 'by' | 'byAccountId'> {
  const moved = timeline.findLast(({ kind }) => kind === 'forwarded')
  if (!moved) return { by: askedBy.name, byAccountId: askedBy.accountId }
  const { by, byAccountId } = moved
  return { by, ...(byAccountId !== undefined && { byAccountId }) }
}
