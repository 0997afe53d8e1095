import { findOrganizations } from '../access/organization-store.js'
import type { Organization } from '../access/organization.js'
import { partyKinds } from './give-consent.js'
import type { Purpose } from './consent.js'

/** The approved organizations of a community that a consent for this purpose may name, by name. */
export async function listParties(communityId: string, purpose: Purpose): Promise<Organization[]> {
  const lists = await Promise.all(
    partyKinds[purpose].map((kind) => findOrganizations({ communityId, kind, state: 'approved' })),
  )
  return lists.flat().sort((a, b) => a.name.localeCompare(b.name))
}
