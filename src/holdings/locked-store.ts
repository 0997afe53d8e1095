import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** What the law has us keep of somebody who left, sealed: the database alone tells nothing of it. */
export interface LockedRecord {
  readonly learnerId: string
  readonly communityId: string
  readonly sealed: string
  readonly lockedAt: Date
}

type Row = Omit<LockedRecord, 'learnerId'> & { readonly _id: string }

const text = { type: String, required: true } as const
const schema = new mongoose.Schema<Row>(
  { _id: text, communityId: text, sealed: text, lockedAt: { type: Date, required: true } },
  { collection: 'locked-records', strict: 'throw', versionKey: false },
)
const Locked = mongoose.model('LockedRecord', schema)

/** Keeps a copy once: the first one was whole, a later one may not be. */
export async function lockRecord({ learnerId, ...rest }: LockedRecord): Promise<void> {
  try {
    await Locked.insertMany([{ _id: learnerId, ...rest }])
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

export async function findLocked(learnerId: string): Promise<LockedRecord | undefined> {
  const row = await Locked.findById(learnerId).lean<Row>()
  if (!row) return undefined
  const { _id, ...rest } = row
  return { learnerId: _id, ...rest }
}

export async function dropLocked(learnerId: string): Promise<void> {
  await Locked.deleteOne({ _id: learnerId })
}
