import type { Actor } from '../access/actor.js'
import { notFound, refused } from '../problems.js'
import { appointmentIn, sideOf, type Appointment } from './appointment.js'
import { markSeen } from './place-store.js'
import { findSlot, slotOfAppointment } from './slot-store.js'
import type { Side, Slot } from './slot.js'

/** An appointment and the side this person stands on. Throws not-found to everybody else. */
export async function readAppointment(
  actor: Actor,
  id: string,
): Promise<Appointment & { readonly side: Side }> {
  const slot = await slotOfAppointment(id)
  const found = slot && appointmentIn(slot, id)
  const side = found && sideOf(actor, found)
  if (!found || !side) throw notFound('appointments:problem.unknown')
  return { ...found, side }
}

/** As readAppointment, for the page of one: a learner who opens it has seen what the center did to it. */
export async function seeAppointment(actor: Actor, id: string) {
  const found = await readAppointment(actor, id)
  const { slot, booking, side } = found
  if (side === 'learner' && booking.unseen !== undefined) await markSeen(slot, booking)
  return found
}

/** Throws refused for a slot that was cancelled or has begun. */
export function mustBeOpen(slot: Slot, now: Date): void {
  if (slot.state === 'cancelled') throw refused('appointments:problem.slotCancelled')
  if (slot.startsAt <= now) throw refused('appointments:problem.past')
}

/** A slot of the center this person works at. Throws not-found to everybody else. */
export async function readOwnSlot(actor: Actor, id: string): Promise<Slot> {
  const slot = await findSlot(id)
  const isTheirs = actor.roles.some(
    (at) => at.role === 'staff' && at.organizationId === slot?.centerId,
  )
  if (!slot || !isTheirs) throw notFound('appointments:problem.unknownSlot')
  return slot
}
