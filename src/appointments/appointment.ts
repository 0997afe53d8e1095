/** One learner's place in a slot, and who may see or change it. */
import type { Actor } from '../access/actor.js'
import type { Booking, Side, Slot } from './slot.js'

export interface Appointment {
  readonly slot: Slot
  readonly booking: Booking
}

/** The place with this id in the slot it lies in. */
export function appointmentIn(slot: Slot, id: string): Appointment | undefined {
  const booking = slot.bookings.find((one) => one.id === id)
  return booking && { slot, booking }
}

/** The side somebody stands on: the learner, or staff of that center; undefined means they learn nothing of it. */
export function sideOf(actor: Actor, { slot, booking }: Appointment): Side | undefined {
  if (actor.learnerId !== undefined && actor.learnerId === booking.learnerId) return 'learner'
  const isStaff = actor.roles.some(
    ({ role, organizationId }) => role === 'staff' && organizationId === slot.centerId,
  )
  return isStaff ? 'center' : undefined
}

const locales = { en: 'en-US', es: 'es-US' } as const
const formats = new Map<string, Intl.DateTimeFormat>()

/** "Monday, November 23, 2026 at 10:00 AM PST", by the clock of the center. */
export function whenText(at: Date, zone: string, language: 'en' | 'es'): string {
  const key = `${language} ${zone}`
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat(locales[language], {
      weekday: 'long',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZone: zone,
      timeZoneName: 'short',
    })
  formats.set(key, format)
  return format.format(at)
}
