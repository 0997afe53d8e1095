import type { Actor } from '../access/actor.js'
import { addDays, dayOf, type Day } from '../calendar.js'
import { findCenter } from '../centers/center-store.js'
import { zoneOf } from '../centers/center.js'
import type { Ports } from '../ports.js'
import { deskOf } from '../referrals/desk.js'
import { namesIn } from './list-slots.js'
import { startOfDay } from './series.js'
import { slotsOfHost } from './slot-store.js'
import { hasPlace, withPlaced, type Slot } from './slot.js'

export interface DeskDays {
  readonly today: Day
  readonly slots: readonly Slot[]
  readonly names: ReadonlyMap<string, string>
}

/**
 * The appointments of this member of staff today and tomorrow, by the clock of the center; times nobody has booked are left
 * out. Each name shown is disclosed. Undefined where the desk is at no center.
 */
export async function listDeskDays(
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<DeskDays | undefined> {
  const center = await findCenter(deskOf(actor).organizationId)
  if (!center) return undefined
  const zone = zoneOf(center)
  const today = dayOf(ports.now(), zone)
  const span = { from: startOfDay(today, zone), before: startOfDay(addDays(today, 2), zone) }
  const offered = await slotsOfHost(center.id, actor.accountId, span)
  const slots = offered.filter((slot) => slot.state === 'open' && slot.bookings.some(hasPlace))
  const placed = slots.map(withPlaced)
  return { today, slots, names: await namesIn(actor, center.id, placed, ports.now(), 'list') }
}
