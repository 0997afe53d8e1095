import mongoose from 'mongoose'
import { searchWords } from '../centers/center.js'
import { foldName } from '../fold.js'
import type { Community, NationalTotal } from './community.js'

interface Row extends Omit<Community, 'slug'> {
  readonly _id: string
  readonly sortName: string
  readonly words: readonly string[]
}

type TotalRow = Omit<NationalTotal, 'asOf'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    name: text,
    state: text,
    kind: text,
    yearJoined: Number,
    joined: String,
    figures: String,
    figureSource: String,
    source: text,
    confirmed: { type: Boolean, required: true },
    sortName: text,
    words: [String],
  },
  { collection: 'communities', strict: 'throw', versionKey: false },
)
schema.index({ sortName: 1, _id: 1 })
schema.index({ state: 1, sortName: 1, _id: 1 })
schema.index({ words: 1, sortName: 1, _id: 1 })

const totalSchema = new mongoose.Schema<TotalRow>(
  {
    _id: text,
    communities: String,
    employers: String,
    trainingPartners: String,
    placed: String,
    other: String,
    source: text,
  },
  { collection: 'techhire-totals', strict: 'throw', versionKey: false },
)

const Communities = mongoose.model('Community', schema)
const Totals = mongoose.model('TechhireTotal', totalSchema)

const hidden = { words: 0 } as const
type Shown = Omit<Row, 'words'>

const toCommunity = ({ _id, sortName: _, ...facts }: Shown): Community => ({ slug: _id, ...facts })

export interface CommunitySearch {
  /** Each word must begin a word of the name. */
  readonly q?: string | undefined
  readonly state?: string | undefined
  readonly limit: number
  readonly after?: { readonly sortName: string; readonly slug: string } | undefined
}

/** Communities by name, at most `limit`, after the cursor. */
export async function searchCommunities(search: CommunitySearch): Promise<Community[]> {
  const words = searchWords(search.q ?? '').map((word) => ({ words: new RegExp(`^${word}`) }))
  const { after } = search
  const beyond = after && {
    $or: [
      { sortName: { $gt: after.sortName } },
      { sortName: after.sortName, _id: { $gt: after.slug } },
    ],
  }
  const wanted = [...words, ...(beyond ? [beyond] : [])]
  const rows = await Communities.find(
    {
      ...(search.state !== undefined && { state: search.state }),
      ...(wanted.length > 0 && { $and: wanted }),
    },
    hidden,
  )
    .sort({ sortName: 1, _id: 1 })
    .limit(search.limit)
    .lean<Shown[]>()
  return rows.map(toCommunity)
}

/** What a list is sorted by, for its cursor. */
export const communityCursor = ({ name, slug }: Community): [string, string] => [
  foldName(name),
  slug,
]

export async function findCommunity(slug: string): Promise<Community | undefined> {
  const row = await Communities.findById(slug, hidden).lean<Shown>()
  return row ? toCommunity(row) : undefined
}

/** State and day of joining of every community; there are some dozens. */
export async function communityFacts(): Promise<
  Pick<Community, 'state' | 'joined' | 'yearJoined'>[]
> {
  return Communities.find({}, { _id: 0, state: 1, joined: 1, yearJoined: 1 }).limit(500).lean()
}

/** Writes communities as a source names them, new or known. */
export async function saveCommunities(communities: readonly Community[]): Promise<void> {
  if (communities.length === 0) return
  await Communities.bulkWrite(
    communities.map(({ slug, ...facts }) => ({
      replaceOne: {
        filter: { _id: slug },
        replacement: {
          _id: slug,
          ...facts,
          sortName: foldName(facts.name),
          words: searchWords(facts.name),
        },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** The national figures, oldest first. */
export async function findTotals(): Promise<NationalTotal[]> {
  const rows = await Totals.find().sort({ _id: 1 }).limit(100).lean<TotalRow[]>()
  return rows.map(({ _id, ...facts }) => ({ asOf: _id, ...facts }))
}

/** Writes national figures, new or known. */
export async function saveTotals(totals: readonly NationalTotal[]): Promise<void> {
  if (totals.length === 0) return
  await Totals.bulkWrite(
    totals.map(({ asOf, ...facts }) => ({
      replaceOne: { filter: { _id: asOf }, replacement: { _id: asOf, ...facts }, upsert: true },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
