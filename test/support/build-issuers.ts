import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../../src/credentials/credential.js'
import { signEmbedded } from '../../src/credentials/embedded-proof.js'
import { signJws } from '../../src/credentials/jws.js'
import { multibaseOf } from '../../src/credentials/multikey.js'
import type { SigningKey } from '../../src/credentials/proof.js'

/** A key pair of somebody outside Waymark, with how it is named in a DID document and a JWKS. */
export interface OutsideKey {
  readonly signing: SigningKey
  readonly publicKey: KeyObject
}

export function anEd25519Key(issuerId: string): OutsideKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const multibase = multibaseOf(publicKey.export({ format: 'jwk' }).x ?? '')
  return {
    publicKey,
    signing: {
      id: 'outside',
      issuerId,
      kind: 'Ed25519',
      url: `https://example.org/keys/${multibase}`,
      method: `${issuerId}#${multibase}`,
      privateKey,
    },
  }
}

export function anRsaKey(issuerId: string, url = 'https://example.org/keys/rsa'): OutsideKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    publicKey,
    signing: { id: 'outside', issuerId, kind: 'RSA', url, method: `${issuerId}#rsa`, privateKey },
  }
}

/** A JWKS with one new RSA key of that name. */
export const aJwks = (kid: string) => ({
  keys: [{ ...anRsaKey('did:web:x').publicKey.export({ format: 'jwk' }), kid, use: 'sig' }],
})

/** The DID document that publishes these keys. */
export const aDidDocument = (issuerId: string, keys: readonly OutsideKey[]): JsonObject => ({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: issuerId,
  verificationMethod: keys.map(({ signing, publicKey }) => {
    const jwk = publicKey.export({ format: 'jwk' })
    return signing.kind === 'Ed25519'
      ? {
          id: signing.method,
          type: 'Multikey',
          controller: issuerId,
          publicKeyMultibase: multibaseOf(jwk.x ?? ''),
        }
      : {
          id: signing.method,
          type: 'JsonWebKey',
          controller: issuerId,
          publicKeyJwk: { ...jwk, kid: signing.url },
        }
  }),
  assertionMethod: keys.map(({ signing }) => signing.method),
})

/** An Open Badges 3.0 credential of an outside issuer, before it is signed. */
export const anOutsideBadge = (issuerId: string, change: JsonObject = {}): JsonObject => ({
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
  ],
  id: 'urn:uuid:5b5c1b52-55c1-4f28-9a2c-0f3f0a6d0001',
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Python Basics',
  issuer: { id: issuerId, type: ['Profile'], name: 'A school elsewhere' },
  validFrom: '2015-01-02T03:04:05Z',
  credentialSubject: {
    id: 'urn:uuid:5b5c1b52-55c1-4f28-9a2c-0f3f0a6d0002',
    type: ['AchievementSubject'],
    identifier: [
      {
        type: 'IdentityObject',
        hashed: false,
        identityType: 'emailAddress',
        identityHash: 'ada.lovelace@example.org',
      },
    ],
    achievement: {
      id: 'https://school.example.org/achievements/python',
      type: ['Achievement'],
      name: 'Python Basics',
      description: 'The basics of Python.',
      criteria: { narrative: 'Finish the course.' },
    },
  },
  ...change,
})

/** The badge with an embedded proof, as JSON text. */
export const embeddedText = async (badge: JsonObject, key: OutsideKey): Promise<string> =>
  JSON.stringify(await signEmbedded(badge, key.signing, new Date('2015-01-02T03:04:05Z')))

/** The badge as a VC-JWT, with these claims besides. */
export const jwsText = (badge: JsonObject, key: OutsideKey, more: JsonObject = {}) =>
  signJws(
    {
      ...badge,
      iss: key.signing.issuerId,
      jti: badge['id'],
      sub: (badge['credentialSubject'] as JsonObject)['id'],
      ...more,
    },
    key.signing,
  )
