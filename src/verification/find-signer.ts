import { issuerName } from '../credentials/issuer-name.js'
import { findIssuer } from '../credentials/issuer-store.js'
import { ownerOf } from '../credentials/issuer.js'
import { findEntryOf } from './trusted-issuer-store.js'
import type { Check } from './verification.js'

/**
 * Who an issuer id stands for. The name is ours: that of the program or organization, or the one a manager gave when
 * trusting it; what a badge calls its issuer proves nothing.
 */
export interface Signer {
  readonly id: string
  readonly name?: string
  readonly standing: 'own' | 'trusted' | 'ended' | 'key-only' | 'unknown'
}

/** The signer behind an issuer id, whether known or not. */
export async function findSigner(id: string): Promise<Signer> {
  const own = await findIssuer(id)
  if (own) return withName(id, 'own', await issuerName(ownerOf(own)))
  const entry = await findEntryOf(id)
  if (entry) return withName(id, entry.state, entry.name)
  return { id, standing: id.startsWith('did:key:') ? 'key-only' : 'unknown' }
}

const withName = (id: string, standing: Signer['standing'], name: string): Signer => ({
  id,
  standing,
  name,
})

/** Whether the signer is one we know; asked only of a good signature, since anybody can write a known name. */
export function checkSigner({ standing, name }: Signer, isProven: boolean): Check {
  const check = 'issuerTrusted'
  if (!isProven) return { name: check, outcome: 'not_checked', why: 'unproven' }
  const params = { name: name ?? '' }
  if (standing === 'own' || standing === 'trusted')
    return { name: check, outcome: 'pass', why: standing, params }
  return { name: check, outcome: 'warn', why: standing, params }
}
