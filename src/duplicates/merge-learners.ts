import type { Actor } from '../access/actor.js'
import { matchCases } from '../caseload/match-cases.js'
import { nameCases } from '../caseload/name-cases.js'
import { paths } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { decideDuplicate, dropKeys, putAside } from './duplicate-store.js'
import { undoEnds } from './duplicate.js'
import { mergedFields } from './merged-fields.js'
import { learnerRow, setLearnerFields, takeLearnerRow } from './joined-row-store.js'
import {
  dropMerge,
  findMerge,
  insertMerge,
  isEntangled,
  mergesInto,
  moveMerge,
  movedAccounts,
  noteMerge,
  type MergeRecord,
} from './merge-store.js'
import { moverOf, movers, type Mover } from './movers.js'
import { openDuplicate } from './open-duplicate.js'

/** The accounts that sign in as a record: its own, and those of records that went into it before. */
async function accountsOf(
  learnerId: string,
  row: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const earlier = (await mergesInto(learnerId)).flatMap(movedAccounts)
  return [...new Set([row['accountId'], ...earlier])].filter((id) => typeof id === 'string')
}

/**
 * Takes one record of a pair into the other, which keeps its id: everything that names the gone one names it from then on,
 * as far as no unique index is against it. Each step is written down before it is done, so that a merge cut short is
 * finished by the same call, and any can be undone for 30 days. Throws not-found for a pair of another community, invalid
 * for a record that is not of the pair, refused for a pair that was decided or while one of the two is in another joining.
 */
export async function mergeLearners(
  actor: Actor,
  pairId: string,
  keptId: string,
  ports: Pick<Ports, 'now'>,
): Promise<MergeRecord> {
  const { duplicate } = await openDuplicate(actor, pairId)
  if (duplicate.state !== 'open') throw refused('duplicates:problem.decided')
  const goneId = duplicate.learnerIds.find((id) => id !== keptId)
  if (!duplicate.learnerIds.includes(keptId) || goneId === undefined)
    throw invalid([{ field: 'keep', message: 'duplicates:error.keep' }])
  const [kept, gone] = await Promise.all([findLearner(keptId), findLearner(goneId)])
  if (!kept || !gone) throw notFound('duplicates:problem.unknown')
  const now = ports.now()
  const merge: MergeRecord = {
    id: newId(),
    communityId: duplicate.communityId,
    pairId,
    keptId,
    goneId,
    goneName: gone.name,
    state: 'merging',
    by: actor.name,
    at: now,
    undoUntil: undoEnds(now),
    moved: [],
  }
  const mails = [kept, gone].flatMap(({ email, name, language }): OutboxEntry[] =>
    email === undefined
      ? []
      : [
          {
            id: newId(),
            template: 'recordsJoined',
            to: { email, name, language },
            params: { path: paths.record },
          },
        ],
  )
  await begin(merge, mails)
  return finishMerge(merge, now)
}

/** Notes the merge. Of two that need the same record at once, both look after both are noted: one or none goes on. */
async function begin(merge: MergeRecord, mails: readonly OutboxEntry[]): Promise<void> {
  if (await isEntangled(merge)) throw refused('duplicates:problem.busy')
  if (!(await insertMerge(merge, mails))) throw refused('duplicates:problem.decided')
  if (!(await isEntangled(merge))) return
  await dropMerge(merge.id)
  throw refused('duplicates:problem.busy')
}

/** Does what is left of a merge that was begun. */
export async function finishMerge(begun: MergeRecord, now: Date): Promise<MergeRecord> {
  const { id, keptId, goneId } = begun
  const gone = begun.goneRow ?? (await learnerRow(goneId))
  const kept = await learnerRow(keptId)
  if (!gone || !kept) throw notFound('duplicates:problem.unknown')
  await decideDuplicate(begun.pairId, 'open', 'merged')
  const after = begun.keptAfter ?? mergedFields(kept, gone)
  const before =
    begun.keptBefore ??
    Object.fromEntries(
      Object.keys(after)
        .filter((field) => kept[field] !== undefined)
        .map((field) => [field, kept[field]]),
    )
  await noteMerge(id, { goneRow: gone, keptBefore: before, keptAfter: after })
  const moved = [...begun.moved]
  const left = new Set<string>()
  const accounts: Mover = { ...moverOf('accounts'), held: () => accountsOf(goneId, gone) }
  for (const { collection, held, give } of [...movers, accounts]) {
    const all = await held(goneId, keptId, begun.communityId)
    const ids = all.filter((one) => !left.has(one))
    if (ids.length === 0) continue
    moved.push({ collection, ids })
    await noteMerge(id, { moved })
    for (const one of await give(ids, goneId, keptId)) left.add(one)
  }
  await takeLearnerRow(goneId)
  await setLearnerFields(keptId, after)
  await dropKeys(goneId)
  await putAside([goneId])
  await refreshSummaries([keptId], now)
  await matchCases([keptId])
  await nameCases([keptId, goneId])
  await moveMerge(id, 'merging', 'merged')
  return (await findMerge(id)) ?? begun
}
