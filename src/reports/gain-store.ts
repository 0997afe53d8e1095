import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { gainTypes, type SkillGain, type TakenBack } from './skill-gain.js'

type Row = Omit<SkillGain, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const takenBack = new mongoose.Schema<TakenBack>(
  { by: text, at: { type: Date, required: true }, reason: text },
  { _id: false, strict: 'throw' },
)

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    learnerId: text,
    type: { ...text, enum: gainTypes },
    evidenceId: text,
    title: text,
    on: text,
    attestedBy: text,
    attestedAt: { type: Date, required: true },
    centerId: String,
    takenBack,
  },
  { collection: 'skill-gains', strict: 'throw', versionKey: false },
)
// What was taken back may be recorded again: only one gain on the same evidence has no time of taking back.
schema.index({ learnerId: 1, type: 1, evidenceId: 1, 'takenBack.at': 1 }, { unique: true })

const Gains = mongoose.model('SkillGain', schema)

const toGain = ({ _id, ...rest }: Row): SkillGain => ({ id: _id, ...rest })

/** Keeps a gain; false when the same evidence was recorded as one already. */
export async function insertGain({ id, ...rest }: SkillGain): Promise<boolean> {
  try {
    await Gains.insertMany([{ _id: id, ...rest }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Marks a gain as taken back, once; false when it was before. */
export async function markGainTakenBack(
  id: string,
  learnerId: string,
  back: TakenBack,
): Promise<boolean> {
  const { modifiedCount } = await Gains.updateOne(
    { _id: id, learnerId, takenBack: null },
    { $set: { takenBack: back } },
  )
  return modifiedCount === 1
}

/** The gains of several learners, by learner, those taken back too. */
export async function gainsOfMany(
  learnerIds: readonly string[],
): Promise<Map<string, SkillGain[]>> {
  const rows = await Gains.find({ learnerId: { $in: [...learnerIds] } })
    .sort({ learnerId: 1, type: 1, evidenceId: 1 })
    .lean<Row[]>()
  const gains = new Map<string, SkillGain[]>()
  for (const row of rows)
    gains.set(row.learnerId, [...(gains.get(row.learnerId) ?? []), toGain(row)])
  return gains
}
