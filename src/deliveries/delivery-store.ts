import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { newId } from '../ids.js'
import { announcementSchema } from './announcement-store.js'
import type { Announcement } from './announcement.js'
import {
  deliveryStates,
  triesKept,
  tryFailures,
  type Delivery,
  type DeliveryState,
  type DeliveryTry,
} from './delivery.js'

interface Row extends Omit<Delivery, 'id'> {
  readonly _id: string
  /** When the database may drop it: by its own clock, not by ours. What is in line has none. */
  readonly purgeAt?: Date
}
type Shown = Omit<Row, 'purgeAt'>

const text = { type: String, required: true } as const
const date = { type: Date, required: true } as const
const dayMs = 86_400_000
const keptDays = { delivered: 30, dead: 180 } as const
const purgedAfter = (state: keyof typeof keptDays) => ({
  purgeAt: new Date(Date.now() + keptDays[state] * dayMs),
})
const notPurged = { $unset: { purgeAt: 1 } } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    endpointId: text,
    organizationId: text,
    event: { type: announcementSchema, required: true },
    state: { ...text, enum: deliveryStates },
    tries: { type: Number, required: true },
    nextAt: date,
    createdAt: date,
    deliveredAt: Date,
    log: [
      new mongoose.Schema<DeliveryTry>(
        {
          at: date,
          ms: { type: Number, required: true },
          status: Number,
          failure: { type: String, enum: tryFailures },
          answer: String,
        },
        { _id: false, strict: 'throw' },
      ),
    ],
    purgeAt: Date,
  },
  { collection: 'deliveries', strict: 'throw', versionKey: false },
)
schema.index({ endpointId: 1, 'event.id': 1 }, { unique: true })
schema.index({ endpointId: 1, state: 1, nextAt: 1 })
schema.index({ endpointId: 1, createdAt: -1, _id: -1 })
schema.index({ endpointId: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 })

const Deliveries = mongoose.model('Delivery', schema)

const readable = { purgeAt: 0 } as const
const toDelivery = ({ _id, ...rest }: Shown): Delivery => ({ id: _id, ...rest })

/** Puts events in line for endpoints; one that is in line already is left alone. */
export async function insertDeliveries(
  entries: readonly { readonly endpointId: string; readonly event: Announcement }[],
  now: Date,
): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ endpointId, event }): Row => {
    const { organizationId } = event
    const times = { nextAt: now, createdAt: now }
    return {
      _id: newId(),
      endpointId,
      organizationId,
      event,
      state: 'waiting',
      tries: 0,
      log: [],
      ...times,
    }
  })
  try {
    await Deliveries.insertMany(rows, { ordered: false, throwOnValidationError: true })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** Takes the delivery to this endpoint that has been due longest and counts a try; nobody else gets it until `leasedUntil`. */
export async function takeDueDelivery(
  endpointId: string,
  now: Date,
  leasedUntil: Date,
): Promise<Delivery | undefined> {
  const row = await Deliveries.findOneAndUpdate(
    { endpointId, state: 'waiting', nextAt: { $lte: now } },
    { $set: { nextAt: leasedUntil }, $inc: { tries: 1 } },
    { sort: { nextAt: 1 }, returnDocument: 'after', projection: readable },
  ).lean<Shown>()
  return row ? toDelivery(row) : undefined
}

const logged = (one: DeliveryTry) => ({ log: { $each: [one], $slice: -triesKept } })

/** The try that was counted as `delivery.tries` was taken. */
export async function markDelivered({ id, tries }: Delivery, one: DeliveryTry): Promise<void> {
  const taken = { state: 'delivered' as const, deliveredAt: one.at, ...purgedAfter('delivered') }
  await Deliveries.updateOne(
    { _id: id, state: 'waiting', tries },
    { $set: taken, $push: logged(one) },
  )
}

/** The try that was counted as `delivery.tries` failed. */
export async function markFailed(
  { id, tries }: Delivery,
  next: { readonly state: DeliveryState; readonly nextAt: Date },
  one: DeliveryTry,
): Promise<void> {
  await Deliveries.updateOne(
    { _id: id, state: 'waiting', tries },
    next.state === 'dead'
      ? { $set: { ...next, ...purgedAfter('dead') }, $push: logged(one) }
      : { $set: next, $push: logged(one), ...notPurged },
  )
}

/** When the next delivery to this endpoint is due; undefined when none waits. */
export async function nextDueAt(endpointId: string): Promise<Date | undefined> {
  const row = await Deliveries.findOne({ endpointId, state: 'waiting' }, { nextAt: 1 })
    .sort({ nextAt: 1 })
    .lean<Pick<Row, 'nextAt'>>()
  return row?.nextAt
}

/** Puts a delivery that was given up or taken already back in line, from its first try; false when it is in line. */
export async function replayDelivery(endpointId: string, id: string, now: Date): Promise<boolean> {
  const done = await Deliveries.updateOne(
    { _id: id, endpointId, state: { $ne: 'waiting' } },
    { $set: { state: 'waiting', tries: 0, nextAt: now }, ...notPurged },
  )
  return done.modifiedCount === 1
}

/** Puts every delivery to this endpoint that was given up back in line; returns how many there were. */
export async function replayDead(endpointId: string, now: Date): Promise<number> {
  const done = await Deliveries.updateMany(
    { endpointId, state: 'dead' },
    { $set: { state: 'waiting', tries: 0, nextAt: now }, ...notPurged },
  )
  return done.modifiedCount
}

/** Makes everything that waits for this endpoint due now: for one that is resumed. */
export async function hurryDeliveries(endpointId: string, now: Date): Promise<void> {
  await Deliveries.updateMany(
    { endpointId, state: 'waiting' },
    { $set: { nextAt: now }, ...notPurged },
  )
}

/** What is in line for an endpoint that was removed has nowhere to go: the database may drop it after a while. Again changes nothing. */
export async function letGoDeliveries(endpointId: string): Promise<void> {
  await Deliveries.updateMany(
    { endpointId, state: 'waiting', purgeAt: null },
    { $set: purgedAfter('delivered') },
  )
}

export async function findDelivery(endpointId: string, id: string): Promise<Delivery | undefined> {
  const row = await Deliveries.findOne({ _id: id, endpointId }, readable).lean<Shown>()
  return row ? toDelivery(row) : undefined
}

/** How many deliveries to this endpoint are in a state. */
export const countDeliveries = async (endpointId: string, state: DeliveryState): Promise<number> =>
  Deliveries.countDocuments({ endpointId, state })

/** Deliveries to one endpoint, newest first, at most `limit`, after the cursor. */
export async function findDeliveries(
  filter: { readonly endpointId: string; readonly state?: DeliveryState | undefined },
  limit: number,
  after?: { readonly createdAt: Date; readonly id: string },
): Promise<Delivery[]> {
  const beyond: QueryFilter<Row> = after
    ? {
        createdAt: { $lte: after.createdAt },
        $or: [{ createdAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }],
      }
    : {}
  const { endpointId, state } = filter
  const rows = await Deliveries.find({ endpointId, ...(state && { state }), ...beyond }, readable)
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(toDelivery)
}
