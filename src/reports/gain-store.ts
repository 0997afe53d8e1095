import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { gainTypes, type SkillGain } from './skill-gain.js'

type Row = Omit<SkillGain, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

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
  },
  { collection: 'skill-gains', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, type: 1, evidenceId: 1 }, { unique: true })

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

/** The gains of several learners, by learner, oldest first. */
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
