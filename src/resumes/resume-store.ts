import mongoose from 'mongoose'

interface Row {
  readonly _id: string
  readonly learnerId: string
  readonly communityId: string
  readonly at: Date
  readonly bytes: Buffer
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    at: { type: Date, required: true },
    bytes: { type: Buffer, required: true },
  },
  { collection: 'resumes', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1 })

const Resumes = mongoose.model('Resume', schema)

/** Keeps the bytes of a file under a new id. */
export async function insertResume({
  id,
  ...rest
}: Omit<Row, '_id'> & { readonly id: string }): Promise<void> {
  await Resumes.create({ _id: id, ...rest })
}

/** The bytes of a file. */
export async function resumeBytes(id: string): Promise<Buffer | undefined> {
  const row = await Resumes.findById(id, { bytes: 1 }).lean<{
    bytes: Buffer | mongoose.mongo.Binary
  }>()
  if (!row) return undefined
  return Buffer.isBuffer(row.bytes) ? row.bytes : Buffer.from(row.bytes.buffer)
}

/** Takes the bytes of a file away; harmless when they are gone. */
export async function dropResume(id: string): Promise<void> {
  await Resumes.deleteOne({ _id: id })
}
