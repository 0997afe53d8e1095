import mongoose from 'mongoose'
import type { Day } from '../calendar.js'
import { duplicatesIn } from '../duplicate-keys.js'
import {
  firstEvent,
  purposes,
  recordKinds,
  type Consent,
  type ConsentEvent,
  type Signature,
} from './consent.js'

type Row = Omit<Consent, 'id'> & {
  readonly _id: string
  /** When everybody concerned knew that it ran out. */
  readonly toldAt?: Date
  /** Set by the write that begins or ends it, until the parties were told. */
  readonly untold?: true
}

const text = { type: String, required: true } as const

const signature = {
  version: text,
  language: { type: String, enum: ['en', 'es'], required: true },
  textHash: text,
  authMethod: { type: String, enum: ['password'], required: true },
  ipHash: String,
} as const

const sealed = { _id: false, strict: 'throw' } as const
const eventSchema = new mongoose.Schema<ConsentEvent>(
  {
    kind: { type: String, enum: ['given', 'renewed', 'stopped', 'ended'], required: true },
    at: { type: Date, required: true },
    by: { type: String, enum: ['learner', 'program'], required: true },
    expiresOn: String,
    signature: new mongoose.Schema<Signature>(signature, sealed),
  },
  sealed,
)

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    parties: [String],
    purpose: { type: String, enum: purposes, required: true },
    records: [{ type: String, enum: recordKinds }],
    ...signature,
    signedAt: { type: Date, required: true },
    expiresOn: text,
    withdrawnAt: Date,
    toldAt: Date,
    untold: Boolean,
    history: [eventSchema],
  },
  { collection: 'consents', strict: 'throw', versionKey: false },
)

schema.index({ learnerId: 1, signedAt: 1 })
schema.index({ communityId: 1, toldAt: 1, expiresOn: 1 })
schema.index({ communityId: 1, parties: 1, expiresOn: 1, _id: 1 })
schema.index({ communityId: 1, untold: 1 }, { partialFilterExpression: { untold: true } })

const Consents = mongoose.model('Consent', schema)

const toConsent = ({ _id, toldAt: _told, untold: _untold, ...rest }: Row): Consent => ({
  id: _id,
  ...rest,
})

const toRow = ({ id, ...rest }: Consent): Row => ({
  _id: id,
  ...rest,
  history: [firstEvent({ id, ...rest })],
})

/** All consents of a learner, oldest first; live or not. */
export async function consentsOf(learnerId: string): Promise<Consent[]> {
  const rows = await Consents.find({ learnerId }).sort({ signedAt: 1 }).lean<Row[]>()
  return rows.map(toConsent)
}

/** Consents of many learners that name one of the organizations and have not run out; withdrawn ones are left out. */
export async function liveConsentsOf(
  learnerIds: readonly string[],
  organizationIds: readonly string[],
  today: Day,
): Promise<Map<string, Consent[]>> {
  const rows = await Consents.find({
    learnerId: { $in: [...learnerIds] },
    parties: { $in: [...organizationIds] },
    expiresOn: { $gte: today },
    withdrawnAt: { $exists: false },
  }).lean<Row[]>()
  const byLearner = new Map<string, Consent[]>()
  for (const consent of rows.map(toConsent))
    byLearner.set(consent.learnerId, [...(byLearner.get(consent.learnerId) ?? []), consent])
  return byLearner
}

/** A page of the live consents in a community that name an organization, the first to run out first. */
export async function consentsNaming(
  {
    communityId,
    organizationId,
  }: { readonly communityId: string; readonly organizationId: string },
  today: Day,
  limit: number,
  after?: { readonly expiresOn: Day; readonly id: string },
): Promise<Consent[]> {
  const rows = await Consents.find({
    communityId,
    parties: organizationId,
    expiresOn: { $gte: after?.expiresOn ?? today },
    withdrawnAt: { $exists: false },
    ...(after && { $or: [{ expiresOn: { $gt: after.expiresOn } }, { _id: { $gt: after.id } }] }),
  })
    .sort({ expiresOn: 1, _id: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toConsent)
}

/** One consent of this learner. */
export async function findConsent(learnerId: string, id: string): Promise<Consent | undefined> {
  const row = await Consents.findOne({ _id: id, learnerId }).lean<Row>()
  return row ? toConsent(row) : undefined
}

/** Keeps signed consents; the batch is for seeds, which may come again: known ids stay as they are. */
export async function insertConsents(consents: readonly Consent[]): Promise<void> {
  if (consents.length === 0) return
  try {
    await Consents.insertMany(consents.map(toRow), {
      lean: true,
      ordered: false,
      throwOnValidationError: true,
    })
  } catch (error) {
    duplicatesIn(error)
  }
}

/** Keeps a consent that was signed just now, of which the parties are still to be told. */
export async function insertSigned(consent: Consent): Promise<void> {
  await Consents.insertMany([{ ...toRow(consent), untold: true }])
}

/** Ends a consent that has not been ended; false when it was ended before. The parties are still to be told. */
export async function endConsent(learnerId: string, id: string, at: Date): Promise<boolean> {
  const done = await Consents.updateOne(
    { _id: id, learnerId, withdrawnAt: { $exists: false } },
    {
      $set: { withdrawnAt: at, untold: true },
      $push: { history: { kind: 'stopped', at, by: 'learner' } },
    },
  )
  return done.modifiedCount === 1
}

/**
 * Signs a live consent anew, to run until another day; false when it ended or was renewed since it was read. The parties are
 * still to be told.
 */
export async function saveRenewal(
  { id, learnerId, expiresOn: from }: Pick<Consent, 'id' | 'learnerId' | 'expiresOn'>,
  signature: Signature,
  expiresOn: Day,
  at: Date,
): Promise<boolean> {
  const event: ConsentEvent = { kind: 'renewed', at, by: 'learner', expiresOn, signature }
  const done = await Consents.updateOne(
    {
      _id: id,
      learnerId,
      expiresOn: from,
      withdrawnAt: { $exists: false },
      toldAt: { $exists: false },
    },
    { $set: { ...signature, expiresOn, untold: true }, $push: { history: event } },
  )
  return done.modifiedCount === 1
}

/** Consents whose last day is past and of which nobody has been told yet, at most `limit`; withdrawn ones are left out. */
export async function consentsRunOut(
  communityId: string,
  today: Day,
  limit: number,
): Promise<Consent[]> {
  const rows = await Consents.find({
    communityId,
    toldAt: { $exists: false },
    expiresOn: { $lt: today },
    withdrawnAt: { $exists: false },
  })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toConsent)
}

/** Notes that everybody concerned knows that a consent ran out. */
export async function noteRunOut(id: string, at: Date): Promise<void> {
  await Consents.updateOne(
    { _id: id, toldAt: { $exists: false } },
    { $set: { toldAt: at }, $push: { history: { kind: 'ended', at, by: 'program' } } },
  )
}

/** Consents that began or ended and of which the parties were not told, at most `limit`: whoever was to tell them died. */
export async function consentsUntold(communityId: string, limit: number): Promise<Consent[]> {
  const rows = await Consents.find({ communityId, untold: true }).limit(limit).lean<Row[]>()
  return rows.map(toConsent)
}

/** Notes that the parties know how a consent stands. */
export async function noteTold(id: string): Promise<void> {
  await Consents.updateOne({ _id: id, untold: true }, { $unset: { untold: 1 } })
}
