import mongoose from 'mongoose'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import {
  endpointStates,
  mostEndpoints,
  type Endpoint,
  type EndpointSecret,
  type EndpointState,
} from './endpoint.js'
import { allEventKinds, type EventKind } from './event-kinds.js'

interface Row extends Omit<Endpoint, 'id'> {
  readonly _id: string
  /** Until when the process that sends to it has it to itself. */
  readonly leasedUntil: Date
  readonly outbox: readonly OutboxEntry[]
  /** When it was removed, and whether all that waited for it is let go since. */
  readonly endedAt?: Date
  readonly isEmptied?: boolean
}
type Shown = Omit<Row, 'outbox' | 'leasedUntil' | 'endedAt' | 'isEmptied'>

const text = { type: String, required: true } as const
const date = { type: Date, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    organizationId: text,
    communityId: text,
    url: text,
    kinds: [{ type: String, enum: allEventKinds }],
    state: { ...text, enum: endpointStates },
    pausedBecause: { type: String, enum: ['asked', 'failing'] },
    secrets: [
      new mongoose.Schema<EndpointSecret>(
        { sealed: text, madeAt: date, endsAt: Date },
        { _id: false, strict: 'throw' },
      ),
    ],
    revision: { type: Number, required: true },
    madeBy: text,
    madeAt: date,
    deliveredAt: Date,
    failingSince: Date,
    failures: { type: Number, required: true },
    dueAt: Date,
    leasedUntil: date,
    outbox: [outboxEntrySchema],
    endedAt: Date,
    isEmptied: Boolean,
  },
  { collection: 'delivery-endpoints', strict: 'throw', versionKey: false },
)
schema.index({ organizationId: 1, state: 1, madeAt: 1 })
schema.index({ state: 1, dueAt: 1 })
schema.index({ state: 1, isEmptied: 1 })
schema.index(...outboxIndex)

const Endpoints = mongoose.model('DeliveryEndpoint', schema)

export const endpointOutbox = outboxIn('DeliveryEndpoint')

const hidden = { outbox: 0, leasedUntil: 0, endedAt: 0, isEmptied: 0 } as const
const toEndpoint = ({ _id, ...rest }: Shown): Endpoint => ({ id: _id, ...rest })
const never = new Date(0)

export async function insertEndpoint({ id, ...rest }: Endpoint): Promise<void> {
  await Endpoints.create({ _id: id, ...rest, leasedUntil: never, outbox: [] })
}

/** One endpoint that has not ended. */
export async function findEndpoint(id: string): Promise<Endpoint | undefined> {
  const row = await Endpoints.findOne({ _id: id, state: { $ne: 'ended' } }, hidden).lean<Shown>()
  return row ? toEndpoint(row) : undefined
}

/** People who connect at the same moment may pass the limit by a few; each of theirs is listed and told. */
const mostRead = 5 * mostEndpoints

/** The endpoints of these organizations that have not ended, the oldest first. */
export async function endpointsOf(organizationIds: readonly string[]): Promise<Endpoint[]> {
  const rows = await Endpoints.find(
    { organizationId: { $in: [...organizationIds] }, state: { $in: ['active', 'paused'] } },
    hidden,
  )
    .sort({ madeAt: 1 })
    .limit(organizationIds.length * mostRead)
    .lean<Shown[]>()
  return rows.map(toEndpoint)
}

/** What somebody changes about an endpoint. */
export interface EndpointChange {
  readonly url?: string
  readonly kinds?: readonly EventKind[]
  readonly secrets?: readonly EndpointSecret[]
  readonly state?: EndpointState
  /** Undefined takes the reason away. */
  readonly pausedBecause?: Endpoint['pausedBecause']
  /** Undefined leaves it as it is. */
  readonly dueAt?: Date
  readonly endedAt?: Date
}

