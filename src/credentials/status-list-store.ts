import mongoose from 'mongoose'
import { duplicatesIn, isDuplicateKey } from '../duplicate-keys.js'

/** A list as it was signed last; `revision` is that of the bits in it. */
export interface SignedList {
  readonly text: string
  readonly revision: number
  readonly signedAt: Date
  readonly validUntil: Date
}

export interface StatusList {
  readonly id: string
  readonly issuerId: string
  /** 1, 2, 3 … of this issuer. */
  readonly number: number
  readonly url: string
  /** How many places have been given away; grows a moment after they were. */
  readonly taken: number
  /** Grows with every change of the bits. */
  readonly revision: number
  readonly signed?: SignedList
}

interface Row extends Omit<StatusList, 'id'> {
  readonly _id: string
  readonly bits: Buffer
}

interface PlaceRow {
  readonly _id: string
  readonly credentialId: string
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const date = { type: Date, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    issuerId: text,
    number,
    url: text,
    taken: number,
    revision: number,
    bits: { type: Buffer, required: true },
    signed: new mongoose.Schema<SignedList>(
      { text, revision: number, signedAt: date, validUntil: date },
      { _id: false, strict: 'throw' },
    ),
  },
  { collection: 'status-lists', strict: 'throw', versionKey: false },
)
schema.index({ issuerId: 1, number: 1 }, { unique: true })
schema.index({ url: 1 }, { unique: true })
schema.index({ 'signed.validUntil': 1 })

const Lists = mongoose.model('StatusList', schema)

const Places = mongoose.model(
  'StatusPlace',
  new mongoose.Schema<PlaceRow>(
    { _id: text, credentialId: text },
    { collection: 'status-places', strict: 'throw', versionKey: false },
  ),
)

const withoutBits = { bits: 0 } as const
type Shown = Omit<Row, 'bits'>
const toList = ({ _id, ...rest }: Shown): StatusList => ({ id: _id, ...rest })

/** One list, without its bits. */
export async function findStatusList(id: string): Promise<StatusList | undefined> {
  const row = await Lists.findById(id, withoutBits).lean<Shown>()
  return row ? toList(row) : undefined
}

/** The newest list of an issuer: the one that places are taken from. */
export async function newestListOf(issuerId: string): Promise<StatusList | undefined> {
  const row = await Lists.findOne({ issuerId }, withoutBits).sort({ number: -1 }).lean<Shown>()
  return row ? toList(row) : undefined
}

interface WithBits extends StatusList {
  readonly bits: Uint8Array
}

const bytesOf = (bits: unknown): Uint8Array => {
  const { buffer } = bits as { readonly buffer?: unknown }
  return buffer instanceof Uint8Array ? buffer : (bits as Uint8Array)
}

/** One list with its bits, by its id or URL. */
export async function findListBits(
  by: { readonly id: string } | { readonly url: string },
): Promise<WithBits | undefined> {
  const row = await Lists.findOne('id' in by ? { _id: by.id } : { url: by.url }).lean<Row>()
  return row ? { ...toList(row), bits: bytesOf(row.bits) } : undefined
}

/** Adds a list; false when the issuer has one of that number. */
export async function insertStatusList({ id, bits, ...rest }: WithBits): Promise<boolean> {
  try {
    await Lists.insertMany([{ _id: id, ...rest, bits: Buffer.from(bits) }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Writes bits that were changed from a revision; false when somebody changed them meanwhile. */
export async function saveBits(id: string, revision: number, bits: Uint8Array): Promise<boolean> {
  const done = await Lists.updateOne(
    { _id: id, revision },
    { $set: { bits: Buffer.from(bits) }, $inc: { revision: 1 } },
  )
  return done.modifiedCount === 1
}

/** Keeps the signed form of a revision; false when the bits have changed since. */
export async function saveSignedList(id: string, signed: SignedList): Promise<boolean> {
  const done = await Lists.updateOne({ _id: id, revision: signed.revision }, { $set: { signed } })
  return done.matchedCount === 1
}

/** The ids of lists whose signed form ends before this moment. */
export async function listsEndingBefore(moment: Date, limit: number): Promise<string[]> {
  const rows = await Lists.find({ 'signed.validUntil': { $lt: moment } }, { _id: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>()
  return rows.map(({ _id }) => _id)
}

/**
 * Takes places in a list for credentials, each once and for good, however many processes try; those that were taken
 * already are left out of the answer.
 */
export async function takePlaces(
  listId: string,
  wanted: readonly { readonly index: number; readonly credentialId: string }[],
): Promise<number[]> {
  const rows = wanted.map(({ index, credentialId }) => ({
    _id: `${listId}/${index}`,
    credentialId,
  }))
  const taken = await insertNew(rows)
  const got = wanted.filter((_, at) => !taken.has(at)).map(({ index }) => index)
  await Lists.updateOne({ _id: listId }, { $inc: { taken: got.length } })
  return got
}

async function insertNew(rows: readonly PlaceRow[]): Promise<Set<number>> {
  try {
    await Places.insertMany([...rows], {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return new Set()
  } catch (error) {
    return duplicatesIn(error)
  }
}
