import { findOrganizationsByIds } from './organization-store.js'

/** Names of the organizations with these ids, in one read. */
export async function organizationNames(ids: readonly string[]): Promise<Map<string, string>> {
  const organizations = await findOrganizationsByIds(ids)
  return new Map(organizations.map(({ id, name }) => [id, name]))
}
