import mongoose from 'mongoose'
import { creditUnits } from '../agreements/agreement.js'
import type { Tuition } from './tuition.js'

interface Row extends Tuition {
  readonly _id: string
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    collegeId: text,
    academicYear: text,
    centsPerCredit: { type: Number, required: true },
    unit: { ...text, enum: creditUnits },
    source: text,
    note: String,
  },
  { collection: 'tuition', strict: 'throw', versionKey: false },
)
schema.index({ collegeId: 1, academicYear: -1 })

const Tuitions = mongoose.model('Tuition', schema)

const withoutId = { _id: 0 } as const

/** What is known of the tuition of these colleges. */
export async function tuitionOf(collegeIds: readonly string[]): Promise<Tuition[]> {
  if (collegeIds.length === 0) return []
  return Tuitions.find({ collegeId: { $in: [...new Set(collegeIds)] } }, withoutId).lean<
    Tuition[]
  >()
}

/** Writes plain facts from a source; the same college and year is written again. */
export async function saveTuition(rows: readonly Tuition[]): Promise<void> {
  if (rows.length === 0) return
  await Tuitions.bulkWrite(
    rows.map((row) => {
      const _id = `${row.collegeId}|${row.academicYear}`
      return { replaceOne: { filter: { _id }, replacement: { _id, ...row }, upsert: true } }
    }),
    { ordered: false, throwOnValidationError: true },
  )
}
