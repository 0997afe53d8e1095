import { findOrganization, insertOrganization } from './organization-store.js'
import { slugFor, type Organization } from './organization.js'

/**
 * Adds an approved organization under a given id, for directories that bring their own ids. False when the id or the slug
 * is taken by another.
 */
export async function addOrganization(
  facts: Pick<Organization, 'id' | 'name' | 'kind' | 'communityId' | 'registeredAt'> & {
    readonly source: string
    readonly demonstration: boolean
  },
): Promise<boolean> {
  if (await findOrganization(facts.id)) return false
  const slug = `${slugFor(facts.name).slice(0, 60)}-${facts.id.slice(-8).toLowerCase()}`
  return insertOrganization({ ...facts, slug, state: 'approved' })
}
