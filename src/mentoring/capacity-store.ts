import mongoose from 'mongoose'
import { usualCapacity } from './pairing.js'

interface Row {
  readonly _id: string
  readonly capacity: number
}

const schema = new mongoose.Schema<Row>(
  { _id: { type: String, required: true }, capacity: { type: Number, required: true, min: 0 } },
  { collection: 'mentor-capacities', strict: 'throw', versionKey: false },
)

const Capacities = mongoose.model<Row>('MentorCapacity', schema)

/** How many learners each of these mentors takes, by account id; the usual number where they never said. */
export async function capacitiesOf(accountIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await Capacities.find({ _id: { $in: [...accountIds] } }).lean<Row[]>()
  const said = new Map(rows.map((row) => [row._id, row.capacity]))
  return new Map(accountIds.map((id) => [id, said.get(id) ?? usualCapacity]))
}

export async function saveCapacity(accountId: string, capacity: number): Promise<void> {
  await Capacities.updateOne({ _id: accountId }, { $set: { capacity } }, { upsert: true })
}
