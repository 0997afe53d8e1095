import type { Actor } from '../access/actor.js'
import { findCenter } from '../centers/center-store.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { mailsToCenter } from './announce.js'
import { isOpen, type Referral, type ReferralEvent } from './referral.js'
import { changeReferral, findReferral } from './referral-store.js'
import { settleForward } from './referral-clock-store.js'

/** Closes the referral that this one came from, if it is still open: the center there is told where it went. */
export async function closeForwarded(
  actor: Pick<Actor, 'accountId' | 'name'>,
  referral: Referral,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const old = referral.cameFrom && (await findReferral(referral.cameFrom.referralId))
  if (!old || !isOpen(old.state)) return
  const center = await findCenter(referral.centerId)
  const reason = old.timeline.findLast(({ kind }) => kind === 'forward-prepared')?.reason
  const named = { id: referral.centerId, name: center?.name ?? '' }
  const event: ReferralEvent = {
    id: newId(),
    at: ports.now(),
    side: 'sender',
    by: actor.name,
    byAccountId: actor.accountId,
    kind: 'forwarded',
    state: 'cancelled',
    center: named,
    ...(reason !== undefined && { reason }),
  }
  const wentTo = { referralId: referral.id, center: named }
  const outbox = await mailsToCenter(old, 'referralWentOn')
  if (await changeReferral(old, old.state, { state: 'cancelled', event, outbox, wentTo }))
    await settleForward(old.id, referral.id)
}
