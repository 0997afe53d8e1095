import type { Actor } from '../access/actor.js'
import { matchCases } from '../caseload/match-cases.js'
import { nameCases } from '../caseload/name-cases.js'
import { findLearner, learnerNames } from '../learners/learner-store.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import { decideDuplicate, pairsAside } from './duplicate-store.js'
import { mayUndo } from './duplicate.js'
import { restoredFields } from './merged-fields.js'
import { learnerRow, putLearnerRow, setLearnerFields } from './joined-row-store.js'
import { findMerge, mergesAfter, moveMerge, noteUndone, type MergeRecord } from './merge-store.js'
import { moverOf } from './movers.js'
import { isInCharge } from './open-duplicate.js'

/**
 * Undoes a merge: the gone record is there again as it was, with everything that came from it; what was added since stays
 * with the one that was kept. The same call finishes an undo that was cut short. Throws not-found for one of another
 * community, refused after 30 days, while the person is leaving, or while a later join stands on it.
 */
export async function undoMerge(
  actor: Actor,
  id: string,
  ports: Pick<Ports, 'now'>,
): Promise<MergeRecord> {
  const merge = await findMerge(id)
  if (!merge || !isInCharge(actor, merge.communityId)) throw notFound('duplicates:problem.unknown')
  const now = ports.now()
  const later = (await mergesAfter([merge.keptId])).get(merge.keptId)
  if (later && mayUndo(merge, now))
    throw refused('duplicates:problem.laterJoin', { name: later.goneName })
  const kept = await findLearner(merge.keptId)
  if (!mayUndo(merge, now) || !kept) throw refused('duplicates:problem.noUndo')
  if (merge.state === 'merged' && !(await moveMerge(id, 'merged', 'undoing')))
    throw refused('duplicates:problem.decided')
  return finishUndo(merge, now)
}

/** Does what is left of an undoing that was begun. */
export async function finishUndo(merge: MergeRecord, now: Date): Promise<MergeRecord> {
  const { id, keptId, goneId, goneRow, keptBefore = {}, keptAfter = {} } = merge
  const kept = await learnerRow(keptId)
  if (kept) await setLearnerFields(keptId, restoredFields(kept, keptBefore, keptAfter))
  if (goneRow) await putLearnerRow(goneRow)
  for (const { collection, ids } of merge.moved) await moverOf(collection).give(ids, keptId, goneId)
  await refreshSummaries([keptId, goneId], now)
  await matchCases([keptId, goneId])
  await nameCases([keptId, goneId])
  await decideDuplicate(merge.pairId, 'merged', 'open')
  await takeUpPairs(goneId)
  await noteUndone(id)
  return { ...merge, state: 'undone' }
}

/** The pairs of a record that is there again, as far as the other one is. */
async function takeUpPairs(learnerId: string): Promise<void> {
  const pairs = await pairsAside(learnerId)
  const there = await learnerNames(pairs.flatMap(({ learnerIds }) => learnerIds))
  for (const { id, learnerIds } of pairs)
    if (learnerIds.every((one) => there.has(one))) await decideDuplicate(id, 'aside', 'open')
}
