import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'

interface Row {
  readonly _id: string
  readonly learnerId: string
  readonly cameWith?: string
}

const referrals = () => mongoose.connection.collection<Row>('referrals')

/**
 * Gives referrals to another learner, one by one. Where the other has an open one to that center already, the one given
 * says with which record it came, and both stay open: the center settles each. Given back, it says so no longer.
 */
export async function giveReferrals(
  ids: readonly string[],
  from: string,
  to: string,
): Promise<string[]> {
  for (const id of ids) {
    const own = { _id: id, learnerId: from }
    await referrals().updateOne(
      { ...own, cameWith: to },
      { $set: { learnerId: to }, $unset: { cameWith: 1 } },
    )
    try {
      await referrals().updateOne(own, { $set: { learnerId: to } })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      await referrals().updateOne(own, { $set: { learnerId: to, cameWith: from } })
    }
  }
  return []
}

/** The referrals that these records still have, with whose they are. */
export const referralsLeftWith = (learnerIds: readonly string[]): Promise<Row[]> =>
  referrals()
    .find({ learnerId: { $in: [...learnerIds] } }, { projection: { learnerId: 1 } })
    .toArray()
