import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** Words that somebody signed, kept once under their hash and never changed. */
export interface ConsentText {
  readonly textHash: string
  readonly text: string
  readonly version: string
  readonly language: 'en' | 'es'
  readonly firstSignedAt: Date
}

type Row = Omit<ConsentText, 'textHash'> & { readonly _id: string }

const text = { type: String, required: true } as const
const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    text,
    version: text,
    language: { type: String, enum: ['en', 'es'], required: true },
    firstSignedAt: { type: Date, required: true },
  },
  { collection: 'consent-texts', strict: 'throw', versionKey: false },
)
const Texts = mongoose.model('ConsentText', schema)

/** Keeps words that are being signed; the same words again change nothing. */
export async function keepConsentText({ textHash, ...rest }: ConsentText): Promise<void> {
  if (await Texts.exists({ _id: textHash })) return
  try {
    await Texts.insertMany([{ _id: textHash, ...rest }])
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** The words that were signed; undefined for those of an invented consent. */
export async function findConsentText(textHash: string): Promise<ConsentText | undefined> {
  const row = await Texts.findById(textHash).lean<Row>()
  if (!row) return undefined
  const { _id, ...rest } = row
  return { textHash: _id, ...rest }
}
