import type { QueryFilter } from 'mongoose'
import { accountFields, Accounts, toAccount, type AccountRow } from './account-store.js'
import { facet, sortName, type Account } from './account.js'
import type { Role } from './actor.js'

/** A manager's list of people: of one community, who may also be looked for by the beginning of a name or address. */
export interface PeopleFilter {
  readonly communityId: string
  readonly role?: Role | undefined
  readonly state?: Account['state'] | undefined
  readonly search?: string | undefined
}

/** Where a page of the list ended. */
export interface PeopleCursor {
  readonly sortName: string
  readonly id: string
}

/** A search reads at most this many people: who looks for "a" is asked to type more. */
export const longestSearch = 500

const filterOf = ({ communityId, role, state }: PeopleFilter): QueryFilter<AccountRow> => ({
  listedUnder: facet(communityId, role),
  ...(state && { state }),
})

/**
 * People by name, at most `limit`, after the cursor. A search goes by the index of words and gives the first 500 matches by
 * name; without one the list goes by the index of its facet.
 */
export async function findPeople(
  filter: PeopleFilter,
  limit: number,
  after?: PeopleCursor,
): Promise<Account[]> {
  const word = sortName(filter.search ?? '')
  const beyond: QueryFilter<AccountRow> = after
    ? {
        $and: [
          { sortName: { $gte: after.sortName } },
          { $or: [{ sortName: { $gt: after.sortName } }, { _id: { $gt: after.id } }] },
        ],
      }
    : {}
  const searched: QueryFilter<AccountRow> =
    word === '' ? {} : { words: { $elemMatch: { $gte: word, $lt: `${word}\uffff` } } }
  const rows = await Accounts.find({ ...filterOf(filter), ...searched, ...beyond }, accountFields)
    .sort({ sortName: 1, _id: 1 })
    .limit(Math.min(limit, longestSearch))
    .lean<AccountRow[]>()
  return rows.map(toAccount)
}

/** The value the list is sorted by, for the cursor of its last row. */
export const peopleCursor = (account: Account): PeopleCursor => ({
  sortName: sortName(account.name),
  id: account.id,
})

/** Everybody in the view, batch by batch, for an export. */
export async function* everybodyIn(filter: PeopleFilter): AsyncGenerator<Account> {
  let after: PeopleCursor | undefined
  for (;;) {
    const people = await findPeople(filter, longestSearch, after)
    yield* people
    const last = people.at(-1)
    if (!last || people.length < longestSearch) return
    after = peopleCursor(last)
  }
}
