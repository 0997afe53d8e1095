import type { Actor } from '../access/actor.js'
import type { Center } from '../centers/center.js'
import { findCenter } from '../centers/center-store.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import { mailsToLearner } from './announce.js'
import { blankReferral } from './ask-for-referral.js'
import type { Referral } from './referral.js'
import { draftAt, insertReferral } from './referral-store.js'

export interface ToPrepare {
  readonly learnerId: string
  readonly center: Center
  readonly message?: string | undefined
  /** The referral it would continue. */
  readonly from?: Referral
}

/**
 * Leaves a draft that the learner completes and sends by agreeing; they are told by mail. The center learns nothing of it.
 * Of a draft that is there already nothing changes, so that it may be asked for again.
 */
export async function prepareReferral(
  actor: Actor,
  { learnerId, center, message, from }: ToPrepare,
  ports: Pick<Ports, 'now'>,
): Promise<Referral> {
  const known = await draftAt(learnerId, center.id)
  if (known) return known
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound('referrals:problem.unknownLearner')
  const now = ports.now()
  const origin = from && (await findCenter(from.centerId))
  const text = message ?? from?.message
  const draft: Referral = {
    ...(await blankReferral(actor, learner, center, now)),
    state: 'draft',
    ...(text !== undefined && { message: text }),
    ...(from?.stated && { stated: from.stated }),
    packet: 'closed',
    ...(from && {
      cameFrom: { referralId: from.id, center: { id: from.centerId, name: origin?.name ?? '' } },
    }),
    timeline: [
      {
        id: newId(),
        at: now,
        side: 'sender',
        by: actor.name,
        byAccountId: actor.accountId,
        kind: 'state',
        state: 'draft',
      },
    ],
  }
  if (await insertReferral(draft, await mailsToLearner(draft, 'referralPrepared'))) return draft
  const quicker = await draftAt(learnerId, center.id)
  if (!quicker) throw refused('referrals:problem.quicker')
  return quicker
}
