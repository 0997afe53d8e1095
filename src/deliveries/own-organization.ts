import { organizationsOf, type Actor, type Role } from '../access/actor.js'
import { findOrganizationsByIds } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { notAllowed } from '../problems.js'
import { connectable } from './event-kinds.js'

/** Who at an organization looks after its connected systems. */
export const endpointRoles: readonly Role[] = ['college', 'staff']

/** The organizations that may connect a system of their own and for which this person works, in the order of the roles. */
export async function ownOrganizations(actor: Actor): Promise<Organization[]> {
  const ids = [...new Set(endpointRoles.flatMap((role) => organizationsOf(actor, role)))]
  const known = new Map((await findOrganizationsByIds(ids)).map((one) => [one.id, one]))
  return ids
    .flatMap((id) => known.get(id) ?? [])
    .filter(({ kind, state }) => state === 'approved' && connectable.includes(kind))
}

/** The one of them that is named, else the first. Throws not-allowed when there is none. */
export async function ownOrganization(actor: Actor, id?: string): Promise<Organization> {
  const found = (await ownOrganizations(actor)).find((one) => id === undefined || one.id === id)
  if (!found) throw notAllowed('deliveries:problem.noOrganization')
  return found
}
