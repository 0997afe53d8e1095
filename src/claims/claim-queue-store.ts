import { Claims, hidden, toClaim, type ClaimRow } from './claim-store.js'
import type { Claim, ClaimState } from './claim.js'

/** A college's queue: some states or all, oldest first. */
export interface QueueFilter {
  readonly collegeIds: readonly string[]
  readonly states?: readonly ClaimState[] | undefined
}

/** A page of the queue; `after` is filing time and id of the last row before. */
export async function claimQueue(
  filter: QueueFilter,
  limit: number,
  after?: { readonly filedAt: Date; readonly id: string },
): Promise<Claim[]> {
  const rows = await Claims.find(
    {
      collegeId: { $in: [...filter.collegeIds] },
      ...(filter.states === undefined ? {} : { state: { $in: [...filter.states] } }),
      ...(after && {
        filedAt: { $gte: after.filedAt },
        $or: [{ filedAt: { $gt: after.filedAt } }, { _id: { $gt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ filedAt: 1, _id: 1 })
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

/** A page of everything that changed at some colleges, oldest change first; `after` is the place of the last row before. */
export async function claimChanges(
  collegeIds: readonly string[],
  limit: number,
  after?: { readonly changedAt: Date; readonly id: string },
): Promise<Claim[]> {
  const rows = await Claims.find(
    {
      collegeId: { $in: [...collegeIds] },
      ...(after && {
        changedAt: { $gte: after.changedAt },
        $or: [{ changedAt: { $gt: after.changedAt } }, { _id: { $gt: after.id } }],
      }),
    },
    hidden,
  )
    .sort({ changedAt: 1, _id: 1 })
    .limit(limit)
    .lean<ClaimRow[]>()
  return rows.map(toClaim)
}
