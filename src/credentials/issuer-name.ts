import { findOrganization } from '../access/organization-store.js'
import { findProgram } from '../communities/program-store.js'
import type { IssuerOwner } from './issuer.js'

/** The name an issuer signs under: its program's or organization's. */
export async function issuerName(owner: IssuerOwner): Promise<string> {
  const found =
    'communityId' in owner
      ? await findProgram(owner.communityId)
      : await findOrganization(owner.organizationId)
  return found?.name ?? 'Waymark'
}
