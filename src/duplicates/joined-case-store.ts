import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

interface Row {
  readonly _id: string
  readonly learnerId: string
  readonly centerId: string
  readonly state: string
  readonly isOpen: boolean
  readonly since: Date
  readonly assignedTo?: string
  readonly assignedName?: string
  readonly behind?: string
}

const cases = () => mongoose.connection.collection<Row>('cases')

/**
 * Gives cases to another learner, one by one. Where the other has a case at that center, the one given stays behind it and
 * comes back: it is on no list then, and what is open about it is the other's. Given back, it stands by itself again.
 */
export async function giveCases(
  ids: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  const refused: string[] = []
  for (const id of ids) {
    await cases().updateOne({ _id: id, learnerId: to, behind: from }, { $unset: { behind: 1 } })
    try {
      await cases().updateOne({ _id: id, learnerId: from }, { $set: { learnerId: to } })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      await putBehind(id, from, to)
      refused.push(id)
    }
  }
  return refused
}

/** Who looked after an open case goes on with the other one, unless somebody does; that one is open then. */
async function putBehind(id: string, from: string, to: string): Promise<void> {
  const own = { _id: id, learnerId: from, behind: { $exists: false } }
  const row = await cases().findOne(own)
  if (row?.isOpen) {
    const { centerId, since, assignedTo, assignedName } = row
    const held = assignedTo !== undefined && { assignedTo, ...(assignedName && { assignedName }) }
    const other = { learnerId: to, centerId }
    await cases().updateOne(
      { ...other, isOpen: false },
      { $set: { state: 'none', isOpen: true, since, ...held }, $unset: { closing: 1 } },
    )
    if (held) await cases().updateOne({ ...other, assignedTo: { $exists: false } }, { $set: held })
  }
  await cases().updateOne(own, { $set: { behind: to } })
}

/** The cases that these records still have and that lie behind none, with whose they are. */
export const casesLeftWith = (
  learnerIds: readonly string[],
): Promise<Pick<Row, '_id' | 'learnerId'>[]> =>
  cases()
    .find(
      { learnerId: { $in: [...learnerIds] }, behind: { $exists: false } },
      { projection: { learnerId: 1 } },
    )
    .toArray()
