import { findCenter } from '../centers/center-store.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { mailsToCenter } from './announce.js'
import { isOpen, preparedAs, type Referral, type ReferralEvent } from './referral.js'
import { changeReferral, referralsOf } from './referral-store.js'
import { settleForward, settleSent } from './referral-clock-store.js'

/**
 * Closes the referrals that were to go on as this one, as far as they are open: the center of each is told where it went.
 * Comes from what is written alone, so that a process that died after sending is made good; harmless to repeat.
 */
export async function closeForwarded(referral: Referral, ports: Pick<Ports, 'now'>): Promise<void> {
  const center = await findCenter(referral.centerId)
  const named = { id: referral.centerId, name: center?.name ?? '' }
  for (const old of await referralsBefore(referral)) {
    const line = old.timeline.findLast(({ kind }) => kind === 'forward-prepared')
    const event: ReferralEvent = {
      id: newId(),
      at: ports.now(),
      side: 'sender',
      ...whoSent(referral),
      kind: 'forwarded',
      state: 'cancelled',
      center: named,
      ...(line?.reason !== undefined && { reason: line.reason }),
    }
    const wentTo = { referralId: referral.id, center: named }
    const outbox = await mailsToCenter(old, 'referralWentOn')
    if (await changeReferral(old, old.state, { state: 'cancelled', event, outbox, wentTo }))
      await settleForward(old.id, referral.id)
  }
  await settleSent(referral.id)
}

/** More than one where several centers prepared the same draft, or it was there before they did. */
async function referralsBefore({ id, learnerId, cameFrom }: Referral): Promise<Referral[]> {
  const line = preparedAs(id)
  return (await referralsOf(learnerId)).filter(
    (one) =>
      isOpen(one.state) &&
      one.state !== 'draft' &&
      (one.id === cameFrom?.referralId || one.timeline.some((event) => event.id === line)),
  )
}

function whoSent({ timeline, askedBy }: Referral): Pick<ReferralEvent, 'by' | 'byAccountId'> {
  const sent = timeline.findLast(({ kind, state }) => kind === 'state' && state === 'requested')
  if (!sent) return { by: askedBy.name, byAccountId: askedBy.accountId }
  const { by, byAccountId } = sent
  return { by, ...(byAccountId !== undefined && { byAccountId }) }
}
