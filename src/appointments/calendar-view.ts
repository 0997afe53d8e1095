import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { spanText, stateTag } from './appointment-view.js'
import type { DeskDays } from './list-desk-days.js'
import { timeIn } from './series.js'
import { hasPlace, liveBookings, type Booking, type Slot } from './slot.js'
import { lineOf } from './waiting.js'

/** Who comes to a slot or came, as far as names may be seen. */
const comingText = (slot: Slot, names: ReadonlyMap<string, string>, { t }: Words): string =>
  slot.bookings
    .filter(hasPlace)
    .map((one) => {
      const name = names.get(one.learnerId) ?? t('appointments:show.hidden')
      return one.state === 'booked' ? name : `${name} (${t(`appointments:state.${one.state}`)})`
    })
    .join(', ')

/** A slot on the start page of who offers it: today or tomorrow, when, and who comes. */
export const deskRow = (slot: Slot, { today, names }: DeskDays, words: Words) => {
  const { t } = words
  const day = dayOf(slot.startsAt, slot.zone) === today ? 'today' : 'tomorrow'
  return {
    cells: [
      {
        text: `${t(`appointments:desk.${day}`)}, ${spanText(slot)}`,
        href: words.href(to(paths.slot, { id: slot.id })),
      },
      comingText(slot, names, words),
      t(`appointments:mode.${slot.mode}`),
    ],
  }
}

/** A slot in the staff's calendar, with who comes. */
export const calendarRow = (slot: Slot, names: ReadonlyMap<string, string>, words: Words) => {
  const { t } = words
  return {
    cells: [
      {
        text: `${words.day(dayOf(slot.startsAt, slot.zone))}, ${spanText(slot)}`,
        href: words.href(to(paths.slot, { id: slot.id })),
      },
      t(`appointments:mode.${slot.mode}`),
      slot.state === 'cancelled'
        ? t('appointments:slots.cancelled')
        : {
            text: t('appointments:slots.taken', {
              taken: liveBookings(slot).length,
              capacity: slot.capacity,
            }),
            ...waitingText(slot, words),
          },
      comingText(slot, names, words) || null,
      slot.hostName,
    ],
  }
}

const waitingText = (slot: Slot, { t }: Words) => {
  const count = lineOf(slot).length
  return count > 0 ? { sub: t('appointments:slots.waiting', { count }) } : {}
}

/** Those with a place first, then the line in its order, then who is out. */
export const inOrder = (slot: Slot): Booking[] => {
  const placed = slot.bookings.filter((one) => hasPlace(one) || one.state === 'offered')
  const line = lineOf(slot)
  const out = slot.bookings.filter((one) => !placed.includes(one) && !line.includes(one))
  return [...placed, ...line, ...out]
}

/** Who comes first in line, where that is not just who asked first. */
export const orderFact = ({ priority }: Slot, { t }: Words) =>
  priority
    ? [
        {
          term: t('appointments:priority.term'),
          text: t(`appointments:priority.order.${priority}`),
        },
      ]
    : []

/** Who has or had a place in one slot, or waits for one, each with what may be done. */
export const bookingRow = (booking: Booking, name: string | undefined, words: Words) => ({
  cells: [
    {
      text: name ?? words.t('appointments:show.hidden'),
      href: words.href(to(paths.appointment, { id: booking.id })),
    },
    {
      tag: stateTag(booking, words),
      ...(booking.priority !== undefined && {
        sub: words.t(`appointments:priority.rank.${String(booking.priority)}`),
      }),
    },
    { date: booking.bookedAt.toISOString(), text: words.time(booking.bookedAt) },
    booking.reason ?? null,
  ],
})

/** The form of a slot as it starts. */
export const slotValues = (slot: Slot) => ({
  startsOn: dayOf(slot.startsAt, slot.zone),
  time: timeIn(slot.startsAt, slot.zone),
  minutes: (slot.endsAt.getTime() - slot.startsAt.getTime()) / 60_000,
  mode: slot.mode,
  capacity: slot.capacity,
  where: slot.where ?? '',
  version: slot.version,
})
