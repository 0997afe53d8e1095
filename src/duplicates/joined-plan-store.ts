import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

interface Row {
  readonly _id: string
  readonly learnerId: string
  readonly centerId: string
  readonly version: number
}

const plans = () => mongoose.connection.collection<Row>('plans')
const cases = () =>
  mongoose.connection.collection<Pick<Row, '_id' | 'learnerId' | 'centerId'>>('cases')

/** A plan bears the id of its case; where the center has a case with both records, it goes over to the other one's. */
const between = '>'

/**
 * The plans of one learner as far as another can have them: the id, or `old>new` where the plan goes over to a case the
 * other has. Asked for after the cases have moved. A plan stays where the other's case has one of its own.
 */
export async function plansHeld(learnerId: string, keptId: string): Promise<string[]> {
  const own = await plans().find({ learnerId }).toArray()
  const moves: string[] = []
  for (const { _id, centerId } of own) {
    const kept = await cases().findOne({ learnerId: keptId, centerId })
    if (!kept || kept._id === _id) moves.push(_id)
    else if (!(await plans().findOne({ _id: kept._id }))) moves.push(`${_id}${between}${kept._id}`)
  }
  return moves
}

/** Gives plans to another learner; `old>new` in either direction, from the one that is there. Those refused come back. */
export async function givePlans(
  moves: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  const refused: string[] = []
  for (const move of moves) {
    const [one = '', other] = move.split(between)
    if (other === undefined)
      await plans().updateOne({ _id: one, learnerId: from }, { $set: { learnerId: to } })
    else if (!(await rename([one, other], from, to))) refused.push(move)
  }
  return refused
}

async function rename(ids: readonly string[], from: string, to: string): Promise<boolean> {
  const row = await plans().findOne({ _id: { $in: [...ids] }, learnerId: from })
  const next = ids.find((id) => id !== row?._id)
  if (!row || next === undefined) return true
  try {
    await plans().insertOne({ ...row, _id: next, learnerId: to })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    // A copy that was cut short before its first one went is ours; any other plan has the place.
    const there = await plans().findOne({ _id: next, learnerId: to, version: row.version })
    if (!there) return false
  }
  await plans().deleteOne({ _id: row._id, learnerId: from })
  return true
}
