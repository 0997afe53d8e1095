import { openKeys, type SigningKeys } from './open-keys.js'
import { findIssuer } from './issuer-store.js'
import type { SigningWorld } from './open-issuer.js'
import { keyKinds } from './proof.js'
import { retireKeys } from './signing-key-store.js'

/**
 * Retires an issuer's keys and makes new ones. The retired keys stay published for good, so that what they signed stays
 * checkable; they sign nothing from then on, in no process. Undefined for an unknown issuer.
 */
export async function rotateKeys(
  issuerId: string,
  world: SigningWorld,
): Promise<SigningKeys | undefined> {
  const issuer = await findIssuer(issuerId)
  if (!issuer) return undefined
  await retireKeys(issuerId, keyKinds, world.ports.now())
  return openKeys(issuer, world)
}
