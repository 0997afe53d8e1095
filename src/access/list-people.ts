import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Account } from './account.js'
import type { Actor } from './actor.js'
import { managedCommunity } from './managed-community.js'
import type { PeopleQuery } from './manager-input.js'
import { findPeople, peopleCursor, type PeopleFilter } from './people-store.js'

/** The view a manager asked for, cut to a community of theirs. */
export const peopleFilter = (actor: Actor, query: PeopleQuery): PeopleFilter => ({
  communityId: managedCommunity(actor, query.community),
  role: query.role,
  state: query.state,
  search: query.q,
})

/** One page of a manager's list of people. */
export async function listPeople(actor: Actor, query: PeopleQuery): Promise<ListPage<Account>> {
  const [sortName, id] = decodeCursor(query.cursor, 2) ?? []
  const after = sortName === undefined ? undefined : { sortName: String(sortName), id: String(id) }
  const rows = await findPeople(peopleFilter(actor, query), query.limit + 1, after)
  return pageOf(rows, query.limit, (account) => {
    const cursor = peopleCursor(account)
    return [cursor.sortName, cursor.id]
  })
}
