import mongoose from 'mongoose'
import type { Skill } from './skill.js'

type Row = Skill & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  { _id: text, name: text, category: text, socCodes: [String], inDemand: [String] },
  { collection: 'skills', strict: 'throw', versionKey: false },
)

const Skills = mongoose.model('Skill', schema)

/** The skills with these names, by name; unknown ones are left out. */
export async function findSkills(names: readonly string[]): Promise<Skill[]> {
  return Skills.find({ _id: { $in: [...names] } }, { _id: 0 })
    .sort({ _id: 1 })
    .lean<Skill[]>()
}

/** Writes skills as given, new or known. */
export async function saveSkills(skills: readonly Skill[]): Promise<void> {
  if (skills.length === 0) return
  await Skills.bulkWrite(
    skills.map((skill) => ({
      updateOne: { filter: { _id: skill.name }, update: { $set: skill }, upsert: true },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
