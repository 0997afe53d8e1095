/** The public half of a signing key, as it is published for good: retired keys too, for what they signed must stay good. */
import type { KeyKind } from './proof.js'

export interface PublicJwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
  readonly n?: string
  readonly e?: string
}

export interface PublishedKey {
  /** The JWK thumbprint. */
  readonly id: string
  readonly issuerId: string
  readonly kind: KeyKind
  /** Where it is published: the `kid`. */
  readonly url: string
  /** Its verification method in the DID document. */
  readonly method: string
  readonly jwk: PublicJwk
  /** Of an Ed25519 key. */
  readonly multibase?: string
  readonly state: 'active' | 'retired'
  readonly createdAt: Date
  readonly retiredAt?: Date
}

/** The key as a JWKS shows it; `iss` says whose it is (1EdTech, key provenance). */
export const publishedJwk = (key: PublishedKey) => ({
  ...key.jwk,
  kid: key.url,
  use: 'sig',
  alg: key.kind === 'RSA' ? 'RS256' : 'EdDSA',
  iss: key.issuerId,
})
