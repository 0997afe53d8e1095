import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { noteAppointment, noteAppointmentOff } from '../referrals/note-appointment.js'
import { nextAppointment } from './slot-store.js'
import type { Slot } from './slot.js'

/** True when a learner has an appointment to come at a center. */
export const isToCome = async (centerId: string, learnerId: string, now: Date): Promise<boolean> =>
  (await nextAppointment(learnerId, now, (id) => id === centerId)) !== undefined

/**
 * After an appointment was given back or cancelled: the referral stops saying that one is set, unless another is to come.
 * Looks once more afterwards, because one may be booked in between.
 */
export async function tellOff(
  { centerId }: Pick<Slot, 'centerId'>,
  learnerId: string,
  by: Pick<Actor, 'accountId' | 'name'>,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const told = { learnerId, centerId, by }
  if (await isToCome(centerId, learnerId, ports.now())) return
  await noteAppointmentOff(told, ports)
  if (await isToCome(centerId, learnerId, ports.now()))
    await noteAppointment({ ...told, substate: 'appointment_set' }, ports)
}
