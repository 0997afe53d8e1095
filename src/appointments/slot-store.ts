import { isDuplicateKey } from '../duplicate-keys.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  asRead,
  heldAll,
  hidden,
  newsOn,
  rowOf,
  slotOf,
  Slots,
  type Shown,
} from './slot-row-store.js'
import { heldBy, mostToCome, type Slot } from './slot.js'

/** Keeps a new slot. False when its host offers another at the same time already. */
export async function insertSlot(slot: Slot): Promise<boolean> {
  try {
    await Slots.insertMany([rowOf(slot)], { lean: true })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

export async function findSlot(id: string): Promise<Slot | undefined> {
  const row = await Slots.findById(id, hidden).lean<Shown>()
  return row ? slotOf(row) : undefined
}

/** The slot in which an appointment lies. */
export async function slotOfAppointment(id: string): Promise<Slot | undefined> {
  const row = await Slots.findOne({ 'bookings.id': id }, hidden).lean<Shown>()
  return row ? slotOf(row) : undefined
}

export interface SlotSearch {
  readonly centerId: string
  readonly from: Date
  readonly before: Date
  readonly limit: number
  readonly after?: { readonly at: Date; readonly id: string } | undefined
}

/** The slots of a center that start within a span of time, earliest first; cancelled ones too. */
export async function slotsOf(search: SlotSearch): Promise<Slot[]> {
  const { centerId, from, before, limit, after } = search
  const rows = await Slots.find(
    {
      centerId,
      startsAt: { $gte: after?.at ?? from, $lt: before },
      ...(after && { $or: [{ startsAt: { $gt: after.at } }, { _id: { $gt: after.id } }] }),
    },
    hidden,
  )
    .sort({ startsAt: 1, _id: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(slotOf)
}

/** The slots one person offers at a center within a span of a few days, earliest first. */
export async function slotsOfHost(
  centerId: string,
  hostId: string,
  { from, before }: Pick<SlotSearch, 'from' | 'before'>,
): Promise<Slot[]> {
  const startsAt = { $gte: from, $lt: before }
  const rows = await Slots.find({ centerId, startsAt, hostId }, hidden)
    .sort({ startsAt: 1, _id: 1 })
    .lean<Shown[]>()
  return rows.map(slotOf)
}

/** The slots one person offers at a center in which somebody else took or gave back a place since then, the latest first. */
export async function slotsWithNews(
  centerId: string,
  hostId: string,
  since: Date,
  limit: number,
): Promise<Slot[]> {
  const rows = await Slots.find(
    { centerId, hostId, newsAt: { $gt: since }, newsBy: { $ne: hostId } },
    hidden,
  )
    .sort({ newsAt: -1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(slotOf)
}

/** The slots a learner has or had a place in, latest first, after a cursor. */
export async function slotsOfLearner(
  learnerId: string,
  limit: number,
  after?: { readonly at: Date; readonly id: string },
): Promise<Slot[]> {
  const rows = await Slots.find(
    {
      'bookings.learnerId': learnerId,
      ...(after && {
        startsAt: { $lte: after.at },
        $or: [{ startsAt: { $lt: after.at } }, { _id: { $lt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ startsAt: -1, _id: -1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(slotOf)
}

/** The first slot to come in which a learner has a place, at a center that fits; each holds only a few. */
export async function nextAppointment(
  learnerId: string,
  now: Date,
  fits: (centerId: string) => boolean,
): Promise<Slot | undefined> {
  const rows = await Slots.find(
    {
      'bookings.learnerId': learnerId,
      startsAt: { $gt: now },
      bookings: { $elemMatch: { learnerId, state: 'booked' } },
    },
    hidden,
  )
    .sort({ startsAt: 1, _id: 1 })
    .limit(mostToCome)
    .lean<Shown[]>()
  const row = rows.find(({ centerId }) => fits(centerId))
  return row ? slotOf(row) : undefined
}

/** How many appointments to come a learner holds. */
export const countToCome = (learnerId: string, now: Date): Promise<number> =>
  Slots.countDocuments({
    'bookings.learnerId': learnerId,
    startsAt: { $gt: now },
    bookings: { $elemMatch: { learnerId, state: 'booked' } },
  }).exec()

/** As asRead, and nobody took an offered place since: that moves neither the free places nor the line. */
const asTaken = (slot: Slot) => ({ ...asRead(slot), held: { $size: heldAll(slot).length } })

/**
 * Writes changed facts over the slot as it was read; `isElsewhere`: whoever is booked has to be told. 'overlap' when its host is taken
 * then; false when it has moved on.
 */
export async function changeSlotFacts(
  slot: Slot,
  facts: Pick<Slot, 'startsAt' | 'endsAt' | 'mode' | 'capacity'> & { readonly where?: string },
  {
    outbox,
    isElsewhere,
  }: { readonly outbox: readonly OutboxEntry[]; readonly isElsewhere: boolean },
  now: Date,
): Promise<boolean | 'overlap'> {
  const next = { ...slot, ...facts }
  const { where, ...rest } = facts
  try {
    const done = await Slots.updateOne(
      asTaken(slot),
      {
        $set: {
          ...rest,
          ...(where !== undefined && { where }),
          ...(isElsewhere && { 'bookings.$[live].unseen': 'changed' }),
          free: facts.capacity - (slot.capacity - slot.free),
          version: slot.version + 1,
          hostHeld: heldBy(slot.hostId, next),
          lookAt: now,
        },
        ...(where === undefined && { $unset: { where: 1 } }),
        $push: { outbox: { $each: [...outbox] } },
      },
      isElsewhere ? { arrayFilters: [{ 'live.state': 'booked' }] } : {},
    )
    return done.matchedCount === 1
  } catch (error) {
    if (isDuplicateKey(error)) return 'overlap'
    throw error
  }
}

/** The open times to come of a series after one of them, earliest first. */
export async function laterInSeries(
  { seriesId, startsAt }: Pick<Slot, 'seriesId' | 'startsAt'>,
  limit: number,
): Promise<Slot[]> {
  if (seriesId === undefined) return []
  const rows = await Slots.find({ seriesId, startsAt: { $gt: startsAt }, state: 'open' }, hidden)
    .sort({ startsAt: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(slotOf)
}

/** Cancels the slot as it was read with every place in it. False when it has moved on. */
export async function cancelSlotAsRead(
  slot: Slot,
  { at, byId, reason }: { readonly at: Date; readonly byId: string; readonly reason: string },
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const done = await Slots.updateOne(
    asTaken(slot),
    {
      $set: {
        state: 'cancelled',
        reason,
        ...newsOn(slot, at, byId),
        version: slot.version + 1,
        reminders: [],
        held: heldAll({ ...slot, bookings: [] }),
        'bookings.$[live].state': 'cancelled',
        'bookings.$[live].changedAt': at,
        'bookings.$[live].cancelledBy': 'center',
        'bookings.$[live].reason': reason,
        'bookings.$[live].unseen': 'cancelled',
        'bookings.$[line].leftLine': true,
      },
      $unset: { hostHeld: 1, lookAt: 1, 'bookings.$[live].answerBy': 1 },
      $push: { outbox: { $each: [...outbox] } },
    },
    {
      arrayFilters: [
        { 'live.state': { $in: ['booked', 'waiting', 'offered'] } },
        { 'line.state': { $in: ['waiting', 'offered'] } },
      ],
    },
  )
  return done.matchedCount === 1
}
