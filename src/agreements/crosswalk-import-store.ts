import mongoose from 'mongoose'
import type { CrosswalkImport, RefusedRow } from './crosswalk-file.js'

type Row = Omit<CrosswalkImport, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    collegeId: text,
    by: text,
    at: { type: Date, required: true },
    fileName: String,
    dryRun: { type: Boolean, required: true },
    read: number,
    recorded: number,
    alreadyKnown: number,
    refused: [
      new mongoose.Schema<RefusedRow>(
        { row: number, field: text, message: text, params: mongoose.Schema.Types.Mixed },
        { _id: false, strict: 'throw' },
      ),
    ],
  },
  { collection: 'crosswalk-imports', strict: 'throw', versionKey: false },
)
schema.index({ collegeId: 1, at: -1 })

const Imports = mongoose.model('CrosswalkImport', schema)

const toImport = ({ _id, ...rest }: Row): CrosswalkImport => ({ id: _id, ...rest })

export async function insertCrosswalkImport({ id, ...rest }: CrosswalkImport): Promise<void> {
  await Imports.insertMany([{ _id: id, ...rest }], { lean: true })
}

export async function findCrosswalkImport(id: string): Promise<CrosswalkImport | undefined> {
  const row = await Imports.findById(id).lean<Row>()
  return row ? toImport(row) : undefined
}
