import mongoose from 'mongoose'
import { usualTarget } from './service-target.js'

interface Row {
  readonly _id: string
  readonly answerWithin: number
}

const schema = new mongoose.Schema<Row>(
  { _id: { type: String, required: true }, answerWithin: { type: Number, required: true } },
  { collection: 'college-settings', strict: 'throw', versionKey: false },
)

const Settings = mongoose.model('CollegeSetting', schema)

/** Within how many business days each of these colleges means to answer; the usual number where it never said. */
export async function targetsOf(collegeIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await Settings.find({ _id: { $in: [...new Set(collegeIds)] } }).lean<Row[]>()
  const said = new Map(rows.map((row) => [row._id, row.answerWithin]))
  return new Map(collegeIds.map((id) => [id, said.get(id) ?? usualTarget]))
}

export async function saveTarget(collegeId: string, answerWithin: number): Promise<void> {
  await Settings.updateOne({ _id: collegeId }, { $set: { answerWithin } }, { upsert: true })
}
