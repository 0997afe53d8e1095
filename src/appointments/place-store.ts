import { isDuplicateKey } from '../duplicate-keys.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  hidden,
  newsOn,
  remindersFor,
  slotOf,
  Slots,
  type Shown,
  type SlotRow,
} from './slot-row-store.js'
import { heldBy, isInLine, mostBookings, type Booking, type Side, type Slot } from './slot.js'

/**
 * Takes a place in one write: only while the slot is open, not begun, has a free place nobody waits for and none of this
 * learner's, nor any that they took and gave back since it was read.
 * 'overlap' when the learner is booked elsewhere at that time; undefined when there was no such place, and nothing is
 * written.
 */
export async function takePlace(
  slot: Pick<Slot, 'id' | 'startsAt' | 'endsAt' | 'version' | 'bookings'>,
  taken: Booking,
  outbox: readonly OutboxEntry[],
  byId: string,
): Promise<Slot | 'overlap' | undefined> {
  const { learnerId } = taken
  const held = heldBy(learnerId, slot)
  const known = slot.bookings.filter((one) => one.learnerId === learnerId).map(({ id }) => id)
  try {
    const row = await Slots.findOneAndUpdate(
      {
        _id: slot.id,
        version: slot.version,
        state: 'open',
        startsAt: { $gt: taken.bookedAt },
        free: { $gt: 0 },
        'bookings.state': { $ne: 'waiting' },
        held: { $nin: held },
        [`bookings.${mostBookings - 1}`]: { $exists: false },
        bookings: { $not: { $elemMatch: { learnerId, id: { $nin: known } } } },
      },
      {
        $inc: { free: -1 },
        $set: { newsAt: taken.bookedAt, newsBy: byId },
        $push: {
          bookings: taken,
          held: { $each: held },
          reminders: { $each: remindersFor(slot, taken) },
          outbox: { $each: [...outbox] },
        },
      },
      { returnDocument: 'after', projection: hidden },
    ).lean<Shown>()
    return row ? slotOf(row) : undefined
  } catch (error) {
    if (isDuplicateKey(error)) return 'overlap'
    throw error
  }
}

export interface Leaving {
  readonly by: Side
  /** Whose account gives it back. */
  readonly byId: string
  readonly at: Date
  readonly reason?: string
  /** The appointment taken in its stead. */
  readonly movedTo?: string
}

/** Gives a place, or one in line, back in one write. Undefined when it is not as it was read any more. */
export async function leavePlace(
  slot: Slot,
  { id, learnerId, state }: Pick<Booking, 'id' | 'learnerId' | 'state'>,
  { by, byId, at, reason, movedTo }: Leaving,
  outbox: readonly OutboxEntry[],
): Promise<Slot | undefined> {
  const leftLine = isInLine({ state })
  const row = await Slots.findOneAndUpdate(
    { _id: slot.id, bookings: { $elemMatch: { id, state } } },
    {
      $set: {
        lookAt: at,
        'bookings.$.state': 'cancelled',
        'bookings.$.changedAt': at,
        'bookings.$.cancelledBy': by,
        ...(reason !== undefined && { 'bookings.$.reason': reason }),
        ...(movedTo !== undefined && { 'bookings.$.movedTo': movedTo }),
        ...(by === 'center' && { 'bookings.$.unseen': 'cancelled' }),
        ...(leftLine ? { 'bookings.$.leftLine': true } : newsOn(slot, at, byId)),
      },
      $unset: { 'bookings.$.answerBy': 1, ...(by === 'learner' && { 'bookings.$.unseen': 1 }) },
      $inc: { free: state === 'waiting' ? 0 : 1 },
      $pull: { held: { $in: heldBy(learnerId, slot) }, reminders: { id } },
      $push: { outbox: { $each: [...outbox] } },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? slotOf(row) : undefined
}

/** Says once whether somebody came, after it began. Undefined when it was said or cancelled before. */
export async function markPlace(
  slotId: string,
  id: string,
  state: 'attended' | 'no_show',
  at: Date,
): Promise<Slot | undefined> {
  const row = await Slots.findOneAndUpdate(
    {
      _id: slotId,
      state: 'open',
      startsAt: { $lte: at },
      bookings: { $elemMatch: { id, state: 'booked' } },
    },
    {
      $set: { 'bookings.$.state': state, 'bookings.$.changedAt': at },
      $pull: { reminders: { id } },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? slotOf(row) : undefined
}

/** Says the other thing about whether somebody came, as it was read. Undefined when somebody said something since. */
export async function correctPlace(
  slotId: string,
  { id, state: from, changedAt }: Pick<Booking, 'id' | 'state' | 'changedAt'>,
  state: 'attended' | 'no_show',
  at: Date,
): Promise<Slot | undefined> {
  const row = await Slots.findOneAndUpdate(
    {
      _id: slotId,
      bookings: { $elemMatch: { id, state: from, changedAt: changedAt ?? { $exists: false } } },
    },
    { $set: { 'bookings.$.state': state, 'bookings.$.changedAt': at } },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? slotOf(row) : undefined
}

/** Notes that the learner saw what the center did to their appointment, as the slot was read; what came since stays. */
export async function markSeen(
  { id, version }: Pick<Slot, 'id' | 'version'>,
  { id: bookingId, unseen }: Pick<Booking, 'id' | 'unseen'>,
): Promise<void> {
  await Slots.updateOne(
    { _id: id, version, bookings: { $elemMatch: { id: bookingId, unseen } } },
    { $unset: { 'bookings.$.unseen': 1 } },
  )
}

/** Slots with a reminder that is due, at most `limit`, each with the appointments it is due for. */
export async function dueReminders(
  now: Date,
  limit: number,
): Promise<{ readonly slot: Slot; readonly ids: readonly string[] }[]> {
  const rows = await Slots.find(
    { 'reminders.dueAt': { $lte: now } },
    { held: 0, hostHeld: 0, outbox: 0 },
  )
    .sort({ 'reminders.dueAt': 1 })
    .limit(limit)
    .lean<(Shown & Pick<SlotRow, 'reminders'>)[]>()
  return rows.map(({ reminders, ...row }) => ({
    slot: slotOf(row),
    ids: reminders.filter(({ dueAt }) => dueAt <= now).map(({ id }) => id),
  }))
}

/** Turns one reminder into its mail in one write: it is announced once, whoever else tries. False when it was. */
export async function announceReminder(
  slotId: string,
  id: string,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const done = await Slots.updateOne(
    { _id: slotId, 'reminders.id': id },
    { $pull: { reminders: { id } }, $push: { outbox: { $each: [...outbox] } } },
  )
  return done.modifiedCount === 1
}
