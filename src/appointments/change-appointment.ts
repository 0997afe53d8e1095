import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { noteAppointment, noteCorrection } from '../referrals/note-appointment.js'
import { mailsToHost, mailsToLost } from './announce-appointment.js'
import { appointmentIn, type Appointment } from './appointment.js'
import { bookAppointment } from './book-appointment.js'
import { correctPlace, leavePlace, markPlace } from './place-store.js'
import { readAppointment } from './read-appointment.js'
import { settleLine } from './settle-line.js'
import { findSlot } from './slot-store.js'
import { isInLine, isOpenBooking, mayBeCorrected, mayBeMarked, type Slot } from './slot.js'
import { isToCome, tellOff } from './tell-off.js'

const inSlot = (slot: Slot, id: string): Appointment => {
  const found = appointmentIn(slot, id)
  if (!found) throw refused('appointments:problem.settled')
  return found
}

/**
 * Gives a place back, by the learner or the center, before it begins; the other side is told, and the next in line is asked.
 * A learner leaves a line, or says no to an offered place, in the same way. Throws refused once it is
 * cancelled, past or marked: the first of two who cancel at once wins, the second is told so.
 */
export async function cancelAppointment(
  actor: Actor,
  id: string,
  reason: string | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<Appointment> {
  const { slot, booking, side } = await readAppointment(actor, id)
  const at = ports.now()
  if (!isOpenBooking(booking)) throw refused('appointments:problem.settled')
  if (slot.startsAt <= at) throw refused('appointments:problem.past')
  const waits = isInLine(booking)
  if (waits && side === 'center') throw notAllowed('appointments:problem.learnersOnly')
  const mails = waits
    ? []
    : side === 'learner'
      ? await mailsToHost(slot, 'appointmentGivenBack')
      : await mailsToLost(slot, [booking], 'appointmentCancelled', { reason: reason ?? '' })
  const leaving = { by: side, byId: actor.accountId, at, ...(reason !== undefined && { reason }) }
  const left = await leavePlace(slot, booking, leaving, mails)
  if (!left) throw refused('appointments:problem.settled')
  if (!waits) await tellOff(slot, booking.learnerId, actor, ports)
  await settleLine(slot.id, ports)
  return inSlot(left, id)
}

/** The place a learner has in a slot already: by a move that broke off, or for itself. */
async function bookedIn(slotId: string, learnerId: string): Promise<Appointment | undefined> {
  const slot = await findSlot(slotId)
  const booking = slot?.bookings.find(
    (one) => one.learnerId === learnerId && one.state === 'booked',
  )
  return slot && booking && { slot, booking }
}

/**
 * Moves a learner's own appointment: takes the new place first, so that a refusal leaves the old one as it was, then gives
 * the old one back. Done again after it broke off in between, it ends the same. Throws what booking throws.
 */
export async function moveAppointment(
  actor: Actor,
  id: string,
  slotId: string,
  ports: Pick<Ports, 'now'>,
): Promise<Appointment> {
  const { slot, booking, side } = await readAppointment(actor, id)
  const at = ports.now()
  if (side !== 'learner') throw notAllowed('appointments:problem.learnersOnly')
  if (booking.state !== 'booked') throw refused('appointments:problem.settled')
  if (slot.startsAt <= at) throw refused('appointments:problem.past')
  if (slot.id === slotId) throw refused('appointments:problem.yours')
  const taken =
    (await bookedIn(slotId, booking.learnerId)) ?? (await bookAppointment(actor, slotId, ports, 1))
  const mails = await mailsToHost(slot, 'appointmentGivenBack')
  const leaving = { by: 'learner', byId: actor.accountId, at, movedTo: taken.booking.id } as const
  await leavePlace(slot, booking, leaving, mails)
  await tellOff(slot, booking.learnerId, actor, ports)
  await settleLine(slot.id, ports)
  return taken
}

/**
 * The center says whether the learner came, not before it began, and may correct for seven days what it knows was said
 * (`was`). A missed one, and a correction, show on the referral.
 */
export async function markAppointment(
  actor: Actor,
  id: string,
  state: 'attended' | 'no_show',
  ports: Pick<Ports, 'now'>,
  was: 'booked' | 'attended' | 'no_show' = 'booked',
): Promise<Appointment> {
  const { slot, booking, side } = await readAppointment(actor, id)
  const at = ports.now()
  if (side !== 'center') throw notAllowed('appointments:problem.staffOnly')
  const corrects = was !== 'booked'
  if (booking.state !== was || was === state || (corrects && !mayBeCorrected(booking, at)))
    throw refused('appointments:problem.settled')
  if (!mayBeMarked(slot, at)) throw refused('appointments:problem.notYet')
  const marked = corrects
    ? await correctPlace(slot.id, booking, state, at)
    : await markPlace(slot.id, id, state, at)
  if (!marked) throw refused('appointments:problem.settled')
  const told = { learnerId: booking.learnerId, centerId: slot.centerId, by: actor }
  if (corrects) {
    const isSet = await isToCome(slot.centerId, booking.learnerId, at)
    await noteCorrection({ ...told, came: state === 'attended', isSet }, ports)
  } else if (state === 'no_show') await noteAppointment({ ...told, substate: 'no_show' }, ports)
  return inSlot(marked, id)
}
