import { hasRole, type Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { deskOf } from '../referrals/desk.js'
import type { Appointment } from './appointment.js'
import { listOwn, listSlots, namesIn } from './list-slots.js'
import { liveBookings, type Slot } from './slot.js'

interface Asked {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly center?: string | undefined
  readonly from?: string | undefined
}

export interface Appointments {
  readonly items: readonly Appointment[]
  readonly next: string | undefined
  readonly names: ReadonlyMap<string, string>
}

const each = (slots: readonly Slot[], fits: (learnerId: string) => boolean): Appointment[] =>
  slots.flatMap((slot) =>
    slot.bookings.filter(({ learnerId }) => fits(learnerId)).map((booking) => ({ slot, booking })),
  )

/**
 * A learner's own appointments, latest first; for staff those to come at their center, earliest first, with the names that
 * consent lets them see. A page holds `limit` slots, so it may hold more appointments.
 */
export async function listAppointments(
  actor: Actor,
  query: Asked,
  ports: Pick<Ports, 'now'>,
): Promise<Appointments> {
  const { learnerId } = actor
  if (!hasRole(actor, 'staff') && learnerId !== undefined) {
    const { items, next } = await listOwn(learnerId, query)
    const own = each(items, (id) => id === learnerId)
    return { items: own, next, names: new Map([[learnerId, actor.name]]) }
  }
  const { organizationId } = deskOf(actor, query.center)
  const { items, next } = await listSlots(organizationId, query, ports.now())
  const names = await namesIn(actor, organizationId, items, ports.now(), 'api')
  const live = items.flatMap((slot) => liveBookings(slot).map((booking) => ({ slot, booking })))
  return { items: live, next, names }
}
