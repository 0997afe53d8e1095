import type { Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { notFound } from '../problems.js'
import { checkTerms, type Connecting } from './add-endpoint.js'
import type { EndpointForm } from './endpoint-input.js'
import { changeOrRefuse, openEndpoint } from './open-endpoint.js'

/** Changes address and kinds; what is in line already goes to the new address. Throws as addEndpoint and openEndpoint do. */
export async function editEndpoint(
  id: string,
  form: EndpointForm,
  actor: Actor,
  { mayLoop }: Pick<Connecting, 'mayLoop'>,
): Promise<void> {
  const endpoint = await openEndpoint(id, actor)
  const organization = await findOrganization(endpoint.organizationId)
  if (!organization) throw notFound()
  checkTerms(form, organization, mayLoop)
  await changeOrRefuse(endpoint, { url: form.url, kinds: form.kinds })
}
