import mongoose from 'mongoose'
import type { Duplicate } from './duplicate.js'
import { reasons } from './likeness.js'

type Row = Omit<Duplicate, 'id' | 'learnerIds'> & {
  readonly _id: string
  readonly learnerIds: readonly string[]
}

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    learnerIds: [text],
    score: { type: Number, required: true },
    reasons: [{ type: String, enum: reasons }],
    state: { ...text, enum: ['open', 'aside', 'different', 'merged'] },
    foundAt: { type: Date, required: true },
  },
  { collection: 'duplicates', strict: 'throw', versionKey: false },
)
schema.index({ communityId: 1, state: 1, score: -1, _id: 1 })
schema.index({ learnerIds: 1 })

const Duplicates = mongoose.model('Duplicate', schema)

const toDuplicate = ({ _id, learnerIds: [one = '', other = ''], ...rest }: Row): Duplicate => ({
  id: _id,
  learnerIds: [one, other],
  ...rest,
})

/** The keys a record is looked up by, as hashes: they say nothing to whoever reads them. */
const keySchema = new mongoose.Schema<{ _id: string; communityId: string; keys: string[] }>(
  { _id: text, communityId: text, keys: [String] },
  { collection: 'match-keys', strict: 'throw', versionKey: false },
)
keySchema.index({ communityId: 1, keys: 1 })
const MatchKeys = mongoose.model('MatchKeys', keySchema)

/** How far the walk over everyone has come. */
const walkSchema = new mongoose.Schema<{ _id: string; after: string; restUntil?: Date }>(
  { _id: text, after: String, restUntil: Date },
  { collection: 'duplicate-walks', strict: 'throw', versionKey: false },
)
const Walks = mongoose.model('DuplicateWalk', walkSchema)

export async function findWalk(): Promise<{ after: string; restUntil?: Date }> {
  const row = await Walks.findById('all').lean()
  return { after: row?.after ?? '', ...(row?.restUntil && { restUntil: row.restUntil }) }
}

export async function saveWalk(after: string, restUntil?: Date): Promise<void> {
  await Walks.updateOne(
    { _id: 'all' },
    restUntil ? { $set: { after, restUntil } } : { $set: { after }, $unset: { restUntil: 1 } },
    { upsert: true },
  )
}

/** The keys kept for these learners. */
export async function keptKeys(ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await MatchKeys.find({ _id: { $in: [...ids] } }).lean()
  return new Map(rows.map(({ _id, keys }) => [_id, keys]))
}

/** Keeps the keys of learners; one write for many. */
export async function keepKeys(
  rows: readonly { readonly id: string; readonly communityId: string; readonly keys: string[] }[],
): Promise<void> {
  if (rows.length === 0) return
  await MatchKeys.bulkWrite(
    rows.map(({ id, communityId, keys }) => ({
      updateOne: { filter: { _id: id }, update: { $set: { communityId, keys } }, upsert: true },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

/** A record that is gone is not found any more. */
export async function dropKeys(id: string): Promise<void> {
  await MatchKeys.deleteOne({ _id: id })
}

/** Who else in a community has one of these keys, at most `limit`. */
export async function sharersOf(
  communityId: string,
  keys: readonly string[],
  but: string,
  limit: number,
): Promise<string[]> {
  if (keys.length === 0) return []
  const rows = await MatchKeys.find({ communityId, keys: { $in: [...keys] } }, { _id: 1 })
    .limit(limit + 1)
    .lean()
  return rows.map(({ _id }) => _id).filter((id) => id !== but)
}

/** Keeps pairs that were found; one that is known keeps what people said of it. */
export async function keepDuplicates(found: readonly Duplicate[]): Promise<void> {
  if (found.length === 0) return
  await Duplicates.bulkWrite(
    found.map(({ id, learnerIds, communityId, score, reasons: why, state, foundAt }) => ({
      updateOne: {
        filter: { _id: id },
        update: {
          $set: { score, reasons: [...why] },
          $setOnInsert: { communityId, learnerIds: [...learnerIds], state, foundAt },
        },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}

export async function findDuplicate(id: string): Promise<Duplicate | undefined> {
  const row = await Duplicates.findById(id).lean<Row>()
  return row ? toDuplicate(row) : undefined
}

/** The pairs of a community nobody has decided on, the most alike first; at most `limit`. */
export async function openDuplicates(communityId: string, limit: number): Promise<Duplicate[]> {
  const rows = await Duplicates.find({ communityId, state: 'open' })
    .sort({ score: -1, _id: 1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toDuplicate)
}

/** Puts the open pairs of records that went aside: they would stand before pairs that can be decided. */
export async function putAside(goneIds: readonly string[]): Promise<void> {
  if (goneIds.length === 0) return
  await Duplicates.updateMany(
    { learnerIds: { $in: [...goneIds] }, state: 'open' },
    { $set: { state: 'aside' } },
  )
}

/** The pairs of a record that were put aside. */
export async function pairsAside(learnerId: string): Promise<Duplicate[]> {
  const rows = await Duplicates.find({ learnerIds: learnerId, state: 'aside' }).lean<Row[]>()
  return rows.map(toDuplicate)
}

/** Sets what people decided, from the state it was in; false when somebody was quicker. */
export async function decideDuplicate(
  id: string,
  from: Duplicate['state'],
  to: Duplicate['state'],
): Promise<boolean> {
  const done = await Duplicates.updateOne({ _id: id, state: from }, { $set: { state: to } })
  return done.modifiedCount === 1
}
