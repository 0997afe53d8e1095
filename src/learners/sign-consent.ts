import type { Actor } from '../access/actor.js'
import { confirmOwnPassword } from '../access/change-password.js'
import { keepConsentText } from './consent-text-store.js'
import { addressMark, consentVersion, hashOfText, type Signature } from './consent.js'

/** What was on the screen, and from where the password came. `secret` keys the mark of the address. */
export interface Signing {
  readonly text: string
  readonly language: 'en' | 'es'
  readonly address: string
  readonly secret: string
}

/**
 * Signs words with the person's own password, and keeps the words themselves so that a copy can show them when the wording
 * in force is another. Throws invalid for a wrong password, too-many while guesses have to wait.
 */
export async function signConsent(
  password: string,
  actor: Actor,
  { text, language, address, secret }: Signing,
  now: Date,
): Promise<Signature> {
  await confirmOwnPassword(actor, password)
  const textHash = hashOfText(text)
  await keepConsentText({ textHash, text, version: consentVersion, language, firstSignedAt: now })
  return {
    version: consentVersion,
    language,
    textHash,
    authMethod: 'password',
    ipHash: addressMark(address, secret),
  }
}
