import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { consentsOf, liveConsentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded, type Consent } from '../learners/consent.js'
import type { ConsentChange } from '../learners/consent-change.js'
import type { Ports } from '../ports.js'
import { mailsToCenter, mailsToLearner } from './announce.js'
import {
  isOpen,
  isWithCenter,
  type Referral,
  type ReferralEvent,
  type ReferralState,
} from './referral.js'
import { referralsOf, setPacket } from './referral-store.js'

/** A draft has told the center nothing yet, so nothing is opened or closed to it. */
const isSentOpen = (state: ReferralState) => state !== 'draft' && isOpen(state)

/** The live consents a referral rests on, or none when they no longer cover what a center needs. */
export function consentsBehind(
  referral: Pick<Referral, 'centerId'>,
  consents: readonly Consent[],
  now: Date,
): readonly string[] {
  const cover = coverOf(consents, referral.centerId, dayOf(now), 'referral')
  return notCovered(cover, recordsNeeded.referral).length === 0 ? cover.consentIds : []
}

/**
 * The referrals as they stand now: a packet is open while consent to the center is live and the referral is with it, also
 * before the day's job has written that a consent ended. A draft stays as it is. One query for a list of any length.
 */
export async function asTheyStand(referrals: readonly Referral[], now: Date): Promise<Referral[]> {
  const toAsk = referrals.filter(({ state }) => isWithCenter(state))
  const consents =
    toAsk.length === 0
      ? new Map<string, Consent[]>()
      : await liveConsentsOf(
          toAsk.map(({ learnerId }) => learnerId),
          toAsk.map(({ centerId }) => centerId),
          dayOf(now),
        )
  return referrals.map((referral) => {
    if (referral.state === 'draft') return referral
    const given = isWithCenter(referral.state) ? consents.get(referral.learnerId) : undefined
    const isOpenNow = consentsBehind(referral, given ?? [], now).length > 0
    return { ...referral, packet: isOpenNow ? 'open' : 'closed' }
  })
}

/**
 * After a consent began or ended: closes or opens again the packets of the learner's open referrals, writes it on their
 * timelines and tells the centers; the learner too, when it ended by its date. The referrals stay. Harmless to repeat.
 */
export async function matchPackets(
  learnerId: string,
  { by, isByDate }: ConsentChange,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const now = ports.now()
  const consents = await consentsOf(learnerId)
  for (const referral of await referralsOf(learnerId)) {
    const [consentId] = consentsBehind(referral, consents, now)
    const packet = consentId === undefined ? 'closed' : 'open'
    if (!isSentOpen(referral.state) || packet === referral.packet) continue
    const event: ReferralEvent = {
      id: newId(),
      at: now,
      side: 'program',
      by,
      kind: packet === 'closed' ? 'consent-ended' : 'consent-given',
      state: referral.state,
    }
    const template = packet === 'closed' ? 'referralClosedPacket' : 'referralOpenedPacket'
    const mails = [
      ...(await mailsToCenter(referral, template)),
      ...(isByDate && packet === 'closed'
        ? await mailsToLearner(referral, 'referralConsentExpired')
        : []),
    ]
    await setPacket(referral, packet, consentId, event, mails)
  }
}
