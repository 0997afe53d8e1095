import mongoose from 'mongoose'

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
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    accountId: text,
    hash: text,
    sessionVersion: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'tokenFamilies', strict: 'throw', versionKey: false },
)
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const Families = mongoose.model('TokenFamily', schema)

const toFamily = ({ _id, ...rest }: Row): TokenFamily => ({ id: _id, ...rest })

export async function findFamily(id: string): Promise<TokenFamily | undefined> {
  const row = await Families.findById(id).lean<Row>()
  return row ? toFamily(row) : undefined
}

export async function insertFamily({ id, ...family }: TokenFamily): Promise<void> {
  await Families.insertMany([{ _id: id, ...family }])
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
    { $set: { hash: next, expiresAt } },
    { returnDocument: 'after' },
  ).lean<Row>()
  return row ? toFamily(row) : undefined
}

/** Ends the family: its refresh token and its access tokens work no more. */
export async function endFamily(id: string): Promise<void> {
  await Families.deleteOne({ _id: id })
}
