import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { noteAppointment } from '../referrals/note-appointment.js'
import { appointmentIn, type Appointment } from './appointment.js'
import { mailsForTaken, mayHold } from './book-appointment.js'
import { takeHeldPlace } from './line-store.js'
import { readAppointment } from './read-appointment.js'

/**
 * Takes the place that was offered to the learner. Throws refused once the time to answer is over, the place was taken or
 * given back, or they have another appointment then; not-allowed without a live consent to the center.
 */
export async function takeOffer(
  actor: Actor,
  id: string,
  ports: Pick<Ports, 'now'>,
): Promise<Appointment> {
  const { slot, booking, side } = await readAppointment(actor, id)
  const at = ports.now()
  if (side !== 'learner') throw notAllowed('appointments:problem.learnersOnly')
  if (booking.state === 'waiting') throw refused('appointments:problem.notYourTurn')
  if (booking.state !== 'offered') throw refused('appointments:problem.settled')
  if (!booking.answerBy || booking.answerBy <= at) throw refused('appointments:problem.tooLate')
  await mayHold(booking.learnerId, slot, at, 0)
  const by = { at, byId: actor.accountId }
  const taken = await takeHeldPlace(slot, booking, by, await mailsForTaken(slot, booking))
  if (taken === 'overlap') throw refused('appointments:problem.overlap')
  if (!taken) throw refused('appointments:problem.settled')
  const { learnerId } = booking
  await noteAppointment(
    { learnerId, centerId: slot.centerId, by: actor, substate: 'appointment_set' },
    ports,
  )
  return appointmentIn(taken, id) ?? { slot: taken, booking }
}
