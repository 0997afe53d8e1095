import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { findConsent, saveRenewal } from './consent-store.js'
import { isLive, latestExpiry, type Consent } from './consent.js'
import { expiryErrors } from './give-consent.js'
import { signConsent, type Signing } from './sign-consent.js'
import { tellParties } from './tell-parties.js'

/**
 * Signs one of the learner's own live consents anew, in the words in force now, to run until another day. Throws refused
 * for one that ended: that one is given again, so that nothing opens by the way.
 */
export async function renewConsent(
  id: string,
  asked: { readonly expiresOn?: Day | undefined; readonly password: string },
  actor: Actor,
  signing: Signing,
  ports: Pick<Ports, 'now'>,
): Promise<Consent> {
  const consent = actor.learnerId === undefined ? undefined : await findConsent(actor.learnerId, id)
  if (!consent) throw notFound()
  const now = ports.now()
  const today = dayOf(now)
  if (!isLive(consent, today)) throw refused('learners:problem.consentEnded')
  const expiresOn = asked.expiresOn ?? latestExpiry(today)
  const errors = expiryErrors(expiresOn, today)
  if (errors.length > 0) throw invalid(errors)

  const signature = await signConsent(asked.password, actor, signing, now)
  if (!(await saveRenewal(consent, signature, expiresOn, now)))
    throw refused('learners:problem.consentChanged')
  await tellParties(consent, { by: actor.name, isByDate: false }, ports)
  return (await findConsent(consent.learnerId, id)) ?? consent
}
