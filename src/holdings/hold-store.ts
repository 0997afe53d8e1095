import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { HoldEvent, LegalHold } from './departure.js'

type Row = Omit<LegalHold, 'learnerId'> & { readonly _id: string }

const text = { type: String, required: true } as const
const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    isLive: { type: Boolean, required: true },
    trail: [
      new mongoose.Schema<HoldEvent>(
        {
          kind: { type: String, enum: ['set', 'lifted'], required: true },
          at: { type: Date, required: true },
          byAccountId: text,
          byName: text,
          reason: text,
        },
        { _id: false, strict: 'throw' },
      ),
    ],
  },
  { collection: 'legal-holds', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, isLive: 1, _id: 1 })

const Holds = mongoose.model('LegalHold', schema)

const toHold = ({ _id, ...rest }: Row): LegalHold => ({ learnerId: _id, ...rest })

/** The hold on a learner's record, live or lifted. */
export async function findHold(learnerId: string): Promise<LegalHold | undefined> {
  const row = await Holds.findById(learnerId).lean<Row>()
  return row ? toHold(row) : undefined
}

/** True while one of these records is held. */
export const isHeld = async (learnerIds: readonly string[]): Promise<boolean> =>
  (await Holds.exists({ _id: { $in: [...learnerIds] }, isLive: true })) !== null

/** The live holds of a community after a learner id. */
export async function liveHolds(
  communityId: string,
  limit: number,
  after = '',
): Promise<LegalHold[]> {
  const rows = await Holds.find({ communityId, isLive: true, _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toHold)
}

/** Sets a hold; false when one is live already. */
export async function setHold(
  learnerId: string,
  communityId: string,
  event: HoldEvent,
): Promise<boolean> {
  try {
    await Holds.updateOne(
      { _id: learnerId, isLive: false },
      { $set: { isLive: true, communityId }, $push: { trail: event } },
      { upsert: true },
    )
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Lifts a live hold; false when there is none. */
export async function liftHold(
  learnerId: string,
  communityId: string,
  event: HoldEvent,
): Promise<boolean> {
  const done = await Holds.updateOne(
    { _id: learnerId, communityId, isLive: true },
    { $set: { isLive: false }, $push: { trail: event } },
  )
  return done.modifiedCount === 1
}
