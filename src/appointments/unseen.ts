/**
 * What a center did to an appointment that its learner has not seen yet. A mail may tell it too; who has no address, or does
 * not read it, is told on the start page and in the list of appointments until they open the appointment.
 */
import type { Appointment } from './appointment.js'
import type { Slot } from './slot.js'

const day = 24 * 60 * 60_000

/** The start page tells of times as far back as this; the list of appointments of all it shows. */
export const toldFrom = (now: Date): Date => new Date(now.getTime() - 30 * day)

/** A start page tells of this many. */
export const mostTold = 5

/** A learner's appointments in these slots that the center cancelled or changed, unseen so far; the earliest first. */
export const unseenBy = (learnerId: string, slots: readonly Slot[]): Appointment[] =>
  slots
    .flatMap((slot) =>
      slot.bookings
        .filter((one) => one.learnerId === learnerId && one.unseen !== undefined)
        .map((booking) => ({ slot, booking })),
    )
    .sort((a, b) => a.slot.startsAt.getTime() - b.slot.startsAt.getTime())
