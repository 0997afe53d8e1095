import type { Actor } from '../access/actor.js'
import { consentsOf } from '../learners/consent-store.js'
import { recordsNeeded } from '../learners/consent.js'
import { giveConsent } from '../learners/give-consent.js'
import type { Signing } from '../learners/sign-consent.js'
import type { Ports } from '../ports.js'
import { invalid } from '../problems.js'
import { askForReferral } from './ask-for-referral.js'
import { consentsBehind } from './match-packets.js'
import type { AskForm } from './referral-input.js'
import type { Referral } from './referral.js'

/** A learner asks on one page: signs the consent with their password where none is live, then asks. */
export async function askWithConsent(
  actor: Actor,
  { center, message, password, expiresOn }: AskForm,
  signing: Signing,
  ports: Ports,
): Promise<Referral> {
  const consents = actor.learnerId === undefined ? [] : await consentsOf(actor.learnerId)
  if (consentsBehind({ centerId: center }, consents, ports.now()).length === 0) {
    if (!password) throw invalid([{ field: 'password', message: 'referrals:field.consentFirst' }])
    const asked = { purpose: 'referral', records: recordsNeeded.referral, expiresOn } as const
    await giveConsent({ ...asked, parties: [center], password }, actor, signing, ports)
  }
  return askForReferral(actor, { center, message }, ports)
}
