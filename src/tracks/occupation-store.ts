import mongoose from 'mongoose'
import type { Occupation } from './occupation.js'

type Row = Occupation & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    soc: text,
    title: text,
    wageCents: Number,
    wagePeriod: String,
    wageIsOld: { type: Boolean, required: true },
    wageSource: String,
  },
  { collection: 'occupations', strict: 'throw', versionKey: false },
)

const Occupations = mongoose.model('Occupation', schema)

/** The occupations with these SOC 2018 codes, by code; unknown ones are left out. */
export async function findOccupations(codes: readonly string[]): Promise<Map<string, Occupation>> {
  const rows = await Occupations.find({ _id: { $in: [...codes] } }, { _id: 0 }).lean<Occupation[]>()
  return new Map(rows.map((occupation) => [occupation.soc, occupation]))
}

/** Writes occupations as given, new or known. */
export async function saveOccupations(occupations: readonly Occupation[]): Promise<void> {
  if (occupations.length === 0) return
  await Occupations.bulkWrite(
    occupations.map((occupation) => ({
      replaceOne: {
        filter: { _id: occupation.soc },
        replacement: { _id: occupation.soc, ...occupation },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
