/**
 * When every place of a slot is taken, learners may wait for one. A place that comes free is offered to the first in line
 * and held for them until they answer: half of the time that is left, a day at most. Whoever does not answer is off the
 * list and the next is asked. While somebody waits a free place is nobody else's. Half an hour before the start the line
 * closes: whoever still waits is told, and a free place is anybody's. The first in line is who asked first; where the time is paid for by funds that serve some people
 * first, priority of service comes before that (20 CFR 680.600-650), because only there seats are limited.
 * Example: a place comes free on Monday at 10:00 for Tuesday at 16:00; the first in line may answer until Tuesday 01:00.
 */
import { inTurn } from '../reports/priority.js'
import {
  gaveBackOften,
  isInLine,
  isWaitedFor,
  mostBookings,
  type Booking,
  type Slot,
} from './slot.js'

/** Learners that may wait for one slot. */
export const mostInLine = 50
/** Lines that one learner may stand in. */
export const mostLines = 5

const minute = 60_000
const day = 24 * 60 * minute
const tooLate = 30 * minute

/** Everybody else's turn comes after those with a priority. */
const rankOf = ({ priority = 5 }: Booking): number => priority

/** Who waits, the first to be asked first. */
export const lineOf = ({ bookings }: Pick<Slot, 'bookings'>): Booking[] =>
  inTurn(
    bookings.filter(({ state }) => state === 'waiting'),
    rankOf,
    ({ bookedAt }) => bookedAt,
  )

/** From 1, the first; 0 for somebody who does not wait. */
export const placeInLine = (slot: Pick<Slot, 'bookings'>, id: string): number =>
  lineOf(slot).findIndex((one) => one.id === id) + 1

/** A place held for somebody until they answer. */
export interface Offer {
  readonly slot: Slot
  readonly booking: Booking
  readonly answerBy: Date
}

/** The places in these slots that a learner may take now, soonest to be answered first. */
export const offersTo = (learnerId: string, slots: readonly Slot[], now: Date): Offer[] =>
  slots
    .filter(({ state, startsAt }) => state === 'open' && startsAt > now)
    .flatMap((slot) =>
      slot.bookings.flatMap((booking) => {
        const { answerBy, state } = booking
        const isTheirs = booking.learnerId === learnerId && state === 'offered'
        return isTheirs && answerBy && answerBy > now ? [{ slot, booking, answerBy }] : []
      }),
    )
    .sort((a, b) => a.answerBy.getTime() - b.answerBy.getTime())

/** Places that anybody may book. */
export const openPlaces = (slot: Pick<Slot, 'bookings' | 'free'>): number =>
  isWaitedFor(slot) ? 0 : slot.free

/** Until when somebody asked now may answer; undefined when it is too late to ask. */
export function answerBy(now: Date, startsAt: Date): Date | undefined {
  const left = startsAt.getTime() - now.getTime()
  return left < tooLate ? undefined : new Date(now.getTime() + Math.min(day, left / 2))
}

export type LineRefusal =
  'cancelled' | 'past' | 'yours' | 'often' | 'free' | 'lineClosed' | 'lineFull'

/** Why somebody cannot wait for a slot; undefined when they can. */
export function lineRefusalFor(slot: Slot, learnerId: string, now: Date): LineRefusal | undefined {
  if (slot.state === 'cancelled') return 'cancelled'
  if (slot.startsAt <= now) return 'past'
  const isTheirs = slot.bookings.some(
    (one) => one.learnerId === learnerId && one.state === 'booked',
  )
  if (isTheirs) return 'yours'
  if (gaveBackOften(slot, learnerId)) return 'often'
  if (openPlaces(slot) > 0) return 'free'
  if (!answerBy(now, slot.startsAt)) return 'lineClosed'
  const isLong = lineOf(slot).length >= mostInLine || slot.bookings.length >= mostBookings
  return isLong ? 'lineFull' : undefined
}

/** What is to be done about a line next. `rest`: nothing before `lookAt`, or ever. */
export type LineStep =
  | { readonly kind: 'lapse'; readonly booking: Booking }
  | { readonly kind: 'offer'; readonly booking: Booking; readonly answerBy: Date }
  | { readonly kind: 'close'; readonly of: readonly Booking[] }
  | { readonly kind: 'rest'; readonly lookAt?: Date }

/** The next step about a line. Taken one by one, steps always come to rest. */
export function nextStep(slot: Slot, now: Date): LineStep {
  const [first] = lineOf(slot)
  const offered = slot.bookings.filter(({ state }) => state === 'offered')
  if (slot.state === 'cancelled' || (!first && offered.length === 0)) return { kind: 'rest' }
  if (slot.startsAt <= now) return { kind: 'close', of: slot.bookings.filter(isInLine) }
  const ended = offered.find((one) => one.answerBy === undefined || one.answerBy <= now)
  if (ended) return { kind: 'lapse', booking: ended }
  const until = answerBy(now, slot.startsAt)
  if (first && !until) return { kind: 'close', of: lineOf(slot) }
  if (slot.free > 0 && first && until) return { kind: 'offer', booking: first, answerBy: until }
  const start = slot.startsAt.getTime()
  const ends = offered.flatMap((one) => one.answerBy?.getTime() ?? [])
  // One moment after the last at which somebody may be asked.
  const moments = [start, ...(first ? [start - tooLate + 1] : []), ...ends]
  return { kind: 'rest', lookAt: new Date(Math.min(...moments)) }
}
