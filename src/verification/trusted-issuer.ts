/**
 * Issuers outside Waymark whose keys a manager has looked at and pinned. Only a pinned key counts as published by its
 * issuer: what a badge says about its own key proves nothing. Ending the trust takes nothing from what was decided before.
 */
/** The members that make a public key: RSA, Ed25519 or P-256. */
export interface TrustedJwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
}

export interface TrustedKey {
  /** Its JWK thumbprint (RFC 7638, SHA-256): what people compare. */
  readonly id: string
  /** What a proof may call it: a verification method, a `kid`, its thumbprint URN. */
  readonly names: readonly string[]
  readonly jwk: TrustedJwk
}

/** One thing that happened to the entry; never changed afterwards. */
export interface TrustEvent {
  readonly what: 'added' | 'changed' | 'ended' | 'again'
  readonly at: Date
  /** The account, and the name it had. */
  readonly by: string
  readonly byName: string
  readonly reason?: string
  /** The keys from then on. */
  readonly keys: readonly string[]
}

export const pinnedForms = ['did-document', 'jwks', 'open-badges-2'] as const
export type PinnedForm = (typeof pinnedForms)[number]

/** `version` grows with every change, so that two managers cannot overwrite each other unseen. */
export interface TrustedIssuer {
  readonly id: string
  /** A DID or web address: what badges name as their issuer. */
  readonly issuerId: string
  /** As the manager calls it; the name in a badge proves nothing. */
  readonly name: string
  readonly form: PinnedForm
  readonly keys: readonly TrustedKey[]
  readonly state: 'trusted' | 'ended'
  readonly version: number
  readonly history: readonly TrustEvent[]
}

/** The key that a proof names, if the entry has it. */
export const keyNamed = (
  { keys }: Pick<TrustedIssuer, 'keys'>,
  name: string,
): TrustedKey | undefined => keys.find(({ names }) => names.includes(name))

/** A fingerprint in groups of four, to be read out and compared. */
export const inGroups = (thumbprint: string): string =>
  (thumbprint.match(/.{1,4}/g) ?? []).join(' ')

/** What pinning these keys means for the entry so far. */
export function eventFor(before: TrustedIssuer | undefined): TrustEvent['what'] {
  if (!before) return 'added'
  return before.state === 'ended' ? 'again' : 'changed'
}
