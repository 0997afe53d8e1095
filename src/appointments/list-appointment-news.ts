import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { deskOf } from '../referrals/desk.js'
import { appointmentNews, type AppointmentNews } from './appointment-news.js'
import { namesIn } from './list-slots.js'
import { slotsWithNews } from './slot-store.js'

export interface ListedAppointmentNews {
  readonly news: readonly AppointmentNews[]
  readonly names: ReadonlyMap<string, string>
}

const mostSlots = 50

/**
 * What others did to the appointments of this member of staff after a moment, the latest. Each name
 * shown is disclosed.
 */
export async function listAppointmentNews(
  actor: Actor,
  since: Date,
  most: number,
  ports: Pick<Ports, 'now'>,
  center?: string,
): Promise<ListedAppointmentNews> {
  const { organizationId } = deskOf(actor, center)
  const slots = await slotsWithNews(organizationId, actor.accountId, since, mostSlots)
  const news = appointmentNews(slots, since).slice(0, most)
  const named = news.map(({ slot, booking }) => ({ ...slot, bookings: [booking] }))
  return { news, names: await namesIn(actor, organizationId, named, ports.now(), 'list') }
}
