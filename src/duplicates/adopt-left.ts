import { matchCases } from '../caseload/match-cases.js'
import { nameCases } from '../caseload/name-cases.js'
import { putAside } from './duplicate-store.js'
import { casesLeftWith } from './joined-case-store.js'
import { referralsLeftWith } from './joined-referral-store.js'
import { goneAfter, mergesAfter, noteLate, type MergeRecord } from './merge-store.js'
import { moverOf } from './movers.js'

const batch = 500

/**
 * Gives referrals and cases that still lie with a record that was joined to the one it went into, and on to the one that
 * went into: those of databases from before, and any written while the records were joined. Undoing gives them back the
 * same way. Pairs of such records that are still open are put aside.
 */
export async function adoptLeft(signal: AbortSignal): Promise<void> {
  for (let after = ''; !signal.aborted;) {
    const goneIds = await goneAfter(after, batch)
    await putAside(goneIds)
    const cases = await casesLeftWith(goneIds)
    const referrals = await referralsLeftWith(goneIds)
    const merges = await mergesAfter([...cases, ...referrals].map(({ learnerId }) => learnerId))
    for (const { _id, learnerId } of referrals) await giveOn('referrals', _id, learnerId, merges)
    for (const { _id, learnerId } of cases) {
      const keptIds = await giveOn('cases', _id, learnerId, merges)
      await matchCases(keptIds)
      await nameCases([learnerId, ...keptIds])
    }
    const last = goneIds.at(-1)
    if (goneIds.length < batch || last === undefined) return
    after = last
  }
}

/** Gives one row on through every join; returns the records on its way. */
async function giveOn(
  collection: string,
  rowId: string,
  learnerId: string,
  merges: ReadonlyMap<string, MergeRecord>,
): Promise<string[]> {
  const keptIds: string[] = []
  for (let merge = merges.get(learnerId); merge; merge = merges.get(merge.keptId)) {
    if (merge.state !== 'merged') break
    await noteLate(merge.id, collection, rowId)
    await moverOf(collection).give([rowId], merge.goneId, merge.keptId)
    keptIds.push(merge.keptId)
  }
  return keptIds
}
