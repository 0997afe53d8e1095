/**
 * A slot is a time that one person of a center's staff offers, for up to `capacity` learners; an appointment is one
 * learner's place in it. Times lie on quarter hours, so that "does it overlap" is "do they share a quarter hour": each
 * live appointment holds its quarter hours under one unique index, and so does the person who offers. Nobody is in two
 * places at once, whoever books first.
 * Example: 10:00-10:45 holds 10:00, 10:15 and 10:30; another at 10:45 does not overlap.
 */
import type { Funds } from '../reports/priority.js'

export const modes = ['in-person', 'video', 'phone'] as const
export type Mode = (typeof modes)[number]

/** 'waiting' and 'offered': in line for a full slot, and asked whether they take a place (waiting.ts). 'lapsed': not any more. */
export const bookingStates = [
  'waiting',
  'offered',
  'booked',
  'cancelled',
  'lapsed',
  'attended',
  'no_show',
] as const
export type BookingState = (typeof bookingStates)[number]

/** What the center did to an appointment. 'changed': to where or how it takes place; its time never changes. */
export const unseenKinds = ['cancelled', 'changed'] as const

export const sides = ['learner', 'center'] as const
export type Side = (typeof sides)[number]

/** One learner's place; a cancelled one stays for the record. `changes` counts what a calendar must be told. */
export interface Booking {
  readonly id: string
  readonly learnerId: string
  readonly state: BookingState
  /** When the place, or one in line, was asked for. */
  readonly bookedAt: Date
  /** Priority of service in line, 1 the first, by the learner's own word; only where the slot serves by it. */
  readonly priority?: number
  /** Until when an offered place is held. */
  readonly answerBy?: Date
  readonly changedAt?: Date
  readonly cancelledBy?: Side
  readonly reason?: string
  /** It was in line only when it was given back: no appointment ended. */
  readonly leftLine?: true
  /** The appointment it was given back for. */
  readonly movedTo?: string
  /** What the center did to it, until the learner has seen it. */
  readonly unseen?: (typeof unseenKinds)[number]
}

export interface Slot {
  readonly id: string
  readonly communityId: string
  readonly centerId: string
  readonly hostId: string
  readonly hostName: string
  readonly startsAt: Date
  readonly endsAt: Date
  /** The clock of the center when it was offered. */
  readonly zone: string
  readonly mode: Mode
  /** The room, the link of a video call, or who calls whom; for those who booked. */
  readonly where?: string
  readonly capacity: number
  readonly free: number
  /** Whose funds pay for it, where they serve some people first; else whoever asked first comes first. */
  readonly priority?: Funds
  /** The weekly series it was offered in. */
  readonly seriesId?: string
  readonly state: 'open' | 'cancelled'
  readonly reason?: string
  readonly version: number
  readonly bookings: readonly Booking[]
  readonly demonstration: boolean
}

export const quarter = 15 * 60_000
export const mostPlaces = 50
const shortest = 15
export const longest = 240
/** Days ahead that may be offered. */
const farthestDays = 366
/** Appointments to come that one learner may hold, so that places are left for others. */
export const mostToCome = 5
/** How often one learner may take and give back one time, or its line: a slot remembers every time, and has room for so many. */
export const mostGivenBack = 5
/** Bookings, cancelled ones too, that one slot remembers. */
export const mostBookings = 300

/** A fault of a slot by the field of its form. */
export interface SlotFault {
  readonly field: 'time' | 'minutes' | 'capacity' | 'startsOn'
  readonly message: string
}

type Facts = Pick<Slot, 'startsAt' | 'endsAt' | 'capacity'>

/** What is wrong with a slot in itself, at this moment. */
export function slotFaults({ startsAt, endsAt, capacity }: Facts, now: Date): SlotFault[] {
  const minutes = (endsAt.getTime() - startsAt.getTime()) / 60_000
  const faults: SlotFault[] = []
  if (startsAt.getTime() % quarter !== 0)
    faults.push({ field: 'time', message: 'appointments:field.quarter' })
  if (minutes % 15 !== 0 || minutes < shortest || minutes > longest)
    faults.push({ field: 'minutes', message: 'appointments:field.minutes' })
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > mostPlaces)
    faults.push({ field: 'capacity', message: 'appointments:field.capacity' })
  if (startsAt <= now) faults.push({ field: 'startsOn', message: 'appointments:field.past' })
  if (startsAt.getTime() > now.getTime() + farthestDays * 86_400_000)
    faults.push({ field: 'startsOn', message: 'appointments:field.tooFar' })
  return faults
}

