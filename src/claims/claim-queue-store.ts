import type { QueryFilter } from 'mongoose'
import type { ChangeWalk } from '../http/change-walk.js'
import { Claims, hidden, toClaim, type ClaimRow } from './claim-store.js'
import type { Claim, ClaimState } from './claim.js'

/** A college's queue: some states or all, of one agreement or all, oldest first unless told otherwise. */
export interface QueueFilter {
  readonly collegeIds: readonly string[]
  readonly states?: readonly ClaimState[] | undefined
  /** The series of an agreement. */
  readonly series?: string | undefined
  /** Filed then or earlier. */
  readonly filedBy?: Date | undefined
  readonly newestFirst?: boolean | undefined
}

/** A page of the queue; `after` is filing time and id of the last row before. */
export async function claimQueue(
  filter: QueueFilter,
  limit: number,
  after?: { readonly filedAt: Date; readonly id: string },
): Promise<Claim[]> {
  const { states, series, filedBy, newestFirst = false } = filter
  const [from, past, direction] = newestFirst
    ? (['$lte', '$lt', -1] as const)
    : (['$gte', '$gt', 1] as const)
  const bounds: QueryFilter<ClaimRow>[] = [
    ...(filedBy ? [{ filedAt: { $lte: filedBy } }] : []),
    ...(after
      ? [
          { filedAt: { [from]: after.filedAt } },
          { $or: [{ filedAt: { [past]: after.filedAt } }, { _id: { [past]: after.id } }] },
        ]
      : []),
  ]
  const rows = await Claims.find(
    {
      collegeId: { $in: [...filter.collegeIds] },
      ...(states === undefined ? {} : { state: { $in: [...states] } }),
      ...(series !== undefined && { 'agreement.series': series }),
      ...(bounds.length > 0 && { $and: bounds }),
    },
    hidden,
  )
    .sort({ filedAt: direction, _id: direction })
    .limit(limit)
    .lean<ClaimRow[]>()
  return rows.map(toClaim)
}

/** How many claims of these colleges are in a state. */
export async function countClaims(
  collegeIds: readonly string[],
  state: ClaimState,
): Promise<number> {
  return Claims.countDocuments({ collegeId: { $in: [...collegeIds] }, state })
}

/** A page of everything that changed at some colleges, oldest change first. */
export async function claimChanges(
  collegeIds: readonly string[],
  limit: number,
  { after, until }: ChangeWalk,
): Promise<Claim[]> {
  const rows = await Claims.find(
    {
      collegeId: { $in: [...collegeIds] },
      changedAt: { $lte: until, ...(after && { $gte: after.at }) },
      ...(after && { $or: [{ changedAt: { $gt: after.at } }, { _id: { $gt: after.id } }] }),
    },
    hidden,
  )
    .sort({ changedAt: 1, _id: 1 })
    .limit(limit)
    .lean<ClaimRow[]>()
  return rows.map(toClaim)
}
