import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** What the law has us keep of somebody who left, sealed: the database alone tells nothing of it. */
export interface LockedRecord {
  readonly learnerId: string
  readonly communityId: string
  readonly sealed: string
  readonly lockedAt: Date
  /** Who opened it, when, and for what; none as a rule. */
  readonly openings?: readonly Opening[]
}

export interface Opening {
  readonly at: Date
  readonly by: string
  readonly reason: string
}

type Row = Omit<LockedRecord, 'learnerId'> & { readonly _id: string }

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const strict = { strict: 'throw' } as const
const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    sealed: text,
    lockedAt: time,
    openings: {
      type: [
        new mongoose.Schema<Opening>(
          { at: time, by: text, reason: text },
          { _id: false, ...strict },
        ),
      ],
      default: undefined,
    },
  },
  { collection: 'locked-records', ...strict, versionKey: false },
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

const toLocked = ({ _id, ...rest }: Row): LockedRecord => ({ learnerId: _id, ...rest })

export async function findLocked(learnerId: string): Promise<LockedRecord | undefined> {
  const row = await Locked.findById(learnerId).lean<Row>()
  return row ? toLocked(row) : undefined
}

/** Every copy, by learner. */
export async function* eachLocked(): AsyncGenerator<LockedRecord> {
  for await (const row of Locked.find().sort({ _id: 1 }).lean<Row>().cursor()) yield toLocked(row)
}

/** Notes who opens a copy, and for what. False when it is gone. */
export async function noteOpening(learnerId: string, opening: Opening): Promise<boolean> {
  const done = await Locked.updateOne({ _id: learnerId }, { $push: { openings: opening } })
  return done.matchedCount === 1
}

export async function dropLocked(learnerId: string): Promise<void> {
  await Locked.deleteOne({ _id: learnerId })
}
