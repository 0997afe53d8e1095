import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Actor } from './actor.js'
import { managedCommunity } from './managed-community.js'
import type { OrganizationsQuery } from './manager-input.js'
import {
  findOrganizations,
  organizationCursor,
  type OrganizationFilter,
} from './organization-store.js'
import type { Organization } from './organization.js'

const batch = 500

const filterFor = (actor: Actor, query: OrganizationsQuery): OrganizationFilter => ({
  communityId: managedCommunity(actor, query.community),
  kind: query.kind,
  state: query.state,
})

/** One page of a manager's list of organizations. */
export async function listOrganizations(
  actor: Actor,
  query: OrganizationsQuery,
): Promise<ListPage<Organization>> {
  const [sortName, id] = decodeCursor(query.cursor, 2) ?? []
  const after = sortName === undefined ? undefined : { sortName: String(sortName), id: String(id) }
  const rows = await findOrganizations(filterFor(actor, query), query.limit + 1, after)
  return pageOf(rows, query.limit, (organization) => {
    const cursor = organizationCursor(organization)
    return [cursor.sortName, cursor.id]
  })
}

/** All of the same view, batch by batch, for an export. */
export async function* allOrganizations(
  actor: Actor,
  query: OrganizationsQuery,
): AsyncGenerator<Organization> {
  let after: ReturnType<typeof organizationCursor> | undefined
  for (;;) {
    const rows = await findOrganizations(filterFor(actor, query), batch, after)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < batch) return
    after = organizationCursor(last)
  }
}
