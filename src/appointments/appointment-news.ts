import { isOpenBooking, type Booking, type Slot } from './slot.js'

export type AppointmentNewsKind = 'booked' | 'moved' | 'cancelled'

/** Something that happened to an appointment. `movedTo`: where it is now, as far as that is known. */
export interface AppointmentNews {
  readonly kind: AppointmentNewsKind
  readonly at: Date
  readonly slot: Slot
  readonly booking: Booking
  readonly movedTo?: Slot
}

function newsOf(slot: Slot, booking: Booking, since: Date): AppointmentNews | undefined {
  const { state, bookedAt, changedAt } = booking
  const at = changedAt ?? bookedAt
  if (at <= since || booking.leftLine) return undefined
  if (state === 'booked') return { kind: 'booked', at, slot, booking }
  if (state !== 'cancelled') return undefined
  return { kind: booking.movedTo === undefined ? 'cancelled' : 'moved', at, slot, booking }
}

/**
 * What happened to the appointments of these slots after a moment, the latest first. Moving is giving one back for another,
 * and is told once. Who waits in line, or leaves it, has no appointment yet; whether somebody came is said by staff.
 */
export function appointmentNews(slots: readonly Slot[], since: Date): AppointmentNews[] {
  const every = slots.flatMap((slot) =>
    slot.bookings.flatMap((booking) => newsOf(slot, booking, since) ?? []),
  )
  const targets = new Set(every.flatMap(({ booking }) => booking.movedTo ?? []))
  const whereTo = (id: string | undefined) =>
    slots.find(({ bookings }) => bookings.some((one) => one.id === id && isOpenBooking(one)))
  return every
    .filter(({ kind, booking }) => !(kind === 'booked' && targets.has(booking.id)))
    .map((one) => {
      const movedTo = one.kind === 'moved' ? whereTo(one.booking.movedTo) : undefined
      return movedTo ? { ...one, movedTo } : one
    })
    .sort((a, b) => b.at.getTime() - a.at.getTime())
}
