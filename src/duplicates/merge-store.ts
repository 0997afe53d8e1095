import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Merge } from './duplicate.js'
import type { Plain } from './joined-row-store.js'

/** What undo needs: rows as the database kept them, and the ids that moved by collection. */
export interface MergeRecord extends Merge {
  readonly goneRow?: Plain
  /** The address of the gone record, by which mails and invitations of the person are found when the copy is cut. */
  readonly goneEmail?: string
  readonly keptBefore?: Plain
  readonly keptAfter?: Plain
  readonly moved: readonly { readonly collection: string; readonly ids: readonly string[] }[]
}

/** The accounts that came over with a gone record, also those that had come to it before. */
export const movedAccounts = ({ moved }: MergeRecord): readonly string[] =>
  moved.flatMap(({ collection, ids }) => (collection === 'accounts' ? ids : []))

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
    goneEmail: String,
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
const standingStates = ['merging', 'merged', 'undoing'] as const
const standing = {
  unique: true,
  partialFilterExpression: { state: { $in: [...standingStates] } },
}
schema.index({ goneId: 1 }, standing)
schema.index({ pairId: 1 }, standing)
schema.index({ communityId: 1, at: -1, _id: 1 })
schema.index({ keptId: 1 })
schema.index({ goneId: 1, at: -1 })
schema.index({ undoUntil: 1 }, { partialFilterExpression: { goneRow: { $exists: true } } })
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

/** Of these records those into which another one went. */
export async function joinedInto(keptIds: readonly string[]): Promise<string[]> {
  const rows = await Merges.find(
    { keptId: { $in: [...new Set(keptIds)] }, state: 'merged' },
    { keptId: 1 },
  ).lean<Pick<Row, 'keptId'>[]>()
  return [...new Set(rows.map(({ keptId }) => keptId))]
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

/**
 * True while one of the two records of a merge that was just begun is in the middle of another: then what goes over to a
 * record that is going itself would be left behind.
 */
export async function isEntangled({ id, keptId, goneId }: Merge): Promise<boolean> {
  const underWay = { $in: ['merging', 'undoing'] as const }
  const other = await Merges.exists({
    _id: { $ne: id },
    $or: [
      { goneId: keptId, state: { $in: [...standingStates] } },
      { keptId: { $in: [keptId, goneId] }, state: underWay },
    ],
  })
  return other !== null
}

/** Takes a merge back that was begun and of which nothing was done yet. */
export async function dropMerge(id: string): Promise<void> {
  await Merges.deleteOne({ _id: id, state: 'merging', goneRow: { $exists: false } })
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

/** For records that went: the join that took each, and those that took the ones it went into, by the gone record. */
export async function mergesAfter(goneIds: readonly string[]): Promise<Map<string, MergeRecord>> {
  const found = new Map<string, MergeRecord>()
  for (let ids = [...new Set(goneIds)]; ids.length > 0;) {
    const rows = await Merges.find(
      { goneId: { $in: ids }, state: { $in: [...standingStates] } },
      { ...hidden, goneRow: 0, keptBefore: 0, keptAfter: 0 },
    ).lean<Omit<Row, 'outbox'>[]>()
    for (const row of rows) found.set(row.goneId, toMerge(row))
    ids = [...new Set(rows.map(({ keptId }) => keptId))].filter((id) => !found.has(id))
  }
  return found
}

/** Records that went into another one, in order of their ids after one; at most `limit`. */
export async function goneAfter(goneId: string, limit: number): Promise<string[]> {
  const rows = await Merges.find({ state: 'merged', goneId: { $gt: goneId } }, { goneId: 1 })
    .sort({ goneId: 1 })
    .limit(limit)
    .lean<Pick<Row, 'goneId'>[]>()
  return rows.map((row) => row.goneId)
}

/** Notes a row that goes over after its record went, so that it comes back with it. */
export async function noteLate(id: string, collection: string, rowId: string): Promise<void> {
  await Merges.updateOne(
    { _id: id, state: 'merged', moved: { $not: { $elemMatch: { collection, ids: rowId } } } },
    { $push: { moved: { collection, ids: [rowId] } } },
  )
}

const copies = { goneRow: 1, keptBefore: 1, keptAfter: 1 } as const
const mostBehind = 1_000

/** Every join that led to a record, also those into the ones that went into it, however long the way. */
export async function mergesBehind(learnerId: string): Promise<MergeRecord[]> {
  const found = new Map<string, MergeRecord>()
  for (let ids = [learnerId]; ids.length > 0 && found.size < mostBehind;) {
    const rows = await Merges.find(
      { keptId: { $in: ids }, state: { $in: ['merging', 'merged'] } },
      hidden,
    ).lean<Omit<Row, 'outbox'>[]>()
    const fresh = rows.map(toMerge).filter(({ goneId }) => !found.has(goneId))
    for (const merge of fresh) found.set(merge.goneId, merge)
    ids = fresh.map(({ goneId }) => goneId)
  }
  return [...found.values()]
}

/**
 * Cuts the copies of the gone record out of joins that can't be undone any more; only its address stays, for finding its
 * mails. Returns how many there were.
 */
export async function cutCopies(now: Date, limit: number): Promise<number> {
  const rows = await Merges.find(
    {
      goneRow: { $exists: true },
      undoUntil: { $lte: now },
      state: { $in: ['merged', 'undone'] },
    },
    { goneRow: 1, state: 1 },
  )
    .limit(limit)
    .lean<Pick<Row, '_id' | 'goneRow' | 'state'>[]>()
  for (const { _id, goneRow, state } of rows) {
    const email = state === 'merged' ? goneRow?.['email'] : undefined
    await Merges.updateOne(
      { _id, state },
      {
        $unset: copies,
        ...(typeof email === 'string' && { $set: { goneEmail: email } }),
      },
    )
  }
  return rows.length
}

/** Ends an undoing: the gone record stands by itself again, so nothing of it is kept here but its name. */
export async function noteUndone(id: string): Promise<void> {
  await Merges.updateOne(
    { _id: id, state: 'undoing' },
    { $set: { state: 'undone', moved: [] }, $unset: copies },
  )
}
