import type { Actor } from '../access/actor.js'
import { addDays, dayOf, type Day } from '../calendar.js'
import { findCenter } from '../centers/center-store.js'
import { zoneOf, type Center } from '../centers/center.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { coverOf } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { deskOf } from '../referrals/desk.js'
import { mondayOf, startOfDay } from './series.js'
import { slotsOf, slotsOfLearner } from './slot-store.js'
import { openPlaces } from './waiting.js'
import { isOpenBooking, withPlaced, type Booking, type Slot } from './slot.js'

const cursorOf = ({ startsAt, id }: Slot) => [startsAt.getTime(), id]

const afterOf = (cursor: string | undefined) => {
  const after = decodeTimeCursor(cursor)
  return after && { at: after.createdAt, id: after.id }
}

interface Asked {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A center and one page of the slots to come there, earliest first; full and cancelled ones too. */
export async function listSlots(
  centerId: string,
  { limit, cursor, from }: Asked & { readonly from?: Day | undefined },
  now: Date,
): Promise<ListPage<Slot> & { readonly center: Center }> {
  const center = await findCenter(centerId)
  if (!center) throw notFound('centers:problem.unknown')
  const asked = from === undefined ? now : startOfDay(from, zoneOf(center))
  const rows = await slotsOf({
    centerId,
    from: asked > now ? asked : now,
    before: new Date(now.getTime() + 400 * 86_400_000),
    limit: limit + 1,
    after: afterOf(cursor),
  })
  return { center, ...pageOf(rows, limit, cursorOf) }
}

const mostRounds = 5
const enough = 20

/**
 * A center and times there that anybody may book, earliest first from a day on. A busy center has long stretches without
 * one: it looks through some hundred times, and gives what it found with the place to look on from.
 */
export async function listFree(
  centerId: string,
  asked: { readonly from?: Day | undefined; readonly cursor?: string | undefined },
  now: Date,
): Promise<ListPage<Slot>> {
  const items: Slot[] = []
  let { cursor } = asked
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await listSlots(centerId, { ...asked, limit: 100, cursor }, now)
    items.push(...found.items.filter((one) => one.state === 'open' && openPlaces(one) > 0))
    cursor = found.next
    if (cursor === undefined || items.length >= enough) break
  }
  return { items, next: cursor }
}

/** One page of a learner's slots, latest first. */
export async function listOwn(
  learnerId: string,
  { limit, cursor }: Asked,
): Promise<ListPage<Slot>> {
  const rows = await slotsOfLearner(learnerId, limit + 1, afterOf(cursor))
  return pageOf(rows, limit, cursorOf)
}

export interface Calendar {
  readonly center: Center
  readonly first: Day
  readonly last: Day
  readonly today: Day
  readonly slots: readonly Slot[]
  /** Where the times of the span go on; undefined when these are all. */
  readonly next: string | undefined
  /** The names that staff may see, by learner. */
  readonly names: ReadonlyMap<string, string>
}

/** A busy center has more in a week; then the page has a next one. */
export const mostSlots = 500

/**
 * The slots of a desk on a day or in the week of it, earliest first, with the names of those who come as far as consent
 * reaches.
 */
export async function openCalendar(
  actor: Actor,
  query: {
    readonly center?: string | undefined
    readonly on?: Day | undefined
    readonly view: 'day' | 'week'
    readonly cursor?: string | undefined
  },
  ports: Pick<Ports, 'now'>,
  channel: Channel = 'list',
): Promise<Calendar> {
  const { organizationId } = deskOf(actor, query.center)
  const center = await findCenter(organizationId)
  if (!center) throw notFound('appointments:problem.noCenter')
  const zone = zoneOf(center)
  const today = dayOf(ports.now(), zone)
  const on = query.on ?? today
  const first = query.view === 'week' ? mondayOf(on) : on
  const last = query.view === 'week' ? addDays(first, 6) : on
  const span = { from: startOfDay(first, zone), before: startOfDay(addDays(last, 1), zone) }
  const after = afterOf(query.cursor)
  const rows = await slotsOf({ centerId: center.id, ...span, limit: mostSlots + 1, after })
  const { items: slots, next } = pageOf(rows, mostSlots, cursorOf)
  const placed = slots.map(withPlaced)
  const names = await namesIn(actor, center.id, placed, ports.now(), channel)
  return { center, first, last, today, slots, next, names }
}

/** Who of these slots let the center see how to reach them, and `isShown`, by id; each of those is disclosed first. */
export async function contactsIn(
  actor: Actor,
  centerId: string,
  slots: readonly Pick<Slot, 'bookings'>[],
  now: Date,
  channel: Channel,
  isShown: (learner: Learner) => boolean = () => true,
): Promise<Map<string, Learner>> {
  const ids = [...new Set(slots.flatMap(({ bookings }) => bookings.map((one) => one.learnerId)))]
  if (ids.length === 0) return new Map()
  const today = dayOf(now)
  const consents = await liveConsentsOf(ids, [centerId], today)
  const covers = new Map(ids.map((id) => [id, coverOf(consents.get(id) ?? [], centerId, today)]))
  const open = ids.filter((id) => covers.get(id)?.records.has('contact'))
  const shown = (await findLearnersByIds(open)).filter(isShown)
  await discloseTo({
    actor,
    organizationId: centerId,
    learnerIds: shown.map(({ id }) => id),
    records: ['contact'],
    basis: 'consent',
    purpose: 'referral',
    channel,
    consentIds: new Map(shown.map(({ id }) => [id, covers.get(id)?.consentIds ?? []])),
    now,
  })
  return new Map(shown.map((one) => [one.id, one]))
}

/** True of who no mail reaches. */
export const isUnmailed = ({ email }: Pick<Learner, 'email'>): boolean => email === undefined

/** Who in this slot no mail reaches, as far as staff may know: booked or in line, or one of them alone. */
export async function toCall(
  actor: Actor,
  slot: Slot,
  now: Date,
  only?: Booking,
): Promise<Learner[]> {
  const bookings = only ? [only] : slot.bookings.filter(isOpenBooking)
  const found = await contactsIn(actor, slot.centerId, [{ bookings }], now, 'view', isUnmailed)
  return [...found.values()]
}

/** Of those whom no mail reached, who has not seen yet what the center did to their place. */
export const unseenUnmailed = (
  { bookings }: Pick<Slot, 'bookings'>,
  known: ReadonlyMap<string, Learner>,
): Learner[] => {
  const unseen = new Set(bookings.filter((one) => one.unseen).map((one) => one.learnerId))
  return [...known.values()].filter((one) => unseen.has(one.id) && isUnmailed(one))
}

/**
 * The names of those with a place in these slots who let the center see how to reach them; each is disclosed first. Of the
 * others staff see that somebody comes, and not who.
 */
export async function namesIn(
  actor: Actor,
  centerId: string,
  slots: readonly Slot[],
  now: Date,
  channel: Channel,
): Promise<Map<string, string>> {
  const found = await contactsIn(actor, centerId, slots, now, channel)
  return new Map([...found.values()].map(({ id, name }) => [id, name]))
}
