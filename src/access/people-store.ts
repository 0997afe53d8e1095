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

/** A search reads at most this many people a key: who looks for "a" is asked to type more. */
export const longestSearch = 100

const compare = (one: PeopleCursor, other: PeopleCursor) =>
  one.sortName < other.sortName
    ? -1
    : one.sortName > other.sortName
      ? 1
      : one.id < other.id
        ? -1
        : Number(one.id > other.id)

/**
 * People by name, at most `limit`, after the cursor. A search looks for the beginning of a name, of its second or last
 * word, or of an address, and reads no more than 100 of each, so that it costs the same among millions.
 */
export async function findPeople(
  filter: PeopleFilter,
  limit: number,
  after?: PeopleCursor,
): Promise<Account[]> {
  const word = sortName(filter.search ?? '')
  return word === '' ? listPeople(filter, limit, after) : searchPeople(filter, word, limit, after)
}

async function listPeople(
  { communityId, role, state }: PeopleFilter,
  limit: number,
  after: PeopleCursor | undefined,
): Promise<Account[]> {
  const list: QueryFilter<AccountRow> = {
    listedUnder: facet(communityId, role),
    ...(state && { state }),
  }
  const beyond: QueryFilter<AccountRow> = after
    ? {
        $and: [
          { sortName: { $gte: after.sortName } },
          { $or: [{ sortName: { $gt: after.sortName } }, { _id: { $gt: after.id } }] },
        ],
      }
    : {}
  const rows = await Accounts.find({ ...list, ...beyond }, accountFields)
    .sort({ sortName: 1, _id: 1 })
    .limit(limit)
    .lean<AccountRow[]>()
  return rows.map(toAccount)
}

const searched = ['sortName', 'fromSecond', 'fromLast', 'email'] as const

/** Stands behind every text that begins with the same word: nothing is above it in UTF-8. */
const aboveAll = '\u{10ffff}'

async function startingWith(key: (typeof searched)[number], list: string, word: string) {
  const rows = await Accounts.find(
    { listedUnder: list, [key]: { $gte: word, $lt: word + aboveAll } },
    accountFields,
  )
    .sort({ [key]: 1 })
    .limit(longestSearch)
    .lean<AccountRow[]>()
  return rows.map(toAccount)
}

async function searchPeople(
  { communityId, role, state }: PeopleFilter,
  word: string,
  limit: number,
  after: PeopleCursor | undefined,
): Promise<Account[]> {
  const list = facet(communityId, role)
  const found = await Promise.all(searched.map((key) => startingWith(key, list, word)))
  const people = new Map(found.flat().map((account) => [account.id, account]))
  return [...people.values()]
    .filter((account) => state === undefined || account.state === state)
    .map((account) => ({ account, at: peopleCursor(account) }))
    .filter(({ at }) => after === undefined || compare(at, after) > 0)
    .sort((one, other) => compare(one.at, other.at))
    .slice(0, limit)
    .map(({ account }) => account)
}

/** The value the list is sorted by, for the cursor of its last row. */
export const peopleCursor = (account: Account): PeopleCursor => ({
  sortName: sortName(account.name),
  id: account.id,
})

const exportBatch = 500

/** Everybody in the view, batch by batch, for an export. */
export async function* everybodyIn(filter: PeopleFilter): AsyncGenerator<Account> {
  let after: PeopleCursor | undefined
  for (;;) {
    const people = await findPeople(filter, exportBatch, after)
    yield* people
    const last = people.at(-1)
    if (!last || people.length < exportBatch) return
    after = peopleCursor(last)
  }
}
