import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import type { Issuer } from './issuer.js'

type Row = Omit<Issuer, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    owner: text,
    path: { type: String, default: '' },
    createdAt: { type: Date, required: true },
  },
  { collection: 'issuers', strict: 'throw', versionKey: false },
)
schema.index({ owner: 1 }, { unique: true })
schema.index({ path: 1 }, { unique: true })

const Issuers = mongoose.model('Issuer', schema)

const toIssuer = ({ _id, ...rest }: Row): Issuer => ({ id: _id, ...rest })

/** One of our own issuers, by its DID. */
export async function findIssuer(id: string): Promise<Issuer | undefined> {
  const row = await Issuers.findById(id).lean<Row>()
  return row ? toIssuer(row) : undefined
}

/** The issuer whose DID document is served below /issuers/{path}; '' is the host's own. */
export async function findIssuerByPath(path: string): Promise<Issuer | undefined> {
  const row = await Issuers.findOne({ path }).lean<Row>()
  return row ? toIssuer(row) : undefined
}

/** The issuer that signs for this owner, written as ownerText does. */
export async function findIssuerOf(owner: string): Promise<Issuer | undefined> {
  const row = await Issuers.findOne({ owner }).lean<Row>()
  return row ? toIssuer(row) : undefined
}

/** Every issuer: one a program and one an organization that signs. */
export async function findIssuers(): Promise<Issuer[]> {
  const rows = await Issuers.find().sort({ _id: 1 }).lean<Row[]>()
  return rows.map(toIssuer)
}

/** Adds an issuer; false when its owner has one, or its DID is taken. */
export async function insertIssuer({ id, ...rest }: Issuer): Promise<boolean> {
  try {
    await Issuers.insertMany([{ _id: id, ...rest }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
