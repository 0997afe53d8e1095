import { findAccount } from '../access/account-store.js'
import { findCenter } from '../centers/center-store.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { whenText } from './appointment.js'
import type { Booking, Slot } from './slot.js'

const placeOf = async (slot: Slot) => {
  const center = await findCenter(slot.centerId)
  const inPerson = slot.mode === 'in-person' ? center?.address : undefined
  return {
    center: center?.name ?? '',
    mode: `appointments:mode.${slot.mode}`,
    where: slot.where ?? inPerson ?? '',
  }
}

type Params = Readonly<Record<string, string>>

/** Mails to learners with a place in the slot: time and place, and no more but what `more` adds, by language where it must. */
export async function mailsToBooked(
  slot: Slot,
  bookings: readonly Pick<Booking, 'id' | 'learnerId'>[],
  template: string,
  more: Params | ((language: 'en' | 'es') => Params) = {},
): Promise<OutboxEntry[]> {
  if (bookings.length === 0) return []
  const learners = await findLearnersByIds(bookings.map(({ learnerId }) => learnerId))
  const place = await placeOf(slot)
  return bookings.flatMap(({ id, learnerId }) => {
    const learner = learners.find((one) => one.id === learnerId)
    if (learner?.email === undefined) return []
    const { email, name, language } = learner
    const when = whenText(slot.startsAt, slot.zone, language)
    const own = typeof more === 'function' ? more(language) : more
    const params = { path: to(paths.appointment, { id }), ...place, ...own, when }
    return [{ id: newId(), template, to: { email, name, language }, params }]
  })
}

/** Mails to learners who lost a place, or hope of one: what became of it, and the way to the center's other times. */
export const mailsToLost = (
  slot: Slot,
  bookings: readonly Pick<Booking, 'id' | 'learnerId'>[],
  template: 'appointmentCancelled' | 'waitEnded' | 'placeLapsed' | 'lineClosed',
  more: Params = {},
): Promise<OutboxEntry[]> =>
  mailsToBooked(slot, bookings, template, {
    ...more,
    path: to(paths.centerSlots, { id: slot.centerId }),
  })

/** The mail to the person who offered the slot: when, and a link; never a name. */
export async function mailsToHost(slot: Slot, template: string): Promise<OutboxEntry[]> {
  const host = await findAccount(slot.hostId)
  if (!host) return []
  const { email, name, language } = host
  const when = whenText(slot.startsAt, slot.zone, language)
  const params = { when, path: to(paths.slot, { id: slot.id }) }
  return [{ id: newId(), template, to: { email, name, language }, params }]
}
