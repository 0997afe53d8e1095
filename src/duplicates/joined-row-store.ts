import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

/** A row as the database keeps it. */
export type Plain = Readonly<Record<string, unknown>>

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
