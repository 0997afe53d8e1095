import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { newId } from '../ids.js'
import {
  askedWords,
  centerStatuses,
  languageKey,
  searchBeginnings,
  serviceKeys,
  type Center,
} from './center.js'

interface CenterRow extends Omit<Center, 'id'> {
  readonly _id: string
  readonly beginnings: readonly string[]
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<CenterRow>(
  {
    _id: text,
    communityId: text,
    slug: text,
    name: text,
    operator: String,
    address: String,
    city: String,
    state: text,
    postalCode: String,
    phone: String,
    url: String,
    board: text,
    status: { ...text, enum: centerStatuses },
    statusNote: String,
    note: String,
    asOf: String,
    verifiedOn: String,
    source: text,
    acceptingReferrals: { type: Boolean, required: true },
    acceptingUntil: String,
    zone: String,
    listing: mongoose.Schema.Types.Mixed,
    version: Number,
    beginnings: [String],
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'centers' },
)
schema.index({ slug: 1 }, { unique: true })
schema.index({ name: 1, _id: 1 })
schema.index({ beginnings: 1, name: 1, _id: 1 })
schema.index({ communityId: 1, name: 1, _id: 1 })

const Centers = mongoose.model('Center', schema)

const hidden = { beginnings: 0 } as const
type Shown = Omit<CenterRow, 'beginnings'>

const centerOf = ({ _id, ...facts }: Shown): Center => ({ id: _id, ...facts })

export interface CenterSearch {
  readonly q?: string | undefined
  /** A language code. */
  readonly language?: string | undefined
  /** Words, each of which must begin a word of an active service's name. */
  readonly service?: string | undefined
  readonly communityId?: string | undefined
  readonly limit: number
  readonly after?: { readonly name: string; readonly id: string } | undefined
}

const afterName = (after: { name: string; id: string }) => ({
  $or: [{ name: { $gt: after.name } }, { name: after.name, _id: { $gt: after.id } }],
})

/** Centers by name; each word of `q` must begin a word of the name or city. Historical ones come too: callers say so. */
export async function searchCenters(search: CenterSearch): Promise<Center[]> {
  const words = [
    ...askedWords(search.q ?? ''),
    ...serviceKeys(search.service ?? ''),
    ...(search.language === undefined ? [] : [languageKey(search.language)]),
  ]
  const rows = await Centers.find(
    {
      ...(words.length > 0 && { beginnings: { $all: words } }),
      ...(search.communityId !== undefined && { communityId: search.communityId }),
      ...(search.after && afterName(search.after)),
    },
    hidden,
  )
    .sort({ name: 1, _id: 1 })
    .limit(search.limit)
    .lean<Shown[]>()
  return rows.map(centerOf)
}

export async function findCenter(id: string): Promise<Center | undefined> {
  const row = await Centers.findById(id, hidden).lean<Shown>()
  return row ? centerOf(row) : undefined
}

/** The centers with these ids, by id; unknown ids are left out. */
export async function findCentersByIds(ids: readonly string[]): Promise<Map<string, Center>> {
  const rows = await Centers.find({ _id: { $in: [...ids] } }, hidden).lean<Shown[]>()
  return new Map(rows.map((row) => [row._id, centerOf(row)]))
}

/** Writes the directory facts of each center, new or known; used by seeds and imports. */
export async function saveCenters(centers: readonly Center[]): Promise<void> {
  if (centers.length === 0) return
  await Centers.bulkWrite(
    centers.map(({ id, ...facts }) => ({
      replaceOne: {
        filter: { _id: id },
        replacement: { _id: id, ...facts, beginnings: searchBeginnings(facts) },
        upsert: true,
      },
    })),
  )
}

/**
 * Keeps a new center; where another goes by its slug already, it gets one of its own. False when its id is there already,
 * and nothing is written.
 */
export const insertCenter = async (center: Center): Promise<boolean> =>
  (await insertAs(center, center.slug)) || (await insertAs(center, newId()))

async function insertAs({ id, ...facts }: Center, slug: string): Promise<boolean> {
  const row = { _id: id, ...facts, slug, beginnings: searchBeginnings(facts) }
  try {
    await Centers.insertMany([row], { lean: true })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/**
 * Writes a changed entry over the version it was made from. False when somebody else was quicker, and nothing is written.
 * What is known of no version yet counts as version 0.
 */
export async function changeCenter(center: Center, fromVersion: number): Promise<boolean> {
  const { id, ...facts } = center
  const done = await Centers.replaceOne(
    {
      _id: id,
      ...(fromVersion === 0
        ? { $or: [{ version: 0 }, { version: { $exists: false } }] }
        : { version: fromVersion }),
    },
    { _id: id, ...facts, version: fromVersion + 1, beginnings: searchBeginnings(center) },
  )
  return done.matchedCount === 1
}
