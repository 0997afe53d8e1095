import type { Actor } from '../access/actor.js'
import type { Organization } from '../access/organization.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, refused } from '../problems.js'
import type { EndpointForm } from './endpoint-input.js'
import { endpointsOf, insertEndpoint } from './endpoint-store.js'
import { addressFault, mostEndpoints, type Endpoint } from './endpoint.js'
import { kindsFor } from './event-kinds.js'
import { makeSecret } from './make-secret.js'
import { ownOrganization } from './own-organization.js'

/** What use-cases about endpoints need: the clock, the key that seals, and whether an endpoint may be on this machine. */
export interface Connecting {
  readonly ports: Pick<Ports, 'now'>
  readonly sealSecret: string
  readonly mayLoop: boolean
}

/** A new endpoint and its secret, which can be read this once. */
export interface AddedEndpoint {
  readonly endpoint: Endpoint
  readonly secret: string
}

/**
 * Connects a system of the organization this person works for. Throws not-allowed without one, invalid for a wrong address
 * or kind, refused when it has ten.
 */
export async function addEndpoint(
  actor: Actor,
  {
    organization: organizationId,
    ...form
  }: EndpointForm & { readonly organization?: string | undefined },
  { ports, sealSecret, mayLoop }: Connecting,
): Promise<AddedEndpoint> {
  const organization = await ownOrganization(actor, organizationId)
  checkTerms(form, organization, mayLoop)
  if ((await endpointsOf([organization.id])).length >= mostEndpoints)
    throw refused('deliveries:problem.tooMany', { most: mostEndpoints })
  const now = ports.now()
  const { secret, sealed } = makeSecret(sealSecret)
  const endpoint: Endpoint = {
    id: newId(),
    organizationId: organization.id,
    communityId: organization.communityId,
    ...form,
    state: 'active',
    secrets: [{ sealed, madeAt: now }],
    revision: 0,
    madeBy: actor.accountId,
    madeAt: now,
    failures: 0,
  }
  await insertEndpoint(endpoint)
  return { endpoint, secret }
}

/** Throws invalid, by field, for an address or a kind that this organization can't have. */
export function checkTerms(
  { url, kinds }: EndpointForm,
  { kind }: Pick<Organization, 'kind'>,
  mayLoop: boolean,
): void {
  const fault = addressFault(url, mayLoop)
  const known: readonly string[] = kindsFor(kind)
  const errors = [
    ...(fault === undefined ? [] : [{ field: 'url', message: fault }]),
    ...(kinds.every((one) => known.includes(one))
      ? []
      : [{ field: 'kinds', message: 'deliveries:error.kinds' }]),
  ]
  if (errors.length > 0) throw invalid(errors)
}
