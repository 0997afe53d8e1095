import type { Actor } from '../access/actor.js'
import type { Organization } from '../access/organization.js'
import { findOrganizationsByIds } from '../access/organization-store.js'
import { notAllowed } from '../problems.js'
import { mayConfirm, providersOf } from './provider-staff.js'

/** The approved providers this person speaks for, in the order of their roles. */
export async function ownProviders(actor: Actor): Promise<Organization[]> {
  const ids = providersOf(actor)
  const known = new Map((await findOrganizationsByIds(ids)).map((one) => [one.id, one]))
  return ids.flatMap((id) => known.get(id) ?? []).filter(mayConfirm)
}

/**
 * The approved provider this person speaks for: the one named, if they work there, else their first. Throws not-allowed
 * when there is none.
 */
export async function findProvider(actor: Actor, organizationId?: string): Promise<Organization> {
  const organization = (await ownProviders(actor)).find(
    ({ id }) => organizationId === undefined || id === organizationId,
  )
  if (!organization) throw notAllowed('providers:problem.noProvider')
  return organization
}
