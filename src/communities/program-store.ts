import mongoose from 'mongoose'
import type { Program } from './program.js'

interface Row extends Omit<Program, 'id'> {
  readonly _id: string
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    name: text,
    boardId: text,
    zone: text,
    goal: Number,
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'programs', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1 }, { unique: true })

const Programs = mongoose.model('Program', schema)

const toProgram = ({ _id, ...rest }: Row): Program => ({ id: _id, ...rest })

/** The program of a community, or undefined. */
export async function findProgram(communityId: string): Promise<Program | undefined> {
  const row = await Programs.findOne({ communityId }).lean<Row>()
  return row ? toProgram(row) : undefined
}

/** Every program, in the order of their communities; there are as many as communities, some dozens. */
export async function findPrograms(): Promise<Program[]> {
  const rows = await Programs.find().sort({ communityId: 1 }).limit(500).lean<Row[]>()
  return rows.map(toProgram)
}

/** Writes the program as given; one program a community, the same again changes nothing. */
export async function saveProgram(program: Program): Promise<void> {
  const { id, ...fields } = program
  await Programs.updateOne({ _id: id }, { $set: fields }, { upsert: true, runValidators: true })
}
