import mongoose from 'mongoose'
import { refreshSeconds } from './token.js'

/**
 * One sign-in of one API client. Its refresh token changes with every use; only the newest one's hash is kept, so an older
 * one that turns up again shows that it was copied.
 */
export interface TokenFamily {
  readonly id: string
  readonly accountId: string
  readonly hash: string
  /** The account's sessionVersion at sign-in; the family ends when the account's moves on. */
  readonly sessionVersion: number
  readonly expiresAt: Date
}

interface Row extends Omit<TokenFamily, 'id'> {
  readonly _id: string
  /** When the database may drop the row: by its own clock, not by ours. */
  readonly purgeAt: Date
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    accountId: text,
    hash: text,
    sessionVersion: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
    purgeAt: { type: Date, required: true },
  },
  { collection: 'token-families', strict: 'throw', versionKey: false },
)
schema.index({ accountId: 1 })
schema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 })

const Families = mongoose.model('TokenFamily', schema)

const readable = { purgeAt: 0 } as const
const toFamily = ({ _id, ...rest }: Omit<Row, 'purgeAt'>): TokenFamily => ({ id: _id, ...rest })
const purgeAt = () => new Date(Date.now() + refreshSeconds * 1000)

/** The family, or undefined once it ended. */
export async function findFamily(id: string): Promise<TokenFamily | undefined> {
  const row = await Families.findById(id, readable).lean<Omit<Row, 'purgeAt'>>()
  return row ? toFamily(row) : undefined
}

/** Starts a family. */
export async function insertFamily({ id, ...family }: TokenFamily): Promise<void> {
  await Families.insertMany([{ _id: id, ...family, purgeAt: purgeAt() }])
}

/** Changes the family's refresh token from the one presented to the next, once; undefined when it is not the newest. */
export async function rotate(
  id: string,
  presented: string,
  next: string,
  expiresAt: Date,
  now: Date,
): Promise<TokenFamily | undefined> {
  const row = await Families.findOneAndUpdate(
    { _id: id, hash: presented, expiresAt: { $gt: now } },
    { $set: { hash: next, expiresAt, purgeAt: purgeAt() } },
    { returnDocument: 'after', projection: readable },
  ).lean<Omit<Row, 'purgeAt'>>()
  return row ? toFamily(row) : undefined
}

/** Ends the family: its refresh token and its access tokens work no more. */
export async function endFamily(id: string): Promise<void> {
  await Families.deleteOne({ _id: id })
}
