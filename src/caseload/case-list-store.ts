import type { QueryFilter } from 'mongoose'
import { byWords, Cases, toCase, type CaseRow } from './case-row-store.js'
import type { Case, CaseState } from './case.js'

export interface CaseSearch {
  readonly communityId: string
  readonly centerId: string
  readonly state: CaseState | 'open' | 'all'
  /** An account, or null for cases nobody looks after. */
  readonly assignedTo?: string | null | undefined
  /** Standing in their state since then or longer. */
  readonly before?: Date | undefined
  /** Words that the learner's name must have, as searchWords gives them. */
  readonly words?: readonly string[] | undefined
  readonly newestFirst?: boolean | undefined
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

const stateFilter = (state: CaseSearch['state']): QueryFilter<CaseRow> =>
  state === 'all' ? {} : state === 'open' ? { isOpen: true } : { state }

const pastCursor = (at: Date, id: string, newestFirst: boolean): QueryFilter<CaseRow> => {
  const past = newestFirst ? '$lt' : '$gt'
  return { $or: [{ since: { [past]: at } }, { since: at, _id: { [past]: id } }] }
}

const listFilter = (search: CaseSearch): QueryFilter<CaseRow> => ({
  communityId: search.communityId,
  centerId: search.centerId,
  behind: { $exists: false },
  ...stateFilter(search.state),
  ...(search.assignedTo !== undefined && { assignedTo: search.assignedTo }),
  ...(search.before && { since: { $lte: search.before } }),
})

/**
 * A page of a center's caseload, by how long each case stands in its state. A search by name reads the index of words, which
 * the order by age would tempt the database not to: each word must begin a word of the name, and no words find nobody.
 */
export async function findCases(search: CaseSearch): Promise<Case[]> {
  const { words, after, newestFirst = false } = search
  if (words?.length === 0) return []
  const direction = newestFirst ? -1 : 1
  const found = Cases.find({
    ...listFilter(search),
    ...(words && { $and: words.map((word) => ({ words: new RegExp(`^${word}`) })) }),
    ...(after && pastCursor(after.at, after.id, newestFirst)),
  })
    .sort({ since: direction, _id: direction })
    .limit(search.limit)
  const rows = await (words ? found.hint(byWords) : found).lean<CaseRow[]>()
  return rows.map(toCase)
}

/** Who looks after open cases of a center, by account; one short query for each of them. */
export async function caseHolders(
  at: Pick<Case, 'communityId' | 'centerId'>,
): Promise<{ readonly accountId: string; readonly name: string }[]> {
  const found: { accountId: string; name: string }[] = []
  for (let last = ''; ;) {
    const row = await Cases.findOne(
      { ...at, isOpen: true, assignedTo: { $gt: last }, behind: { $exists: false } },
      { assignedTo: 1, assignedName: 1 },
    )
      .sort({ assignedTo: 1 })
      .lean<Pick<CaseRow, 'assignedTo' | 'assignedName'>>()
    if (row?.assignedTo === undefined) return found
    last = row.assignedTo
    found.push({ accountId: last, name: row.assignedName ?? last })
  }
}
