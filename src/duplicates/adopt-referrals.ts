import { giveReferrals, referralsLeftWith } from './joined-referral-store.js'
import { goneAfter, mergesAfter, noteLate } from './merge-store.js'

const batch = 500

/**
 * Gives referrals that still lie with a record that was joined to the one it went into, and on to the one that went into:
 * those of databases from before, and any written while the records were joined. Undoing gives them back the same way.
 */
export async function adoptReferrals(signal: AbortSignal): Promise<void> {
  for (let after = ''; !signal.aborted;) {
    const goneIds = await goneAfter(after, batch)
    const left = await referralsLeftWith(goneIds)
    const merges = await mergesAfter(left.map(({ learnerId }) => learnerId))
    for (const { _id, learnerId } of left)
      for (let merge = merges.get(learnerId); merge; merge = merges.get(merge.keptId)) {
        if (merge.state !== 'merged') break
        await noteLate(merge.id, 'referrals', _id)
        await giveReferrals([_id], merge.goneId, merge.keptId)
      }
    const last = goneIds.at(-1)
    if (goneIds.length < batch || last === undefined) return
    after = last
  }
}
