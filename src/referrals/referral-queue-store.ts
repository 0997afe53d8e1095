import type { QueryFilter } from 'mongoose'
import {
  hidden,
  referralOf,
  Referrals,
  type ReferralRow,
  type Shown,
} from './referral-row-store.js'
import type { Referral, ReferralState } from './referral.js'

export interface ReferralSearch {
  readonly communityId: string
  readonly centerId: string
  readonly state: ReferralState | 'open' | 'all'
  readonly before?: Date | undefined
  readonly newestFirst?: boolean | undefined
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

const stateFilter = (state: ReferralSearch['state']): QueryFilter<ReferralRow> =>
  state === 'all' ? { isSent: true } : state === 'open' ? { isOpen: true } : { state, isSent: true }

const pastCursor = (at: Date, id: string, newestFirst: boolean): QueryFilter<ReferralRow> =>
  newestFirst
    ? { $or: [{ since: { $lt: at } }, { since: at, _id: { $lt: id } }] }
    : { $or: [{ since: { $gt: at } }, { since: at, _id: { $gt: id } }] }

/** The queue of one center by how long each referral stands in its state; `before`: standing since then or longer. */
export async function referralQueue(search: ReferralSearch): Promise<Referral[]> {
  const newestFirst = search.newestFirst ?? false
  const rows = await Referrals.find(
    {
      communityId: search.communityId,
      centerId: search.centerId,
      ...stateFilter(search.state),
      ...(search.before && { since: { $lte: search.before } }),
      ...(search.after && pastCursor(search.after.at, search.after.id, newestFirst)),
    },
    hidden,
  )
    .sort({ since: newestFirst ? -1 : 1, _id: newestFirst ? -1 : 1 })
    .limit(search.limit)
    .lean<Shown[]>()
  return rows.map(referralOf)
}

/** What changed at one center from a moment to another, the earliest change first; at most `limit` after the cursor. */
export async function referralChanges(search: {
  readonly communityId: string
  readonly centerId: string
  readonly since: Date
  readonly until: Date
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}): Promise<Referral[]> {
  const { communityId, centerId, since, until, after, limit } = search
  const rows = await Referrals.find(
    {
      communityId,
      centerId,
      changedAt: { $gte: after?.at ?? since, $lte: until },
      ...(after && { $or: [{ changedAt: { $gt: after.at } }, { _id: { $gt: after.id } }] }),
    },
    hidden,
  )
    .sort({ changedAt: 1, _id: 1 })
    .limit(limit)
    .lean<Shown[]>()
  return rows.map(referralOf)
}

/** What changed at one center after a moment, the latest change first, as far as it is asked for; at most `most`. */
export async function* latestReferralChanges(
  { communityId, centerId }: Pick<Referral, 'communityId' | 'centerId'>,
  after: Date,
  most: number,
): AsyncGenerator<Referral> {
  const rows = Referrals.find({ communityId, centerId, changedAt: { $gt: after } }, hidden)
    .sort({ changedAt: -1, _id: -1 })
    .limit(most)
    .lean<Shown[]>()
    .cursor({ batchSize: 50 })
  for await (const row of rows as AsyncIterable<Shown>) yield referralOf(row)
}

/** The open referrals of these learners at one center, by learner; of two the later. */
export async function openAmong(
  learnerIds: readonly string[],
  centerId: string,
): Promise<Map<string, Referral>> {
  if (learnerIds.length === 0) return new Map()
  const rows = await Referrals.find(
    { learnerId: { $in: [...learnerIds] }, centerId, isOpen: true },
    hidden,
  ).lean<Shown[]>()
  const bySince = rows.sort((a, b) => a.since.getTime() - b.since.getTime())
  return new Map(bySince.map((row) => [row.learnerId, referralOf(row)]))
}

/** How many referrals one community has sent, by index alone. */
export const referralCount = (communityId: string): Promise<number> =>
  Referrals.countDocuments({ communityId }).exec()
