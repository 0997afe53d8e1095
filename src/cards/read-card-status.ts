import { nextAppointment } from '../appointments/slot-store.js'
import type { Slot } from '../appointments/slot.js'
import { awardsOf } from '../badges/award-store.js'
import { findCenter } from '../centers/center-store.js'
import { findProgram } from '../communities/program-store.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Learner } from '../learners/learner.js'
import { namedReferrals } from '../learners/read-record.js'
import { readStanding } from '../learners/read-standing.js'
import type { NamedReferral } from '../learners/record.js'
import type { Ports } from '../ports.js'
import { withoutEvidence, type Proof } from '../readiness/proof.js'
import { noteUse } from './card-store.js'
import { leavesLine, showsCenter, type Card } from './card.js'
import { noSuchCard } from './look-up-card.js'
import { openCard } from './open-card.js'

/** What a card shows: where somebody stands, without contact and without evidence. */
export interface CardStatus {
  readonly card: Card
  readonly learner: Learner
  readonly hasAccount: boolean
  readonly awardCount: number
  readonly proof: Proof
  readonly referrals: readonly NamedReferral[]
  readonly appointment?: { readonly slot: Slot; readonly centerName: string }
}

/** The line the learner sees among those who looked; one an hour. */
async function leaveLine(learner: Learner, now: Date) {
  const program = await findProgram(learner.communityId)
  await discloseTo({
    actor: { accountId: 'card', name: 'Card' },
    organizationId: program?.boardId ?? learner.communityId,
    learnerIds: [learner.id],
    records: ['status'],
    basis: 'card',
    purpose: 'printed card',
    channel: 'card',
    now,
  })
}

/** The status a card shows now; the look is noted first. Throws invalid, as for a wrong code, when the card works no more. */
export async function readCardStatus(
  codeHash: string,
  ports: Pick<Ports, 'now'>,
): Promise<CardStatus> {
  const now = ports.now()
  const opened = await openCard(codeHash, now)
  if (!opened) throw noSuchCard()
  const { card, learner, covers } = opened
  if (leavesLine(card, now)) await leaveLine(learner, now)
  await noteUse(codeHash, now)

  const shows = (centerId: string) => showsCenter(card, centerId, covers)
  const [standing, awards, referrals, slot] = await Promise.all([
    readStanding(learner, now),
    awardsOf(learner.id),
    namedReferrals(learner.id),
    nextAppointment(learner.id, now, shows),
  ])
  const center = slot && (await findCenter(slot.centerId))
  return {
    card,
    learner,
    hasAccount: learner.accountId !== undefined,
    awardCount: awards.length,
    proof: withoutEvidence(standing.proof),
    referrals: referrals.filter(({ referral }) => shows(referral.centerId)),
    ...(slot && { appointment: { slot, centerName: center?.name ?? '' } }),
  }
}
