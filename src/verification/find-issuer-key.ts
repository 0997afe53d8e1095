import { findIssuer } from '../credentials/issuer-store.js'
import { jwkOfMultibase } from '../credentials/multikey.js'
import { thumbprintUrn, type FindKey, type PublicKey } from '../credentials/proof.js'
import { publishedKeysOf } from '../credentials/signing-key-store.js'
import { findTrustedIssuer } from './trusted-issuer-store.js'
import { keyNamed } from './trusted-issuer.js'

/**
 * Whether an issuer publishes a key: of our own issuers as the database has it, of another as a manager pinned it, a
 * did:key by itself. Never asks the network.
 */
export const findIssuerKey: FindKey = async (issuerId, keyId) => {
  if (issuerId.startsWith('did:key:')) return keyOfDid(issuerId, keyId)
  if (await findIssuer(issuerId)) return ownKey(issuerId, keyId)
  return pinnedKey(issuerId, keyId)
}

async function pinnedKey(issuerId: string, keyId: string): ReturnType<FindKey> {
  const entry = await findTrustedIssuer(issuerId)
  if (!entry) return 'issuer-unknown'
  const key = keyNamed(entry, keyId)
  return key ? { jwk: { ...key.jwk } } : 'not-published'
}

async function ownKey(issuerId: string, keyId: string): Promise<PublicKey | 'not-published'> {
  const keys = await publishedKeysOf(issuerId)
  const key = keys.find(
    ({ id, url, method }) => [url, method].includes(keyId) || thumbprintUrn(id) === keyId,
  )
  return key ? { jwk: { ...key.jwk } } : 'not-published'
}

/** A did:key is its key; only that one counts. */
function keyOfDid(did: string, keyId: string): PublicKey | 'not-published' {
  const multibase = did.slice('did:key:'.length)
  const jwk = jwkOfMultibase(multibase)
  return jwk && keyId === `${did}#${multibase}` ? { jwk } : 'not-published'
}
