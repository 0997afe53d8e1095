import mongoose, { Schema } from 'mongoose'
import { duplicatesIn } from '../duplicate-keys.js'
import { refusalReasons, type Refusal } from './import.js'

interface Row extends Refusal {
  readonly _id: string
  readonly importId: string
}

const text = { type: String, required: true } as const

const schema = new Schema<Row>(
  {
    _id: text,
    importId: text,
    row: { type: Number, required: true },
    field: text,
    reason: { ...text, enum: refusalReasons },
  },
  { collection: 'import-refusals', strict: 'throw', versionKey: false },
)
schema.index({ importId: 1, row: 1, field: 1 })

const Refusals = mongoose.model<Row>('ImportRefusal', schema)

/** Keeps refusals for the import's CSV; the same row and column twice is one. */
export async function keepRefusals(importId: string, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return
  const rows = refusals.map((one) => ({
    _id: `${importId}|${one.row}|${one.field}`,
    importId,
    ...one,
  }))
  try {
    await Refusals.insertMany(rows, { ordered: false, lean: true, throwOnValidationError: true })
  } catch (error) {
    duplicatesIn(error)
  }
}

/** All refusals of an import in the order of the file. */
export async function* refusalsOf(importId: string): AsyncGenerator<Refusal> {
  const rows = Refusals.find({ importId }).sort({ row: 1, field: 1 }).lean<Row[]>().cursor()
  for await (const { row, field, reason } of rows) yield { row, field, reason }
}
