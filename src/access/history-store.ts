import type { QueryFilter } from 'mongoose'
import { Accounts, type AccountRow } from './account-store.js'
import type { Change } from './change.js'
import type { WithHistory } from './change-store.js'
import { Organizations } from './organization-store.js'

/** What the history is of: organizations, or people's roles and accounts. */
export type Subject = 'organizations' | 'people'

/** One organization or person with what was changed about them in a community, newest first. */
export interface History {
  readonly id: string
  readonly name: string
  readonly lastChangeAt: Date
  /** False for a person who has no role in the community any more. */
  readonly isHere: boolean
  readonly changes: readonly Change[]
}

interface Row extends WithHistory {
  readonly _id: string
  readonly name: string
  readonly listedUnder?: readonly string[]
}

const fields = { name: 1, history: 1, lastChangeAt: 1 } as const
const newest = { lastChangeAt: -1, _id: -1 } as const

const rowsOf = (subject: Subject, where: QueryFilter<Row>, limit: number): Promise<Row[]> =>
  subject === 'people'
    ? Accounts.find(where as QueryFilter<AccountRow>, { ...fields, listedUnder: 1 })
        .sort(newest)
        .limit(limit)
        .lean<Row[]>()
        .exec()
    : Organizations.find(where, fields).sort(newest).limit(limit).lean<Row[]>().exec()

const historyOf = (row: Row, communityId: string): History => ({
  id: row._id,
  name: row.name,
  lastChangeAt: row.lastChangeAt ?? new Date(0),
  isHere: row.listedUnder?.includes(communityId) ?? true,
  changes: (row.history ?? []).filter((change) => change.communityId === communityId).toReversed(),
})

/** Where a page of the list ended. */
export interface HistoryCursor {
  readonly createdAt: Date
  readonly id: string
}

/** What was changed in one community, by record, last changed first. */
export async function findHistories(
  subject: Subject,
  communityId: string,
  limit: number,
  after?: HistoryCursor,
): Promise<History[]> {
  const place = after
    ? {
        lastChangeAt: { $lte: after.createdAt },
        $or: [{ lastChangeAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }],
      }
    : { lastChangeAt: { $exists: true } }
  const rows = await rowsOf(subject, { 'history.communityId': communityId, ...place }, limit)
  return rows.map((row) => historyOf(row, communityId))
}

/** What was changed about one record in these communities, oldest first. */
export async function changesOf(
  subject: Subject,
  id: string,
  communityIds: readonly string[],
): Promise<Change[]> {
  const [row] = await rowsOf(subject, { _id: id }, 1)
  return (row?.history ?? []).filter(({ communityId }) => communityIds.includes(communityId))
}
