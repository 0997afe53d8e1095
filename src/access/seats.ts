import { communitiesOf, type Actor, type Role, type RoleAt } from './actor.js'
import { findOrganizations } from './organization-store.js'
import { maySeat } from './organization.js'

/** Every role at every organization that a manager may give, by role and then by name; names by organization id. */
export async function seatsFor(
  actor: Actor,
  roles: readonly Role[],
): Promise<{ list: RoleAt[]; names: Map<string, string> }> {
  const own = communitiesOf(actor, 'manager')
  const found = await Promise.all(
    own.map((communityId) => findOrganizations({ communityId, state: 'approved' })),
  )
  const organizations = found.flat()
  const list = roles.flatMap((role) =>
    organizations
      .filter((organization) => maySeat(role, organization))
      .map(({ id, communityId }) => ({ role, organizationId: id, communityId })),
  )
  return { list, names: new Map(organizations.map(({ id, name }) => [id, name])) }
}
