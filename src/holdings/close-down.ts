import { findAccountsByIds } from '../access/account-store.js'
import { actorFrom, type Account } from '../access/account.js'
import { cancelAppointment } from '../appointments/change-appointment.js'
import { isOpenBooking } from '../appointments/slot.js'
import { slotsOfLearner } from '../appointments/slot-store.js'
import { closeForLeaving } from '../access/leaving-store.js'
import { dayOf } from '../calendar.js'
import { paths } from '../http/paths.js'
import { wordsIn } from '../http/words.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { isLive } from '../learners/consent.js'
import { hideLearner } from '../learners/hide-store.js'
import { withdrawConsent } from '../learners/withdraw-consent.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { Problem } from '../problems.js'
import { answerReferral } from '../referrals/answer-referral.js'
import { isOpen } from '../referrals/referral.js'
import { referralsOf } from '../referrals/referral-store.js'
import type { Departure } from './departure.js'
import { changeDeparture } from './departure-store.js'
import { withJoined } from './find-subject.js'
import { marksOf, recordsOf, type Subject } from './holding.js'
import { hideHeld } from './holding-store.js'
import { holdings } from './holdings.js'

const mailOf = ({ email, name, language }: Account, { communityId, dueAt }: Departure) =>
  ({
    id: newId(),
    template: 'leaving',
    to: { email, name, language },
    params: { on: wordsIn(language).dayOfInstant(dueAt), path: paths.keepAccount },
    communityId,
  }) satisfies OutboxEntry

/** A center that settled it a moment ago was quicker: nothing is left to cancel. */
const quicker = (thrown: unknown): void => {
  if (!(thrown instanceof Problem)) throw thrown
}

async function cancelReferrals(account: Account, learnerId: string, ports: Ports): Promise<void> {
  const reason = wordsIn(account.language).t('holdings:leave.referralReason')
  const actor = { ...actorFrom(account), learnerId }
  for (const { id, state } of await referralsOf(learnerId))
    if (isOpen(state))
      await answerReferral(actor, id, { state: 'cancelled', reason }, ports).catch(quicker)
}

async function cancelAppointments(
  account: Account,
  learnerId: string,
  ports: Ports,
): Promise<void> {
  const actor = { ...actorFrom(account), learnerId }
  for (const slot of await slotsOfLearner(learnerId, 200))
    for (const booking of slot.bookings.filter(isOpenBooking))
      if (booking.learnerId === learnerId && slot.startsAt > ports.now())
        await cancelAppointment(actor, booking.id, undefined, ports).catch(quicker)
}

async function endLiveConsents(account: Account, learnerId: string, ports: Ports): Promise<void> {
  const actor = { ...actorFrom(account), learnerId }
  for (const consent of await consentsOf(learnerId))
    if (isLive(consent, dayOf(ports.now()))) await withdrawConsent(consent.id, actor, ports)
}

/**
 * Ends what runs in the name of somebody who is leaving, in their record and in every one that was joined into it; the
 * parties are told. Returns the accounts that sign in as the person.
 */
export async function stopInTheirName(subject: Subject, ports: Ports): Promise<Account[]> {
  const accounts = await findAccountsByIds(marksOf({ names: 'account' }, subject))
  const account = accounts.find(({ id }) => id === subject.accountId) ?? accounts[0]
  if (!account) return []
  for (const learnerId of recordsOf(subject)) {
    await cancelReferrals(account, learnerId, ports)
    await cancelAppointments(account, learnerId, ports)
    await endLiveConsents(account, learnerId, ports)
  }
  return accounts
}

/**
 * Stops everything in the name of somebody who is leaving: consents (the parties are told), open requests, links, sessions;
 * then hides them. Each step may be repeated: a job makes good what a crash left.
 */
export async function closeDown(departure: Departure, ports: Ports): Promise<void> {
  const { learnerId, communityId, closedAt } = departure
  if (closedAt || !departure.subject) return
  const subject = await withJoined(departure.subject)
  const now = ports.now()
  for (const account of await stopInTheirName(subject, ports))
    await closeForLeaving(account.id, now, mailOf(account, departure))
  for (const holding of holdings) await hideHeld(holding, subject, now)
  await hideLearner(learnerId, communityId, now)
  await changeDeparture(learnerId, ['cooling'], { closedAt: now })
}
