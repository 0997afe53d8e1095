import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import {
  announcementIndex,
  announcementSchema,
  announcementsIn,
} from '../deliveries/announcement-store.js'
import type { Announcement } from '../deliveries/announcement.js'
import { newId } from '../ids.js'
import type { JointRead } from '../joint-read.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { claimNews } from './claim-news.js'
import { creditCopySchema } from './credit-copy-store.js'
import type { CreditCopy } from './credit-copy.js'
import {
  claimEventKinds,
  claimStates,
  type Appeal,
  type Claim,
  type ClaimEvent,
  type ClaimState,
} from './claim.js'

interface Told {
  readonly outbox: readonly OutboxEntry[]
  readonly announcements: readonly Announcement[]
}
/** What credit-copy-store.ts keeps beside a claim: `revokes` while copies of an earlier amount may still count. */
interface Signed {
  readonly signed?: readonly CreditCopy[]
  readonly revokes?: true
}
type Row = Omit<Claim, 'id'> & Told & Signed & { readonly _id: string }
type Shown = Omit<Row, keyof Told | keyof Signed>

const text = { type: String, required: true } as const
const part = { _id: false, strict: 'throw' } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    collegeId: text,
    collegeName: text,
    agreement: new mongoose.Schema(
      {
        id: text,
        series: text,
        version: { type: Number, required: true },
        course: text,
        courseTitle: text,
        credits: { type: Number, required: true },
        unit: text,
        lowestLevel: text,
        fills: text,
      },
      part,
    ),
    badges: [
      new mongoose.Schema(
        { slug: text, name: text, awardId: text, awardedOn: text, evidenceLevel: text },
        part,
      ),
    ],
    consentIds: [String],
    state: { type: String, enum: claimStates, required: true },
    revision: { type: Number, required: true },
    filedAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    granted: Number,
    events: [
      new mongoose.Schema(
        {
          at: { type: Date, required: true },
          by: text,
          byName: text,
          kind: { ...text, enum: claimEventKinds },
          credits: Number,
          reason: String,
          seen: {
            type: [
              new mongoose.Schema({ awardId: text, evidenceLevel: text, facts: [String] }, part),
            ],
            default: undefined,
          },
        },
        part,
      ),
    ],
    appeal: new mongoose.Schema<Appeal>(
      { at: { type: Date, required: true }, reason: text, against: text, decider: text },
      part,
    ),
    holds: [String],
    outbox: [outboxEntrySchema],
    announcements: [announcementSchema],
    signed: [creditCopySchema],
    revokes: Boolean,
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'claims', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, holds: 1 }, { unique: true })
schema.index({ learnerId: 1, filedAt: 1 })
schema.index({ collegeId: 1, state: 1, filedAt: 1, _id: 1 })
schema.index({ collegeId: 1, filedAt: 1, _id: 1 })
schema.index({ collegeId: 1, changedAt: 1, _id: 1 })
schema.index(...outboxIndex)
schema.index(...announcementIndex)
schema.index({ revokes: 1 }, { partialFilterExpression: { revokes: true } })

/** For granted-store.ts too. */
export const Claims = mongoose.model('Claim', schema)

export const claimOutbox = outboxIn('Claim')
export const claimAnnouncements = announcementsIn('Claim')

const hidden = { outbox: 0, announcements: 0, signed: 0, revokes: 0 } as const
const toClaim = ({ _id, ...rest }: Shown): Claim => ({ id: _id, ...rest })

/**
 * Files a claim and announces it to the college's own system; false when a live claim of this learner holds the same
 * promise or one of the badges at that college.
 */
export async function insertClaim(
  claim: Claim,
  outbox: readonly OutboxEntry[] = [],
): Promise<boolean> {
  const news = claim.events.map((event) => claimNews(claim, event, { id: newId(), revision: 0 }))
  return (await insertRows([rowOf(claim, { outbox, announcements: news })])) === 1
}

/** Files many without telling anybody, for seeds; returns how many were new. */
export const insertClaims = (claims: readonly Claim[]): Promise<number> =>
  insertRows(claims.map((claim) => rowOf(claim, { outbox: [], announcements: [] })))

const rowOf = ({ id, ...rest }: Claim, told: Told): Row => ({ _id: id, ...rest, ...told })

async function insertRows(rows: Row[]): Promise<number> {
  if (rows.length === 0) return 0
  try {
    await Claims.insertMany(rows, { ordered: false, lean: true, throwOnValidationError: true })
    return rows.length
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (error as { insertedCount?: number }).insertedCount ?? 0
  }
}

