import mongoose, { type QueryFilter } from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  bookingStates,
  heldBy,
  heldIn,
  liveBookings,
  modes,
  remindAt,
  sides,
  unseenKinds,
  type Booking,
  type Slot,
} from './slot.js'

interface Reminder {
  readonly id: string
  readonly dueAt: Date
}

export interface SlotRow extends Omit<Slot, 'id'> {
  readonly _id: string
  readonly held: readonly string[]
  readonly hostHeld: readonly string[]
  readonly reminders: readonly Reminder[]
  readonly outbox: readonly OutboxEntry[]
  /** When the line of those who wait is to be looked at again. */
  readonly lookAt?: Date
  /** When somebody last took a place or gave one back, or the time was cancelled, and whose account did it. */
  readonly newsAt?: Date
  readonly newsBy?: string
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const time = { type: Date, required: true } as const
const strict = { _id: false, strict: 'throw' } as const

const booking = new mongoose.Schema<Booking>(
  {
    id: text,
    learnerId: text,
    state: { ...text, enum: bookingStates },
    bookedAt: time,
    priority: Number,
    answerBy: Date,
    changedAt: Date,
    cancelledBy: { type: String, enum: sides },
    reason: String,
    leftLine: Boolean,
    movedTo: String,
    unseen: { type: String, enum: unseenKinds },
  },
  strict,
)

const schema = new mongoose.Schema<SlotRow>(
  {
    _id: text,
    communityId: text,
    centerId: text,
    hostId: text,
    hostName: text,
    startsAt: time,
    endsAt: time,
    zone: text,
    mode: { ...text, enum: modes },
    where: String,
    capacity: number,
    free: number,
    priority: { type: String, enum: ['adult', 'other'] },
    seriesId: String,
    state: { ...text, enum: ['open', 'cancelled'] },
    reason: String,
    version: number,
    bookings: [booking],
    demonstration: { type: Boolean, required: true },
    held: { type: [String], required: true },
    hostHeld: { type: [String], default: undefined },
    reminders: [new mongoose.Schema<Reminder>({ id: text, dueAt: time }, strict)],
    outbox: [outboxEntrySchema],
    lookAt: Date,
    newsAt: Date,
    newsBy: String,
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'slots' },
)
schema.index({ centerId: 1, startsAt: 1, _id: 1 })
schema.index({ 'bookings.learnerId': 1, startsAt: 1, _id: 1 })
schema.index({ 'bookings.id': 1 })
schema.index({ held: 1 }, { unique: true })
schema.index(
  { hostHeld: 1 },
  { unique: true, partialFilterExpression: { hostHeld: { $exists: true } } },
)
schema.index(
  { 'reminders.dueAt': 1 },
  { partialFilterExpression: { 'reminders.dueAt': { $exists: true } } },
)
schema.index(
  { seriesId: 1, startsAt: 1 },
  { partialFilterExpression: { seriesId: { $exists: true } } },
)
schema.index({ lookAt: 1 }, { partialFilterExpression: { lookAt: { $exists: true } } })
schema.index(
  { centerId: 1, hostId: 1, newsAt: 1 },
  { partialFilterExpression: { newsAt: { $exists: true } } },
)
schema.index(...outboxIndex)

export const Slots = mongoose.model<SlotRow>('Slot', schema)

/** The mails waiting inside slots. */
export const slotOutbox = outboxIn('Slot')

/** What only the store itself needs to know. */
export const hidden = {
  held: 0,
  hostHeld: 0,
  reminders: 0,
  outbox: 0,
  lookAt: 0,
  newsAt: 0,
  newsBy: 0,
} as const
export type Shown = Omit<SlotRow, keyof typeof hidden>

export const slotOf = ({ _id, ...facts }: Shown): Slot => ({ id: _id, ...facts })

/** The slot as it was read, with exactly the places taken and the line as it was then: what a change rests on. */
export const asRead = (slot: Slot): QueryFilter<SlotRow> => ({
  _id: slot.id,
  state: 'open',
  version: slot.version,
  free: slot.free,
  bookings: { $size: slot.bookings.length },
})

/**
 * The quarter hours held in a slot, and the slot's own mark: an empty list would be one and the same key of the unique
 * index in every slot.
 */
export const heldAll = (slot: Pick<Slot, 'id' | 'bookings' | 'startsAt' | 'endsAt'>): string[] => [
  `=${slot.id}`,
  ...heldIn(slot),
]

export const rowOf = ({ id, ...facts }: Slot): Partial<SlotRow> => {
  return {
    _id: id,
    ...facts,
    held: heldAll({ id, ...facts }),
    ...(facts.state === 'open' && { hostHeld: heldBy(facts.hostId, facts) }),
    // Invented appointments remind nobody.
    reminders: facts.demonstration
      ? []
      : liveBookings(facts).flatMap((one) => remindersFor(facts, one)),
    outbox: [],
  }
}

export const remindersFor = (
  { startsAt }: Pick<Slot, 'startsAt'>,
  { id, bookedAt }: Pick<Booking, 'id' | 'bookedAt'>,
): Reminder[] => {
  const dueAt = remindAt(startsAt, bookedAt)
  return dueAt ? [{ id, dueAt }] : []
}

/** That somebody took or gave back a place: news to who offers it, unless they did it themselves, which hides nothing. */
export const newsOn = ({ hostId }: Pick<Slot, 'hostId'>, at: Date, byId: string) =>
  byId === hostId ? {} : { newsAt: at, newsBy: byId }
