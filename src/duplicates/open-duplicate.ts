import { communitiesOf, type Actor } from '../access/actor.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { notFound } from '../problems.js'
import { findDuplicate, openDuplicates } from './duplicate-store.js'
import type { Duplicate } from './duplicate.js'
import { mergesAfter, recentMerges, type MergeRecord } from './merge-store.js'

const mostShown = 100

const ownCommunities = (actor: Actor): string[] => [
  ...new Set([...communitiesOf(actor, 'staff'), ...communitiesOf(actor, 'manager')]),
]

/** True for staff and managers of that community. */
export const isInCharge = (actor: Actor, communityId: string): boolean =>
  ownCommunities(actor).includes(communityId)

/** One pair with its two records, those that are still there. Throws not-found for a pair of another community. */
export async function openDuplicate(
  actor: Actor,
  id: string,
): Promise<{ readonly duplicate: Duplicate; readonly learners: readonly Learner[] }> {
  const duplicate = await findDuplicate(id)
  if (!duplicate || !isInCharge(actor, duplicate.communityId))
    throw notFound('duplicates:problem.unknown')
  const found = await findLearnersByIds(duplicate.learnerIds)
  return { duplicate, learners: found.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** A merge, and the later one that took the record it was joined into: that is undone first. */
export interface ListedMerge {
  readonly merge: MergeRecord
  readonly later: MergeRecord | undefined
}

/** The last merges of a community, but those of people who are leaving. */
async function listMerges(communityId: string): Promise<ListedMerge[]> {
  const merges = await recentMerges(communityId, 20)
  const after = await mergesAfter(merges.map(({ keptId }) => keptId))
  const endOf = (id: string): string => {
    const later = after.get(id)
    return later ? endOf(later.keptId) : id
  }
  const there = await findLearnersByIds(merges.map(({ keptId }) => endOf(keptId)))
  const ids = new Set(there.map(({ id }) => id))
  return merges
    .filter(({ keptId, state }) => state === 'undone' || ids.has(endOf(keptId)))
    .map((merge) => ({ merge, later: after.get(merge.keptId) }))
}

/** The open pairs of the actor's first community, the most alike first, and its last merges. */
export async function listDuplicates(actor: Actor): Promise<{
  readonly pairs: readonly {
    readonly duplicate: Duplicate
    readonly learners: readonly Learner[]
  }[]
  readonly merges: readonly ListedMerge[]
}> {
  const [communityId = ''] = ownCommunities(actor)
  const [open, merges] = await Promise.all([
    openDuplicates(communityId, mostShown),
    listMerges(communityId),
  ])
  const learners = await findLearnersByIds(open.flatMap(({ learnerIds }) => learnerIds))
  const byId = new Map(learners.map((learner) => [learner.id, learner]))
  const pairs = open
    .map((duplicate) => ({
      duplicate,
      learners: duplicate.learnerIds.flatMap((id) => byId.get(id) ?? []),
    }))
    .filter((pair) => pair.learners.length === 2)
  return { pairs, merges }
}
