import { randomBytes } from 'node:crypto'
import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { findProvider } from './find-provider.js'
import { seal } from '../seal.js'
import { saveWebhookSecret } from './webhook-store.js'

/**
 * Makes a new secret for the webhook of the provider this person works for; the one before stops counting at once. The
 * answer is the only time it can be read.
 */
export async function renewWebhookSecret(
  actor: Actor,
  organizationId: string | undefined,
  ports: Pick<Ports, 'now'>,
  sealSecret: string,
): Promise<string> {
  const organization = await findProvider(actor, organizationId)
  const secret = `whsec_${randomBytes(32).toString('base64url')}`
  await saveWebhookSecret({
    id: organization.id,
    sealed: seal(secret, sealSecret, 'webhook secrets'),
    madeBy: actor.accountId,
    madeAt: ports.now(),
  })
  return secret
}
