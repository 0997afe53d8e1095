import mongoose, { Schema } from 'mongoose'
import {
  pinnedForms,
  type TrustedIssuer,
  type TrustedJwk,
  type TrustedKey,
  type TrustEvent,
} from './trusted-issuer.js'

type Row = Omit<TrustedIssuer, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const part = <T>(definition: mongoose.SchemaDefinition<T>) =>
  new Schema<T>(definition, { _id: false, strict: 'throw' })

const schema = new Schema<Row>(
  {
    _id: text,
    issuerId: text,
    name: text,
    form: { ...text, enum: pinnedForms },
    keys: [
      part<TrustedKey>({
        id: text,
        names: [String],
        jwk: part<TrustedJwk>({
          kty: text,
          crv: String,
          x: String,
          y: String,
          n: String,
          e: String,
        }),
      }),
    ],
    state: { ...text, enum: ['trusted', 'ended'] },
    version: { type: Number, required: true },
    history: [
      part<TrustEvent>({
        what: { ...text, enum: ['added', 'changed', 'ended', 'again'] },
        at: { type: Date, required: true },
        by: text,
        byName: text,
        reason: String,
        keys: [String],
      }),
    ],
  },
  { collection: 'trusted-issuers', strict: 'throw', versionKey: false },
)
schema.index({ issuerId: 1 }, { unique: true })
schema.index({ state: 1, name: 1, _id: 1 })

const TrustedIssuers = mongoose.model('TrustedIssuer', schema)

const toIssuer = ({ _id, ...rest }: Row): TrustedIssuer => ({ id: _id, ...rest })

/** The entry of an issuer by what badges call it, trusted or ended. */
export async function findEntryOf(issuerId: string): Promise<TrustedIssuer | undefined> {
  const row = await TrustedIssuers.findOne({ issuerId }).lean<Row>()
  return row ? toIssuer(row) : undefined
}

/** An issuer that is trusted now, by what badges call it. */
export async function findTrustedIssuer(issuerId: string): Promise<TrustedIssuer | undefined> {
  const found = await findEntryOf(issuerId)
  return found?.state === 'trusted' ? found : undefined
}

/** One entry by its own id. */
export async function findEntry(id: string): Promise<TrustedIssuer | undefined> {
  const row = await TrustedIssuers.findById(id).lean<Row>()
  return row ? toIssuer(row) : undefined
}

/** The names of issuers that have an entry, by what badges call them. */
export async function namesOfIssuers(
  issuerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (issuerIds.length === 0) return new Map()
  const rows = await TrustedIssuers.find(
    { issuerId: { $in: [...issuerIds] } },
    { issuerId: 1, name: 1 },
  ).lean<Row[]>()
  return new Map(rows.map(({ issuerId, name }) => [issuerId, name]))
}

/** Entries in one state by name, at most `limit`, after the one named by name and id. */
export async function listEntries(
  state: TrustedIssuer['state'],
  limit: number,
  after?: { readonly name: string; readonly id: string },
): Promise<TrustedIssuer[]> {
  const later = after
    ? { $or: [{ name: { $gt: after.name } }, { name: after.name, _id: { $gt: after.id } }] }
    : {}
  const rows = await TrustedIssuers.find({ state, ...later })
    .sort({ name: 1, _id: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toIssuer)
}

/** Adds an entry; false when the issuer has one. */
export async function insertEntry({ id, ...rest }: TrustedIssuer): Promise<boolean> {
  try {
    await TrustedIssuers.create({ _id: id, ...rest })
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 11000) return false
    throw error
  }
}

/** Changes an entry from the version it was read at, with what happened; false when somebody else changed it first. */
export async function changeEntry(
  { id, version }: Pick<TrustedIssuer, 'id' | 'version'>,
  change: Partial<Pick<TrustedIssuer, 'name' | 'form' | 'keys' | 'state'>>,
  event: TrustEvent,
): Promise<boolean> {
  const { modifiedCount } = await TrustedIssuers.updateOne(
    { _id: id, version },
    { $set: change, $inc: { version: 1 }, $push: { history: event } },
  )
  return modifiedCount === 1
}
