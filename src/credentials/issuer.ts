/**
 * Who signs: one issuer a program, and one an organization that signs itself. An issuer is a did:web, whose document is
 * served by this host; its id is written down when it is made and stays, whatever BASE_URL becomes.
 */
import type { PublishedKey } from './published-key.js'

/** Who an issuer signs for: the program of a community, or an organization. */
export type IssuerOwner = { readonly communityId: string } | { readonly organizationId: string }

export interface Issuer {
  /** Its DID. */
  readonly id: string
  readonly owner: string
  /** Below /issuers; empty for the host's first program, whose document is /.well-known/did.json. */
  readonly path: string
  readonly createdAt: Date
}

/** How an owner is written in the store. */
export const ownerText = (owner: IssuerOwner): string =>
  'communityId' in owner ? `community:${owner.communityId}` : `organization:${owner.organizationId}`

/** The owner of an issuer. */
export function ownerOf({ owner }: Pick<Issuer, 'owner'>): IssuerOwner {
  const [kind, ...id] = owner.split(':')
  return kind === 'community' ? { communityId: id.join(':') } : { organizationId: id.join(':') }
}

const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\])$/

/** The host of a did:web for this address: the port as %3A, a loopback address as localhost (a did:web can't be an IP). */
export function didHost(baseUrl: string): string {
  const { hostname, port } = new URL(baseUrl)
  const host = loopback.test(hostname) ? 'localhost' : hostname
  return port === '' ? host : `${host}%3A${port}`
}

/** The DID of an issuer: of the host itself, or below /issuers. */
export const didFor = (baseUrl: string, path: string): string =>
  path === '' ? `did:web:${didHost(baseUrl)}` : `did:web:${didHost(baseUrl)}:issuers:${path}`

/** The DID document: every key, retired ones too, so that what they signed stays good. */
export function didDocument(issuer: Pick<Issuer, 'id'>, keys: readonly PublishedKey[]) {
  const methods = keys.map((key) =>
    key.multibase === undefined
      ? { id: key.method, type: 'JsonWebKey', controller: issuer.id, publicKeyJwk: key.jwk }
      : {
          id: key.method,
          type: 'Multikey',
          controller: issuer.id,
          publicKeyMultibase: key.multibase,
        },
  )
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/multikey/v1',
      'https://w3id.org/security/jwk/v1',
    ],
    id: issuer.id,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  }
}
