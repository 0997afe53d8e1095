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
import { creditCopySchema } from '../credits/credit-copy-store.js'
import type { CreditCopy } from '../credits/credit-copy.js'
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
/** A claim's row without what is told and signed of it. */
export type ClaimRow = Omit<Row, keyof Told | keyof Signed>

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
schema.index({ collegeId: 1, 'agreement.series': 1, state: 1, filedAt: 1, _id: 1 })
schema.index({ collegeId: 1, 'agreement.series': 1, filedAt: 1, _id: 1 })
schema.index({ collegeId: 1, changedAt: 1, _id: 1 })
schema.index(...outboxIndex)
schema.index(...announcementIndex)
schema.index({ revokes: 1 }, { partialFilterExpression: { revokes: true } })

/** For claim-queue-store.ts and granted-store.ts too. */
export const Claims = mongoose.model('Claim', schema)

export const claimOutbox = outboxIn('Claim')
export const claimAnnouncements = announcementsIn('Claim')

/** What no reader of a claim is given. */
export const hidden = { outbox: 0, announcements: 0, signed: 0, revokes: 0 } as const
export const toClaim = ({ _id, ...rest }: ClaimRow): Claim => ({ id: _id, ...rest })

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
  const row = await Claims.findById(id, hidden).lean<ClaimRow>()
  return row ? toClaim(row) : undefined
}

/** A learner's claims, newest first. */
export async function claimsOf(learnerId: string): Promise<Claim[]> {
  const rows = await Claims.find({ learnerId }, hidden).sort({ filedAt: -1 }).lean<ClaimRow[]>()
  return rows.map(toClaim)
}

/** As claimsOf, to ride along with another read. */
export const claimsRead = (learnerId: string): JointRead<Claim[]> => ({
  from: Claims.collection.name,
  filter: { learnerId },
  sort: { filedAt: -1 },
  fields: hidden,
  take: (rows) => (rows as readonly ClaimRow[]).map(toClaim),
})

/** What a step changes: the state it leads to and the line that says so. */
export interface ClaimStep {
  readonly state: ClaimState
  readonly event: ClaimEvent
  readonly granted?: number | undefined
  /** What was given counts no longer, and what was signed of it is to be revoked. */
  readonly takesBack?: true
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
        ...(claim.granted !== undefined &&
          (step.granted !== undefined || step.takesBack) && { revokes: true }),
        ...(step.holds === undefined ? {} : { holds: step.holds }),
        ...(step.appeal === undefined ? {} : { appeal: step.appeal }),
      },
      ...(step.takesBack && { $unset: { granted: 1 } }),
      $inc: { revision: 1 },
      $push: {
        events: step.event,
        outbox: { $each: [...(step.outbox ?? [])] },
        announcements: news,
      },
    },
    { returnDocument: 'after', projection: hidden },
  ).lean<ClaimRow>()
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

/** The claims of these learners at one college. */
export async function claimsAt(
  collegeId: string,
  learnerIds: readonly string[],
): Promise<Map<string, Claim[]>> {
  const rows = await Claims.find({ learnerId: { $in: [...learnerIds] }, collegeId }, hidden).lean<
    ClaimRow[]
  >()
  const byLearner = new Map<string, Claim[]>()
  for (const claim of rows.map(toClaim))
    byLearner.set(claim.learnerId, [...(byLearner.get(claim.learnerId) ?? []), claim])
  return byLearner
}
