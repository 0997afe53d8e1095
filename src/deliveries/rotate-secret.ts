import type { Actor } from '../access/actor.js'
import type { AddedEndpoint, Connecting } from './add-endpoint.js'
import { rotated } from './endpoint.js'
import { makeSecret } from './make-secret.js'
import { changeOrRefuse, openEndpoint } from './open-endpoint.js'

/** A new secret, which can be read this once; the one before signs too for a day. Throws as openEndpoint does. */
export async function rotateSecret(
  id: string,
  actor: Actor,
  { ports, sealSecret }: Connecting,
): Promise<AddedEndpoint> {
  const endpoint = await openEndpoint(id, actor)
  const { secret, sealed } = makeSecret(sealSecret)
  const secrets = rotated(endpoint.secrets, sealed, ports.now())
  await changeOrRefuse(endpoint, { secrets })
  return { endpoint: { ...endpoint, secrets }, secret }
}
