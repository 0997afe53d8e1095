import { hasRole, type Actor } from '../access/actor.js'
import { notFound, refused } from '../problems.js'
import { changeEndpoint, findEndpoint, type EndpointChange } from './endpoint-store.js'
import type { Endpoint } from './endpoint.js'
import { endpointRoles } from './own-organization.js'

/** An endpoint of an organization this person works for. Throws not-found for any other. */
export async function openEndpoint(id: string, actor: Actor): Promise<Endpoint> {
  const endpoint = await findEndpoint(id)
  const isOwn =
    endpoint && endpointRoles.some((role) => hasRole(actor, role, endpoint.organizationId))
  if (!isOwn) throw notFound()
  return endpoint
}

/** Changes an endpoint as it was read. Throws refused when somebody was quicker. */
export async function changeOrRefuse(endpoint: Endpoint, change: EndpointChange): Promise<void> {
  if (!(await changeEndpoint(endpoint, change))) throw refused('deliveries:problem.quicker')
}
