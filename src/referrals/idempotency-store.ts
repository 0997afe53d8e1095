import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** What was asked under a key, and once it is done, what was answered. */
export interface KeptCall {
  readonly id: string
  readonly bodyHash: string
  readonly answer?: string
  /** Whom the answer is about. */
  readonly learnerId?: string
  readonly purgeAt: Date
}

type Row = Omit<KeptCall, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    bodyHash: text,
    answer: String,
    learnerId: String,
    purgeAt: { type: Date, required: true },
  },
  { collection: 'idempotency-keys', strict: 'throw', versionKey: false },
)
schema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 })
schema.index({ learnerId: 1 })

const Calls = mongoose.model('KeptCall', schema)

/** Keeps a call, or gives back the one that was kept under its key before. */
export async function keepCall({ id, ...rest }: KeptCall): Promise<KeptCall> {
  try {
    await Calls.create({ _id: id, ...rest })
    return { id, ...rest }
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    const row = await Calls.findById(id).lean<Row>()
    if (!row) return { id, ...rest }
    const { _id, ...kept } = row
    return { id: _id, ...kept }
  }
}

/** Keeps the answer and whom it is about; the first one stays. */
export async function keepAnswer(id: string, answer: string, learnerId: string): Promise<void> {
  await Calls.updateOne({ _id: id, answer: { $exists: false } }, { $set: { answer, learnerId } })
}

/** Forgets a call that was refused, so that it may be mended and made again under the same key. */
export async function forgetCall(id: string): Promise<void> {
  await Calls.deleteOne({ _id: id, answer: { $exists: false } })
}
