import mongoose, { type QueryFilter } from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry, OutboxSource } from '../messages/outbox.js'
import {
  isOpen,
  referralStates,
  substates,
  type Referral,
  type ReferralEvent,
  type ReferralState,
  type Substate,
} from './referral.js'

interface ReferralRow extends Omit<Referral, 'id'> {
  readonly _id: string
  readonly isOpen: boolean
  readonly outbox: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const flag = { type: Boolean, required: true } as const

const event = new mongoose.Schema<ReferralEvent>(
  {
    id: text,
    at: time,
    side: { ...text, enum: ['sender', 'center', 'program'] },
    by: text,
    kind: { ...text, enum: ['state', 'note', 'consent-ended', 'consent-given'] },
    state: { ...text, enum: referralStates },
    substate: { type: String, enum: substates },
    reason: String,
  },
  { _id: false, strict: 'throw' },
)

const askedBy = new mongoose.Schema<Referral['askedBy']>(
  { accountId: text, name: text, byStaff: flag },
  { _id: false, strict: 'throw' },
)

const schema = new mongoose.Schema<ReferralRow>(
  {
    _id: text,
    communityId: text,
    learnerId: text,
    centerId: text,
    state: { ...text, enum: referralStates },
    substate: { type: String, enum: substates },
    isOpen: flag,
    since: time,
    askedAt: time,
    askedBy: { type: askedBy, required: true },
    message: String,
    proof: { type: mongoose.Schema.Types.Mixed, required: true },
    consentId: String,
    packet: { ...text, enum: ['open', 'closed'] },
    timeline: [event],
    demonstration: flag,
    outbox: [outboxEntrySchema],
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'referrals' },
)
schema.index(
  { learnerId: 1, centerId: 1 },
  { unique: true, partialFilterExpression: { isOpen: true } },
)
schema.index({ learnerId: 1, askedAt: 1 })
schema.index({ communityId: 1, centerId: 1, isOpen: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, state: 1, since: 1, _id: 1 })
schema.index({ communityId: 1, centerId: 1, since: 1, _id: 1 })
schema.index(...outboxIndex)

const Referrals = mongoose.model<ReferralRow>('Referral', schema)

/** The mails waiting inside referrals. */
export const referralOutbox: OutboxSource = outboxIn('Referral')

const hidden = { isOpen: 0, outbox: 0 } as const
type Shown = Omit<ReferralRow, keyof typeof hidden>

const referralOf = ({ _id, ...facts }: Shown): Referral => ({ id: _id, ...facts })

/** Keeps a new referral with the mail that announces it. False when one to that center is open already. */
export async function insertReferral(
  referral: Referral,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const { id, ...facts } = referral
  try {
    await Referrals.create({ _id: id, ...facts, isOpen: isOpen(referral.state), outbox })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** For seeds: many at once, without mail. Known ids are left as they are. */
export async function insertReferrals(referrals: readonly Referral[]): Promise<void> {
  if (referrals.length === 0) return
  await Referrals.bulkWrite(
    referrals.map(({ id, ...facts }) => ({
      updateOne: {
        filter: { _id: id },
        update: { $setOnInsert: { ...facts, isOpen: isOpen(facts.state), outbox: [] } },
        upsert: true,
      },
    })),
  )
}

export async function findReferral(id: string): Promise<Referral | undefined> {
  const row = await Referrals.findById(id, hidden).lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** Every referral of one learner, oldest first. */
export async function referralsOf(learnerId: string): Promise<Referral[]> {
  const rows = await Referrals.find({ learnerId }, hidden).sort({ askedAt: 1 }).lean<Shown[]>()
  return rows.map(referralOf)
}

export interface ReferralChange {
  readonly state: ReferralState
  readonly substate?: Substate | undefined
  readonly event: ReferralEvent
  readonly outbox: readonly OutboxEntry[]
}

/**
 * Moves a referral on, only if it still stands in `from`; `since` moves with the state. Undefined when someone else was
 * quicker: one of two answers at once wins.
 */
export async function changeReferral(
  id: string,
  from: ReferralState,
  change: ReferralChange,
): Promise<Referral | undefined> {
  const moved = change.state !== from
  const row = await Referrals.findOneAndUpdate(
    { _id: id, state: from },
    {
      $set: {
        state: change.state,
        isOpen: isOpen(change.state),
        ...(moved && { since: change.event.at }),
        ...(change.substate && { substate: change.substate }),
      },
      ...(moved && !change.substate && { $unset: { substate: 1 } }),
      $push: { timeline: change.event, outbox: { $each: change.outbox } },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? referralOf(row) : undefined
}

/** Notes once that the center has opened a referral nobody had touched; false when there was something already. */
export async function noteViewed(id: string, event: ReferralEvent): Promise<boolean> {
  const result = await Referrals.updateOne(
    { _id: id, state: 'requested', substate: { $exists: false } },
    { $set: { substate: 'viewed' }, $push: { timeline: event } },
  )
  return result.modifiedCount === 1
}

/** Closes or opens again what a referral shows beyond its own existence. False when it was so already. */
export async function setPacket(
  id: string,
  packet: Referral['packet'],
  consentId: string | undefined,
  event: ReferralEvent,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  const result = await Referrals.updateOne(
    { _id: id, packet: { $ne: packet } },
    {
      $set: { packet, ...(consentId !== undefined && { consentId }) },
      $push: { timeline: event, outbox: { $each: outbox } },
    },
  )
  return result.modifiedCount === 1
}

/** The open referral of a learner at a center, if there is one. */
export async function openReferralAt(
  learnerId: string,
  centerId: string,
): Promise<Referral | undefined> {
  const row = await Referrals.findOne({ learnerId, centerId, isOpen: true }, hidden).lean<Shown>()
  return row ? referralOf(row) : undefined
}

export interface ReferralSearch {
  readonly communityId: string
  readonly centerId: string
  readonly state: ReferralState | 'open' | 'all'
  readonly before?: Date | undefined
  readonly newestFirst?: boolean | undefined
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

const stateFilter = (state: ReferralSearch['state']): QueryFilter<ReferralRow> =>
  state === 'all' ? {} : state === 'open' ? { isOpen: true } : { state }

const pastCursor = (at: Date, id: string, newestFirst: boolean): QueryFilter<ReferralRow> =>
  newestFirst
    ? { $or: [{ since: { $lt: at } }, { since: at, _id: { $lt: id } }] }
    : { $or: [{ since: { $gt: at } }, { since: at, _id: { $gt: id } }] }

/** The queue of one center by how long each referral stands in its state; `before`: standing since then or longer. */
export async function referralQueue(search: ReferralSearch): Promise<Referral[]> {
  const newestFirst = search.newestFirst ?? false
  const rows = await Referrals.find(
    {
      communityId: search.communityId,
      centerId: search.centerId,
      ...stateFilter(search.state),
      ...(search.before && { since: { $lte: search.before } }),
      ...(search.after && pastCursor(search.after.at, search.after.id, newestFirst)),
    },
    hidden,
  )
    .sort({ since: newestFirst ? -1 : 1, _id: newestFirst ? -1 : 1 })
    .limit(search.limit)
    .lean<Shown[]>()
  return rows.map(referralOf)
}

/** How many referrals one community has sent, by index alone. */
export const referralCount = (communityId: string): Promise<number> =>
  Referrals.countDocuments({ communityId }).exec()
