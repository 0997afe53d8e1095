import type { Actor } from '../access/actor.js'
import type { Organization } from '../access/organization.js'
import { findOrganization } from '../access/organization-store.js'
import { notAllowed } from '../problems.js'
import { mayConfirm, providersOf } from './provider-staff.js'

/**
 * The approved provider this person speaks for: the one named, if they work there, else their first. Throws not-allowed
 * when there is none.
 */
export async function findProvider(actor: Actor, organizationId?: string): Promise<Organization> {
  const id = providersOf(actor).find(
    (one) => organizationId === undefined || one === organizationId,
  )
  const organization = id === undefined ? undefined : await findOrganization(id)
  if (!organization || !mayConfirm(organization)) throw notAllowed('providers:problem.noProvider')
  return organization
}
