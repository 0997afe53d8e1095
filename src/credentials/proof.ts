/** What a signature is made with and how its check ends. A key counts only if the issuer publishes it. */
import type { JsonWebKey, KeyObject } from 'node:crypto'

export const keyKinds = ['Ed25519', 'RSA'] as const
export type KeyKind = (typeof keyKinds)[number]

/** A key ready to sign with. */
export interface SigningKey {
  /** Its JWK thumbprint (RFC 7638, SHA-256). */
  readonly id: string
  /** The DID of the issuer. */
  readonly issuerId: string
  readonly kind: KeyKind
  /** Where its public half is published, BASE_URL/keys/{id}: the `kid` of JWS headers and of the JWKS. */
  readonly url: string
  /** The id of its verification method in the DID document. */
  readonly method: string
  readonly privateKey: KeyObject
}

/** A key that an issuer publishes. */
export interface PublicKey {
  readonly jwk: JsonWebKey
}

/**
 * Asks whether an issuer publishes a key. `keyId` is what the proof names: a verification method, a `kid` URL, or for a
 * key that came in a JWS header `urn:ietf:params:oauth:jwk-thumbprint:sha-256:…` (RFC 9278).
 */
export type FindKey = (
  issuerId: string,
  keyId: string,
) => Promise<PublicKey | 'not-published' | 'issuer-unknown'>

export type CheckOutcome = 'pass' | 'fail' | 'not_checked'

/** Why a proof check did not pass; words for each are in verification.json. */
export type ProofFault =
  | 'no-proof'
  | 'suite-unknown'
  | 'wrong-purpose'
  | 'no-issuer'
  | 'no-key-named'
  | 'issuer-unknown'
  | 'not-published'
  | 'context'
  | 'bad-signature'
  | 'bad-header'
  | 'bad-algorithm'
  | 'bad-claims'

/**
 * A signature of an unknown issuer that carries its own key can still pass (nothing was changed), but its issuerKey is not
 * checked then: nobody vouches for that key.
 */
export interface ProofCheck {
  readonly signature: CheckOutcome
  readonly issuerKey: CheckOutcome
  readonly why?: ProofFault
  /** What the proof names as its key. */
  readonly keyId?: string
}

/** A proof that failed before anything could be said of its key. */
export const refusedProof = (why: ProofFault, keyId?: string): ProofCheck => ({
  signature: 'fail',
  issuerKey: 'not_checked',
  why,
  ...(keyId !== undefined && { keyId }),
})

/** The id of whoever a credential names as its issuer; undefined for none. */
export function issuerOf(document: { readonly issuer?: unknown }): string | undefined {
  const { issuer } = document
  if (typeof issuer === 'string') return issuer
  const id = (issuer as { readonly id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

/** How a key that came in a JWS header itself is named. */
export const thumbprintUrn = (thumbprint: string): string =>
  `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint}`
