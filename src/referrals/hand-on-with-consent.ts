import type { Actor } from '../access/actor.js'
import type { Signing } from '../learners/sign-consent.js'
import type { Ports } from '../ports.js'
import { ensureConsent, recordsFor } from './ask-with-consent.js'
import { forwardReferral, readGoing } from './forward-referral.js'
import type { ForwardForm } from './referral-input.js'
import type { Referral } from './referral.js'

/**
 * Hands a referral on by its page: a learner signs the consent to the new center on the way where none is live, once all else
 * is right.
 */
export async function handOnWithConsent(
  actor: Actor,
  id: string,
  { center, reason, ...given }: ForwardForm,
  signing: Signing,
  ports: Ports,
): Promise<Referral> {
  const { referral } = await readGoing(actor, id, { center, reason }, ports.now())
  if (actor.learnerId === referral.learnerId)
    await ensureConsent(actor, center, recordsFor(referral.stated), given, signing, ports)
  return forwardReferral(actor, id, { center, reason }, ports)
}