/** One claim. */
export async function findClaim(id: string): Promise<Claim | undefined> {
  const row = await Claims.findById(id, hidden).lean<Shown>()
  return row ? toClaim(row) : undefined
}

/** A learner's claims, newest first. */
export async function claimsOf(learnerId: string): Promise<Claim[]> {
  const rows = await Claims.find({ learnerId }, hidden).sort({ filedAt: -1 }).lean<Shown[]>()
  return rows.map(toClaim)
}

/** As claimsOf, to ride along with another read. */
export const claimsRead = (learnerId: string): JointRead<Claim[]> => ({
  from: Claims.collection.name,
  filter: { learnerId },
  sort: { filedAt: -1 },
  fields: hidden,
  take: (rows) => (rows as readonly Shown[]).map(toClaim),
})

/** A college's queue: some states or all, oldest first. */
export interface QueueFilter {
  readonly collegeIds: readonly string[]
  readonly states?: readonly ClaimState[] | undefined
}

/** A page of the queue; `after` is filing time and id of the last row before. */
export async function claimQueue(
  filter: QueueFilter,
  limit: number,
  after?: { readonly filedAt: Date; readonly id: string },
): Promise<Claim[]> {
  const rows = await Claims.find(
    {
      collegeId: { $in: [...filter.collegeIds] },
      ...(filter.states === undefined ? {} : { state: { $in: [...filter.states] } }),
      ...(after && {
        filedAt: { $gte: after.filedAt },
        $or: [{ filedAt: { $gt: after.filedAt } }, { _id: { $gt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ filedAt: 1, _id: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(toClaim)
}

/** How many claims of these colleges are in a state. */
export async function countClaims(
  collegeIds: readonly string[],
  state: ClaimState,
): Promise<number> {
  return Claims.countDocuments({ collegeId: { $in: [...collegeIds] }, state })
}

/** What a step changes: the state it leads to and the line that says so. */
export interface ClaimStep {
  readonly state: ClaimState
  readonly event: ClaimEvent
  readonly granted?: number | undefined
  readonly holds?: readonly string[] | undefined
  readonly appeal?: Appeal
  readonly outbox?: readonly OutboxEntry[]
}

/** Moves a claim on and announces it, if nobody else did since it was read; undefined when somebody did. */
export async function moveClaim(claim: Claim, step: ClaimStep): Promise<Claim | undefined> {
  const news = claimNews(claim, step.event, { id: newId(), revision: claim.revision + 1 })
  const row = await Claims.findOneAndUpdate(
    { _id: claim.id, state: claim.state, revision: claim.revision },
    {
      $set: {
        state: step.state,
        changedAt: step.event.at,
        ...(step.granted === undefined ? {} : { granted: step.granted }),
        ...(step.granted !== undefined && claim.granted !== undefined && { revokes: true }),
        ...(step.holds === undefined ? {} : { holds: step.holds }),
        ...(step.appeal === undefined ? {} : { appeal: step.appeal }),
      },
      $inc: { revision: 1 },
      $push: {
        events: step.event,
        outbox: { $each: [...(step.outbox ?? [])] },
        announcements: news,
      },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<Shown>()
  return row ? toClaim(row) : undefined
}

/** As moveClaim, for a step that takes badges again: 'taken' when another claim of the learner holds one of them by now. */
export async function moveClaimHolding(
  claim: Claim,
  step: ClaimStep,
): Promise<Claim | 'taken' | undefined> {
  try {
    return await moveClaim(claim, step)
  } catch (error) {
    if (isDuplicateKey(error)) return 'taken'
    throw error
  }
}

/** A page of everything that changed at some colleges, oldest change first; `after` is the place of the last row before. */
export async function claimChanges(
  collegeIds: readonly string[],
  limit: number,
  after?: { readonly changedAt: Date; readonly id: string },
): Promise<Claim[]> {
  const rows = await Claims.find(
    {
      collegeId: { $in: [...collegeIds] },
      ...(after && {
        changedAt: { $gte: after.changedAt },
        $or: [{ changedAt: { $gt: after.changedAt } }, { _id: { $gt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ changedAt: 1, _id: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(toClaim)
}

/** The claims of these learners at one college. */
export async function claimsAt(
  collegeId: string,
  learnerIds: readonly string[],
): Promise<Map<string, Claim[]>> {
  const rows = await Claims.find({ learnerId: { $in: [...learnerIds] }, collegeId }, hidden).lean<
    Shown[]
  >()
  const byLearner = new Map<string, Claim[]>()
  for (const claim of rows.map(toClaim))
    byLearner.set(claim.learnerId, [...(byLearner.get(claim.learnerId) ?? []), claim])
  return byLearner
}