/** The keys of the quarter hours somebody is taken for from one instant to another. */
export function heldBy(
  who: string,
  { startsAt, endsAt }: Pick<Slot, 'startsAt' | 'endsAt'>,
): string[] {
  const count = Math.ceil((endsAt.getTime() - startsAt.getTime()) / quarter)
  return Array.from(
    { length: count },
    (_, at) => `${who}@${Math.floor(startsAt.getTime() / quarter) + at}`,
  )
}

export const liveBookings = ({ bookings }: Pick<Slot, 'bookings'>): readonly Booking[] =>
  bookings.filter(({ state }) => state === 'booked')

/** Waiting for a place, or asked whether to take one. */
export const isInLine = ({ state }: Pick<Booking, 'state'>): boolean =>
  state === 'waiting' || state === 'offered'

/** Neither given back nor over: booked, or in line. */
export const isOpenBooking = (booking: Pick<Booking, 'state'>): boolean =>
  booking.state === 'booked' || isInLine(booking)

/** Booked, or past with a word on who came: not in line, given back or lapsed. */
export const hasPlace = ({ state }: Pick<Booking, 'state'>): boolean =>
  state === 'booked' || state === 'attended' || state === 'no_show'

/** The slot with those alone who have a place in it: whom a calendar names. */
export const withPlaced = (slot: Slot): Slot => ({
  ...slot,
  bookings: slot.bookings.filter(hasPlace),
})

export const isWaitedFor = ({ bookings }: Pick<Slot, 'bookings'>): boolean =>
  bookings.some(({ state }) => state === 'waiting')

/** The quarter hours of everybody who is booked into a slot. */
export const heldIn = (slot: Pick<Slot, 'bookings' | 'startsAt' | 'endsAt'>): string[] =>
  liveBookings(slot).flatMap(({ learnerId }) => heldBy(learnerId, slot))

/** True when a learner gave this time back so often, or let an offer of it lapse, that they get no more; the center's doing never counts. */
export const gaveBackOften = ({ bookings }: Pick<Slot, 'bookings'>, learnerId: string): boolean =>
  bookings.filter(
    (one) =>
      one.learnerId === learnerId &&
      (one.state === 'lapsed' || (one.state === 'cancelled' && one.cancelledBy !== 'center')),
  ).length >= mostGivenBack

/** Why a place cannot be had; undefined when it can. Asked again by the write itself, which alone decides. */
export type Refusal = 'cancelled' | 'past' | 'full' | 'yours' | 'inLine' | 'often'

export function refusalFor(slot: Slot, learnerId: string, now: Date): Refusal | undefined {
  if (slot.state === 'cancelled') return 'cancelled'
  if (slot.startsAt <= now) return 'past'
  const own = slot.bookings.find((one) => one.learnerId === learnerId && isOpenBooking(one))
  if (own) return own.state === 'booked' ? 'yours' : 'inLine'
  if (gaveBackOften(slot, learnerId)) return 'often'
  return slot.free < 1 || isWaitedFor(slot) || slot.bookings.length >= mostBookings
    ? 'full'
    : undefined
}

const dayBefore = 24 * 60 * 60_000

/** When a reminder is due: a day before; none for what was booked later than that, the confirmation being fresh. */
export function remindAt(startsAt: Date, bookedAt: Date): Date | undefined {
  const due = new Date(startsAt.getTime() - dayBefore)
  return due > bookedAt ? due : undefined
}

const correctable = 7 * 24 * 60 * 60_000

/** True while the center may correct whether somebody came: seven days from when it was last said. */
export const mayBeCorrected = (
  { state, changedAt }: Pick<Booking, 'state' | 'changedAt'>,
  now: Date,
): boolean =>
  (state === 'attended' || state === 'no_show') &&
  changedAt !== undefined &&
  now.getTime() - changedAt.getTime() <= correctable

/** From when on it can be said whether somebody came: not before it began. */
export const mayBeMarked = ({ startsAt, state }: Pick<Slot, 'startsAt' | 'state'>, now: Date) =>
  state === 'open' && startsAt <= now
