import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Merge } from './duplicate.js'

type Plain = Readonly<Record<string, unknown>>

/** What undo needs: rows as the database kept them, and the ids that moved by collection. */
export interface MergeRecord extends Merge {
  readonly goneRow?: Plain
  readonly keptBefore?: Plain
  readonly keptAfter?: Plain
  readonly moved: readonly { readonly collection: string; readonly ids: readonly string[] }[]
}

interface Row extends Omit<MergeRecord, 'id'> {
  readonly _id: string
  readonly outbox: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const
const time = { type: Date, required: true } as const
const plain = mongoose.Schema.Types.Mixed

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    pairId: text,
    keptId: text,
    goneId: text,
    goneName: text,
    state: { ...text, enum: ['merging', 'merged', 'undoing', 'undone'] },
    by: text,
    at: time,
    undoUntil: time,
    goneRow: plain,
    keptBefore: plain,
    keptAfter: plain,
    moved: [
      new mongoose.Schema(
        { collection: text, ids: [String] },
        { _id: false, suppressReservedKeysWarning: true },
      ),
    ],
    outbox: [outboxEntrySchema],
  },
  { collection: 'learner-merges', strict: 'throw', minimize: false, versionKey: false },
)
const standing = {
  unique: true,
  partialFilterExpression: { state: { $in: ['merging', 'merged', 'undoing'] } },
}
schema.index({ goneId: 1 }, standing)
schema.index({ pairId: 1 }, standing)
schema.index({ communityId: 1, at: -1, _id: 1 })
schema.index({ keptId: 1 })
schema.index({ state: 1 }, { partialFilterExpression: { state: { $in: ['merging', 'undoing'] } } })
schema.index(...outboxIndex)

const Merges = mongoose.model('LearnerMerge', schema)

/** Mails about merges, waiting to go out. */
export const mergeOutbox = outboxIn('LearnerMerge')

const hidden = { outbox: 0 } as const
const toMerge = ({ _id, ...rest }: Omit<Row, 'outbox'>): MergeRecord => ({ id: _id, ...rest })

/** Begins a merge; false when that record is gone into another one already, or the pair was merged the other way. */
export async function insertMerge(
  { id, ...rest }: MergeRecord,
  outbox: readonly OutboxEntry[],
): Promise<boolean> {
  try {
    await Merges.create({ _id: id, ...rest, outbox })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

export async function findMerge(id: string): Promise<MergeRecord | undefined> {
  const row = await Merges.findById(id, hidden).lean<Omit<Row, 'outbox'>>()
  return row ? toMerge(row) : undefined
}

/** The merges of a community, the last first; at most `limit`. */
export async function recentMerges(communityId: string, limit: number): Promise<MergeRecord[]> {
  const rows = await Merges.find({ communityId }, { ...hidden, goneRow: 0, moved: 0 })
    .sort({ at: -1, _id: 1 })
    .limit(limit)
    .lean<Omit<Row, 'outbox'>[]>()
  return rows.map((row) => toMerge({ ...row, moved: [] }))
}

/** Merges into a record that stand, the later first: they link its chain of disclosures with those of the gone ones. */
export async function mergesInto(keptId: string): Promise<MergeRecord[]> {
  const rows = await Merges.find({ keptId, state: 'merged' }, hidden)
    .limit(50)
    .lean<Omit<Row, 'outbox'>[]>()
  return rows.map(toMerge).sort((a, b) => b.at.getTime() - a.at.getTime())
}

/** Merges and undoings that were cut short, at most `limit`. */
export async function unfinishedMerges(limit: number): Promise<MergeRecord[]> {
  const rows = await Merges.find({ state: { $in: ['merging', 'undoing'] } }, hidden)
    .limit(limit)
    .lean<Omit<Row, 'outbox'>[]>()
  return rows.map(toMerge)
}

/** Writes down what a step is about to do, before it is done. */
export async function noteMerge(
  id: string,
  change: Partial<Pick<MergeRecord, 'goneRow' | 'keptBefore' | 'keptAfter' | 'moved'>>,
): Promise<void> {
  await Merges.updateOne({ _id: id }, { $set: change })
}

/** Moves a merge on from the state it was in; false when somebody was quicker. */
export async function moveMerge(
  id: string,
  from: Merge['state'],
  to: Merge['state'],
): Promise<boolean> {
  const done = await Merges.updateOne({ _id: id, state: from }, { $set: { state: to } })
  return done.modifiedCount === 1
}

/** Rows of every feature are moved by the table of holdings, not by a model. */
const rowsOf = (collection: string) => mongoose.connection.collection<{ _id: string }>(collection)

/** The ids of the rows of one learner in a collection; `communityId` where its index leads with it. */
export async function idsIn(
  collection: string,
  learnerId: string,
  communityId?: string,
): Promise<string[]> {
  const rows = await rowsOf(collection)
    .find(
      { ...(communityId !== undefined && { communityId }), learnerId },
      { projection: { _id: 1 } },
    )
    .toArray()
  return rows.map(({ _id }) => _id)
}

/** Gives rows to another learner, one by one; those that a unique index refuses stay where they are and come back. */
export async function giveRows(
  collection: string,
  ids: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  const refused: string[] = []
  for (const id of ids) {
    try {
      await rowsOf(collection).updateOne({ _id: id, learnerId: from }, { $set: { learnerId: to } })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      refused.push(id)
    }
  }
  return refused
}

/** The row of a learner as it is kept. */
export async function learnerRow(id: string): Promise<Plain | undefined> {
  return (await rowsOf('learners').findOne({ _id: id })) ?? undefined
}

export async function takeLearnerRow(id: string): Promise<void> {
  await rowsOf('learners').deleteOne({ _id: id })
}

/** Puts a learner's row back; harmless when it is there already. */
export async function putLearnerRow(row: Plain): Promise<void> {
  const { _id, ...rest } = row
  await rowsOf('learners').updateOne(
    { _id: _id as string },
    { $setOnInsert: rest },
    { upsert: true },
  )
}

/** Sets fields of a learner's row; an undefined value takes the field away. */
export async function setLearnerFields(id: string, fields: Plain): Promise<void> {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  const gone = Object.entries(fields).filter(([, value]) => value === undefined || value === null)
  if (set.length + gone.length === 0) return
  await rowsOf('learners').updateOne(
    { _id: id },
    {
      ...(set.length > 0 && { $set: Object.fromEntries(set) }),
      ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map(([name]) => [name, ''])) }),
    },
  )
}
