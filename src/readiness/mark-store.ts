import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { markKinds, markRoles, type Mark } from './mark.js'

type Row = Omit<Mark, 'id'> & { readonly _id: string; readonly isLive: boolean }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    learnerId: text,
    kind: { ...text, enum: markKinds },
    on: text,
    about: { type: String, default: '' },
    note: String,
    byAccountId: text,
    byName: text,
    byRole: { ...text, enum: markRoles },
    at: { type: Date, required: true },
    isLive: { type: Boolean, required: true },
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'readiness-marks', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, isLive: 1, on: 1 })
schema.index(
  { learnerId: 1, kind: 1, byAccountId: 1, on: 1, about: 1 },
  { unique: true, partialFilterExpression: { isLive: true } },
)

const Marks = mongoose.model('ReadinessMark', schema)

const hidden = { isLive: 0 } as const
const toMark = ({ _id, ...rest }: Omit<Row, 'isLive'>): Mark => ({ id: _id, ...rest })

/** Keeps a mark; false when the same one (person, kind, day, about) is there already. */
export async function insertMark({ id, ...rest }: Mark): Promise<boolean> {
  try {
    await Marks.create({ _id: id, ...rest, isLive: true })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** The marks of several learners that were not taken back, oldest first, by learner. */
export async function marksOfMany(learnerIds: readonly string[]): Promise<Map<string, Mark[]>> {
  const rows = await Marks.find({ learnerId: { $in: [...learnerIds] }, isLive: true }, hidden)
    .sort({ on: 1 })
    .lean<Omit<Row, 'isLive'>[]>()
  const marks = new Map<string, Mark[]>()
  for (const row of rows)
    marks.set(row.learnerId, [...(marks.get(row.learnerId) ?? []), toMark(row)])
  return marks
}

/** The marks of one learner that were not taken back, oldest first. */
export const marksOf = async (learnerId: string): Promise<Mark[]> =>
  (await marksOfMany([learnerId])).get(learnerId) ?? []

/** Takes a mark back; only who gave it. False when there is none of theirs. */
export async function takeMarkBack(
  learnerId: string,
  id: string,
  byAccountId: string,
): Promise<boolean> {
  const done = await Marks.updateOne(
    { _id: id, learnerId, byAccountId, isLive: true },
    { $set: { isLive: false } },
  )
  return done.modifiedCount === 1
}