/** Changes an endpoint if nobody else did since it was read; false when somebody did. */
export async function changeEndpoint(
  { id, revision }: Endpoint,
  { pausedBecause, ...change }: EndpointChange,
): Promise<boolean> {
  const isResumed = change.state === 'active'
  const done = await Endpoints.updateOne(
    { _id: id, revision, state: { $ne: 'ended' } },
    {
      $set: {
        ...change,
        ...(pausedBecause && { pausedBecause }),
        ...(isResumed && { failures: 0 }),
      },
      ...(isResumed && { $unset: { pausedBecause: 1, failingSince: 1 } }),
      $inc: { revision: 1 },
    },
  )
  return done.modifiedCount === 1
}

/** Endpoints that were removed, for which something may still wait; with when, where that was noted. */
export async function endedEndpoints(
  limit: number,
): Promise<{ readonly id: string; readonly endedAt: Date | undefined }[]> {
  const rows = await Endpoints.find({ state: 'ended', isEmptied: null }, { endedAt: 1 })
    .limit(limit)
    .lean<Pick<Row, '_id' | 'endedAt'>[]>()
  return rows.map(({ _id, endedAt }) => ({ id: _id, endedAt }))
}

/** Notes that nothing waits any more for an endpoint that was removed, and nothing will. */
export async function noteEmptied(id: string): Promise<void> {
  await Endpoints.updateOne({ _id: id, state: 'ended' }, { $set: { isEmptied: true } })
}

/** Notes that something waits for these endpoints from `at` on. */
export async function wake(ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  await Endpoints.updateMany({ _id: { $in: [...ids] } }, { $min: { dueAt: at } })
}

/** Takes the active endpoint that has been due longest; nobody else gets it until `leasedUntil`. */
export async function takeDueEndpoint(now: Date, leasedUntil: Date): Promise<Endpoint | undefined> {
  const row = await Endpoints.findOneAndUpdate(
    { state: 'active', dueAt: { $lte: now }, leasedUntil: { $lte: now } },
    { $set: { dueAt: leasedUntil, leasedUntil } },
    { sort: { dueAt: 1 }, returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? toEndpoint(row) : undefined
}

/** What a turn found out about its endpoint. */
export interface TurnEnd {
  /** Undefined when nothing waits any more. */
  readonly dueAt: Date | undefined
  readonly deliveredAt?: Date
  /** Set when nothing was taken. */
  readonly failing?: { readonly since: Date; readonly failures: number }
  /** True when it has failed so long that it pauses itself. */
  readonly pauses: boolean
  readonly outbox: readonly OutboxEntry[]
}

/** Gives an endpoint back after a turn; `leasedUntil` is the lease under which it was taken. */
export async function endTurn(id: string, leasedUntil: Date, end: TurnEnd): Promise<void> {
  const mine = { _id: id, leasedUntil }
  await Endpoints.updateOne(mine, {
    $set: {
      ...(end.deliveredAt && { deliveredAt: end.deliveredAt, failures: 0 }),
      ...(end.failing && { failingSince: end.failing.since, failures: end.failing.failures }),
    },
    ...(end.deliveredAt && { $unset: { failingSince: 1 } }),
  })
  if (end.pauses)
    await Endpoints.updateOne(
      { ...mine, state: 'active' },
      {
        $set: { state: 'paused', pausedBecause: 'failing' },
        $inc: { revision: 1 },
        $push: { outbox: { $each: [...end.outbox] } },
      },
    )
  // Whatever woke it in the meantime has moved dueAt; then that counts.
  const free = end.dueAt
    ? { $set: { leasedUntil: never, dueAt: end.dueAt } }
    : { $set: { leasedUntil: never }, $unset: { dueAt: 1 } }
  const untouched = await Endpoints.updateOne({ ...mine, dueAt: leasedUntil }, free)
  if (untouched.modifiedCount === 0)
    await Endpoints.updateOne(mine, { $set: { leasedUntil: never } })
}
