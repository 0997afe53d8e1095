import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { keyKinds, type KeyKind } from './proof.js'
import type { PublicJwk, PublishedKey } from './published-key.js'

/** A key with its private half, sealed (src/seal.ts): of no use to somebody who has the database alone. */
export interface KeptKey extends PublishedKey {
  readonly sealed: string
}

type Row = Omit<KeptKey, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    issuerId: text,
    kind: { ...text, enum: keyKinds },
    url: text,
    method: text,
    jwk: {
      type: new mongoose.Schema<PublicJwk>(
        { kty: text, crv: String, x: String, n: String, e: String },
        { _id: false, strict: 'throw' },
      ),
      required: true,
    },
    multibase: String,
    state: { ...text, enum: ['active', 'retired'] },
    createdAt: { type: Date, required: true },
    retiredAt: Date,
    sealed: text,
  },
  { collection: 'signing-keys', strict: 'throw', versionKey: false },
)
schema.index(
  { issuerId: 1, kind: 1 },
  { unique: true, partialFilterExpression: { state: 'active' }, name: 'oneActive' },
)
schema.index({ issuerId: 1, createdAt: 1 })

const Keys = mongoose.model('SigningKey', schema)

const toKept = ({ _id, ...rest }: Row): KeptKey => ({ id: _id, ...rest })

const withoutSealed = { sealed: 0 } as const
const toPublished = ({ _id, ...rest }: Omit<Row, 'sealed'>): PublishedKey => ({ id: _id, ...rest })

/** The keys that an issuer signs with now, private halves sealed. */
export async function activeKeysOf(issuerId: string): Promise<KeptKey[]> {
  const rows = await Keys.find({ issuerId, state: 'active' }).lean<Row[]>()
  return rows.map(toKept)
}

/** The public halves of all keys of an issuer, oldest first, retired ones too. */
export async function publishedKeysOf(issuerId: string): Promise<PublishedKey[]> {
  const rows = await Keys.find({ issuerId }, withoutSealed).sort({ createdAt: 1 }).lean<Row[]>()
  return rows.map(toPublished)
}

/** The public halves of all keys of all issuers. */
export async function publishedKeys(): Promise<PublishedKey[]> {
  const rows = await Keys.find({}, withoutSealed).sort({ issuerId: 1, createdAt: 1 }).lean<Row[]>()
  return rows.map(toPublished)
}

/** The public half of one key by its thumbprint. */
export async function findPublishedKey(id: string): Promise<PublishedKey | undefined> {
  const row = await Keys.findById(id, withoutSealed).lean<Row>()
  return row ? toPublished(row) : undefined
}

/** Adds an active key; false when its issuer has an active one of that kind. */
export async function insertKey({ id, ...rest }: KeptKey): Promise<boolean> {
  try {
    await Keys.insertMany([{ _id: id, ...rest }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Retires the active keys of an issuer; they stay published, and sign nothing from now on. Tells how many. */
export async function retireKeys(
  issuerId: string,
  kinds: readonly KeyKind[],
  retiredAt: Date,
): Promise<number> {
  const done = await Keys.updateMany(
    { issuerId, kind: { $in: [...kinds] }, state: 'active' },
    { $set: { state: 'retired', retiredAt } },
  )
  return done.modifiedCount
}
