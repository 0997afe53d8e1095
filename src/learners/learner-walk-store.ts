import type { Day } from '../calendar.js'
import { hidden, Learners, toLearner, type ShownRow } from './learner-row-store.js'
import type { Learner } from './learner.js'

/** Learners of a community whose summary was made with older rules than this version; at most `limit`. */
export async function learnerIdsBehind(
  communityId: string,
  rulesVersion: number,
  limit: number,
): Promise<string[]> {
  const rows = await Learners.find(
    { communityId, 'summary.rulesVersion': { $lt: rulesVersion } },
    { _id: 1 },
  )
    .limit(limit)
    .lean<{ _id: string }[]>()
  return rows.map((row) => row._id)
}

/** Learners of a community with something that is too old by that day; at most `limit`. */
export async function learnerIdsDue(
  communityId: string,
  on: Day,
  limit: number,
): Promise<string[]> {
  const rows = await Learners.find({ communityId, 'summary.recheckOn': { $lte: on } }, { _id: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>()
  return rows.map((row) => row._id)
}

/** Learners of one community after `after` in id order, for walking all of them in batches. */
export async function communityLearnersAfter(
  communityId: string,
  after: string,
  limit: number,
): Promise<Learner[]> {
  const rows = await Learners.find({ communityId, _id: { $gt: after } }, hidden)
    .sort({ _id: 1 })
    .limit(limit)
    .lean<ShownRow[]>()
  return rows.map(toLearner)
}

/** Ids after `after` in id order, for walking everyone in batches. */
export async function learnerIdsAfter(after: string, limit: number): Promise<string[]> {
  const rows = await Learners.find({ _id: { $gt: after } }, { _id: 1 })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<{ _id: string }[]>()
  return rows.map((row) => row._id)
}
