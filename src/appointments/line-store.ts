import { isDuplicateKey } from '../duplicate-keys.js'
import type { JointRead } from '../joint-read.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Funds } from '../reports/priority.js'
import {
  asRead,
  hidden,
  newsOn,
  remindersFor,
  slotOf,
  Slots,
  type Shown,
} from './slot-row-store.js'
import type { Appointment } from './appointment.js'
import { heldBy, unseenKinds, type Booking, type Slot } from './slot.js'
import { mostTold, toldFrom, unseenBy } from './unseen.js'
import { mostLines, offersTo, type Offer } from './waiting.js'

/** A slot with the moment its line is to be looked at again. */
export interface Line {
  readonly slot: Slot
  readonly lookAt: Date | undefined
}

export async function findLine(slotId: string): Promise<Line | undefined> {
  const { lookAt: _lookAt, ...rest } = hidden
  const row = await Slots.findById(slotId, rest).lean<Shown & { readonly lookAt?: Date }>()
  if (!row) return undefined
  const { lookAt, ...shown } = row
  return { slot: slotOf(shown), lookAt }
}

/** Slots whose line is to be looked at, at most `limit`. */
export async function dueLines(now: Date, limit: number): Promise<string[]> {
  const rows = await Slots.find({ lookAt: { $lte: now } }, { _id: 1 })
    .sort({ lookAt: 1 })
    .limit(limit)
    .lean<{ readonly _id: string }[]>()
  return rows.map(({ _id }) => _id)
}

/** How many lines of slots to come a learner stands in. */
export const countLines = (learnerId: string, now: Date): Promise<number> =>
  Slots.countDocuments({
    'bookings.learnerId': learnerId,
    startsAt: { $gt: now },
    bookings: { $elemMatch: { learnerId, state: { $in: ['waiting', 'offered'] } } },
  }).exec()

/** What a learner's appointments ask of them now. */
export interface Pressing {
  /** The places held for them that they may take, soonest to be answered first. */
  readonly offers: readonly Offer[]
  /** What a center cancelled or changed, and they have not seen. */
  readonly unseen: readonly Appointment[]
}

/** What is pressing of a learner's appointments; rides along with another read. */
export const pressingRead = (learnerId: string, now: Date): JointRead<Pressing> => ({
  from: Slots.collection.name,
  filter: {
    'bookings.learnerId': learnerId,
    startsAt: { $gt: toldFrom(now) },
    bookings: {
      $elemMatch: { learnerId, $or: [{ state: 'offered' }, { unseen: { $in: [...unseenKinds] } }] },
    },
  },
  sort: { startsAt: -1 },
  limit: 4 * (mostLines + mostTold),
  fields: hidden,
  take: (rows) => {
    const slots = (rows as readonly Shown[]).map(slotOf)
    return {
      offers: offersTo(learnerId, slots, now),
      unseen: unseenBy(learnerId, slots).slice(0, mostTold),
    }
  },
})

/** Puts somebody into the line of a slot as it was read. False when it has moved on. */
export async function joinLineAsRead(slot: Slot, booking: Booking): Promise<boolean> {
  const done = await Slots.updateOne(asRead(slot), {
    $push: { bookings: booking },
    $set: { lookAt: booking.bookedAt },
  })
  return done.matchedCount === 1
}

const inState = (slot: Slot, { id, state }: Pick<Booking, 'id' | 'state'>) => ({
  ...asRead(slot),
  bookings: { $size: slot.bookings.length, $elemMatch: { id, state } },
})

/** Moves somebody who waits up in line; never down: the caller says the better of the two. */
export async function raisePriority(slot: Slot, id: string, priority: number): Promise<boolean> {
  const done = await Slots.updateOne(inState(slot, { id, state: 'waiting' }), {
    $set: { 'bookings.$.priority': priority },
  })
  return done.matchedCount === 1
}

/** Holds a free place for somebody who waits, as the slot was read. False when it has moved on. */
export async function offerPlace(
  slot: Slot,
  { id }: Pick<Booking, 'id'>,
  { answerBy, now }: { readonly answerBy: Date; readonly now: Date },
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  if (slot.free < 1) return false
  const done = await Slots.updateOne(inState(slot, { id, state: 'waiting' }), {
    $inc: { free: -1 },
    $set: { 'bookings.$.state': 'offered', 'bookings.$.answerBy': answerBy, lookAt: now },
    $push: { outbox: { $each: [...outbox] } },
  })
  return done.matchedCount === 1
}

