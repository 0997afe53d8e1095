import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf } from '../learners/consent.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused, type Problem } from '../problems.js'
import { noteAppointment } from '../referrals/note-appointment.js'
import { mailsToBooked, mailsToHost } from './announce-appointment.js'
import type { Appointment } from './appointment.js'
import { takePlace } from './place-store.js'
import { countToCome, findSlot } from './slot-store.js'
import {
  mostGivenBack,
  mostToCome,
  refusalFor,
  type Booking,
  type Refusal,
  type Slot,
} from './slot.js'

const tries = 5

const problems: Readonly<Record<Refusal, () => Problem>> = {
  cancelled: () => refused('appointments:problem.slotCancelled'),
  past: () => refused('appointments:problem.past'),
  full: () => refused('appointments:problem.full'),
  yours: () => refused('appointments:problem.yours'),
  inLine: () => refused('appointments:problem.inLine'),
  often: () => refused('appointments:problem.often', { most: mostGivenBack }),
}

/** Throws not-allowed unless the learner lets this center see how to reach them: staff see who comes. */
export async function needConsent(learnerId: string, centerId: string, now: Date): Promise<void> {
  const { records } = coverOf(await consentsOf(learnerId), centerId, dayOf(now))
  if (!records.has('contact')) throw notAllowed('appointments:problem.consentNeeded')
}

/**
 * Takes a place in a slot for the learner who asks. One conditional write decides, so that a slot for five never has six,
 * and nobody has two appointments at one time. Throws not-found for no such slot, not-allowed without consent to the
 * center, refused for a slot that is full, past, cancelled, theirs already, given back by them too often or at the time of another
 * appointment.
 */
export async function bookAppointment(
  actor: Actor,
  slotId: string,
  ports: Pick<Ports, 'now'>,
  moving = 0,
): Promise<Appointment> {
  const { learnerId } = actor
  if (learnerId === undefined) throw notAllowed('appointments:problem.learnersOnly')
  const now = ports.now()
  for (let turn = 0; turn < tries; turn += 1) {
    const slot = await findSlot(slotId)
    if (!slot) throw notFound('appointments:problem.unknownSlot')
    const refusal = refusalFor(slot, learnerId, now)
    if (refusal) throw problems[refusal]()
    if (turn === 0) await mayHold(learnerId, slot, now, moving)
    const booking: Booking = { id: newId(), learnerId, state: 'booked', bookedAt: now }
    const taken = await takePlace(
      slot,
      booking,
      await mailsForTaken(slot, booking),
      actor.accountId,
    )
    if (taken === 'overlap') throw refused('appointments:problem.overlap')
    if (!taken) continue
    const by = { learnerId, centerId: slot.centerId, by: actor }
    await noteAppointment({ ...by, substate: 'appointment_set' }, ports)
    return { slot: taken, booking }
  }
  throw refused('appointments:problem.quicker')
}

/** Throws not-allowed without consent to the center, refused for who has too many appointments to come. */
export async function mayHold(
  learnerId: string,
  slot: Slot,
  now: Date,
  moving: number,
): Promise<void> {
  await needConsent(learnerId, slot.centerId, now)
  if ((await countToCome(learnerId, now)) - moving >= mostToCome)
    throw refused('appointments:problem.tooMany', { most: mostToCome })
}

/** The mails about a place that was taken: to the learner, and to who offered it. */
export const mailsForTaken = async (slot: Slot, booking: Pick<Booking, 'id' | 'learnerId'>) => [
  ...(await mailsToBooked(slot, [booking], 'appointmentBooked')),
  ...(await mailsToHost(slot, 'appointmentTaken')),
]