/** Ends an offer nobody answered and gives the place back. False when the slot has moved on. */
export async function lapseOffer(
  slot: Slot,
  { id }: Pick<Booking, 'id'>,
  now: Date,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const done = await Slots.updateOne(inState(slot, { id, state: 'offered' }), {
    $inc: { free: 1 },
    $set: { 'bookings.$.state': 'lapsed', 'bookings.$.changedAt': now, lookAt: now },
    $unset: { 'bookings.$.answerBy': 1 },
    $push: { outbox: { $each: [...outbox] } },
  })
  return done.matchedCount === 1
}

/**
 * Ends the line for these as they were read, and tells them; places that were held for them come back. False when the slot
 * has moved on, or one of them has left: nobody is told twice, or of what they ended themselves.
 */
export async function closeLine(
  slot: Slot,
  ended: readonly Pick<Booking, 'id' | 'state'>[],
  now: Date,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const held = ended.filter(({ state }) => state === 'offered').length
  const asEnded = ended.map(({ id, state }) => ({ bookings: { $elemMatch: { id, state } } }))
  const done = await Slots.updateOne(
    { ...asRead(slot), $and: asEnded },
    {
      $inc: { free: held },
      $set: {
        'bookings.$[open].state': 'lapsed',
        'bookings.$[open].changedAt': now,
        lookAt: now,
      },
      $unset: { 'bookings.$[open].answerBy': 1 },
      $push: { outbox: { $each: [...outbox] } },
    },
    { arrayFilters: [{ 'open.id': { $in: ended.map(({ id }) => id) } }] },
  )
  return done.matchedCount === 1
}

/**
 * Writes who comes first in the line of a slot as it was read; each who stands in it keeps what `carried` makes of their
 * priority. False when the slot has moved on, or one of them moved up meanwhile: nothing they said is lost.
 */
export async function saveOrder(
  slot: Slot,
  priority: Funds | undefined,
  carried: (before: number) => number | undefined,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const set: Record<string, number> = {}
  const unset: Record<string, 1> = priority ? {} : { priority: 1 }
  const known = slot.bookings.filter((one) => one.priority !== undefined)
  known.forEach(({ priority: before = 0 }, at) => {
    const next = carried(before)
    const field = `bookings.$[b${at}].priority`
    if (next === undefined) unset[field] = 1
    else set[field] = next
  })
  const asSaid = slot.bookings.map(({ id, priority: said }) => ({
    bookings: { $elemMatch: { id, priority: said ?? { $exists: false } } },
  }))
  const done = await Slots.updateOne(
    { ...asRead(slot), ...(asSaid.length > 0 && { $and: asSaid }) },
    {
      $set: { ...set, ...(priority && { priority }), version: slot.version + 1 },
      ...(Object.keys(unset).length > 0 && { $unset: unset }),
      $push: { outbox: { $each: [...outbox] } },
    },
    { arrayFilters: known.map(({ id }, at) => ({ [`b${at}.id`]: id })) },
  )
  return done.matchedCount === 1
}

/** Says when the line is to be looked at next, unless something happened to it since it was read. */
export async function restLine({ slot, lookAt }: Line, next: Date | undefined): Promise<boolean> {
  if (lookAt?.getTime() === next?.getTime()) return true
  const done = await Slots.updateOne(
    { ...asRead(slot), lookAt: lookAt ?? { $exists: false } },
    next ? { $set: { lookAt: next } } : { $unset: { lookAt: 1 } },
  )
  return done.matchedCount === 1
}

/**
 * Makes the place that is held for somebody theirs, in one write. 'overlap' when they are booked elsewhere at that time;
 * undefined when it is not held for them any more.
 */
export async function takeHeldPlace(
  slot: Slot,
  { id, learnerId }: Pick<Booking, 'id' | 'learnerId'>,
  { at, byId }: { readonly at: Date; readonly byId: string },
  outbox: readonly OutboxEntry[],
): Promise<Slot | 'overlap' | undefined> {
  const held = heldBy(learnerId, slot)
  try {
    const row = await Slots.findOneAndUpdate(
      {
        _id: slot.id,
        version: slot.version,
        state: 'open',
        startsAt: { $gt: at },
        bookings: { $elemMatch: { id, state: 'offered', answerBy: { $gt: at } } },
        held: { $nin: held },
      },
      {
        $set: {
          'bookings.$[mine].state': 'booked',
          'bookings.$[mine].changedAt': at,
          ...newsOn(slot, at, byId),
        },
        $unset: { 'bookings.$[mine].answerBy': 1 },
        $push: {
          held: { $each: held },
          reminders: { $each: remindersFor(slot, { id, bookedAt: at }) },
          outbox: { $each: [...outbox] },
        },
      },
      { arrayFilters: [{ 'mine.id': id }], returnDocument: 'after', projection: hidden },
    ).lean<Shown>()
    return row ? slotOf(row) : undefined
  } catch (error) {
    if (isDuplicateKey(error)) return 'overlap'
    throw error
  }
}
