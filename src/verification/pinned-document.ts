/**
 * Reads what an issuer publishes about its keys: a DID document, a JWKS, or an Open Badges 2.0 profile. Only keys for
 * signing claims count: of a DID document those under `assertionMethod`, of the others all.
 */
import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto'
import { invalid } from '../problems.js'
import { BadgeFileError } from '../credentials/badge-file.js'
import { jwkOfMultibase } from '../credentials/multikey.js'
import { thumbprintUrn } from '../credentials/proof.js'
import { isRecord, type JsonRecord } from './read-badge-file.js'
import { strictJson } from './strict-json.js'
import type { PinnedForm, TrustedJwk, TrustedKey } from './trusted-issuer.js'

export interface PinnedDocument {
  readonly issuerId: string
  readonly name: string
  readonly form: PinnedForm
  readonly keys: readonly TrustedKey[]
}

/** How long a document may be, in characters. */
export const pinnedMax = 200_000
const mostKeys = 50

const fault = (word: string) =>
  invalid([{ field: 'document', message: `verification:pin.${word}` }])

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : [value].flat()

/** True for what a badge can name as its issuer. */
export const isIssuerId = (id: string): boolean =>
  /^(did:[a-z0-9]+:[\w.:%-]{1,400}|https:\/\/[^\s/]+\S{0,400})$/.test(id)

function jsonIn(raw: string): JsonRecord {
  if (raw.length > pinnedMax) throw fault('tooLong')
  try {
    const value = strictJson(raw.trim())
    if (isRecord(value)) return value
  } catch (error) {
    if (!(error instanceof BadgeFileError)) throw error
  }
  throw fault('notJson')
}

/**
 * The keys in a pasted document. `typedId` names the issuer of a JWKS, which does not name it itself; for the others it
 * must agree. Throws invalid: not JSON, another kind of document, a private key, no key we can use.
 */
export const readPinned = (raw: string, typedId: string): PinnedDocument =>
  pinnedIn(jsonIn(raw), typedId)

/** The same for a document that was read already. */
export function pinnedIn(document: JsonRecord, typedId: string): PinnedDocument {
  const form = formOf(document)
  const ownId = form === 'jwks' ? '' : text(document['id'])
  const issuerId = ownId || typedId
  if (typedId !== '' && ownId !== '' && typedId !== ownId)
    throw invalid([
      { field: 'issuerId', message: 'verification:pin.otherId', params: { id: ownId } },
    ])
  if (!isIssuerId(issuerId))
    throw invalid([{ field: 'issuerId', message: 'verification:pin.issuerId' }])
  const found = keysIn[form](document, issuerId)
  const byId = new Map<string, TrustedKey>()
  for (const [jwk, names] of found.slice(0, mostKeys)) {
    const key = keyOf(jwk, names)
    if (key) byId.set(key.id, { ...key, names: [...(byId.get(key.id)?.names ?? []), ...key.names] })
  }
  if (byId.size === 0) throw fault('noKey')
  return { issuerId, name: text(document['name']).slice(0, 200), form, keys: [...byId.values()] }
}

function formOf(document: JsonRecord): PinnedForm {
  if (Array.isArray(document['keys'])) return 'jwks'
  if (text(document['id']).startsWith('did:')) return 'did-document'
  if ('publicKey' in document) return 'open-badges-2'
  throw fault('unknownKind')
}

type Found = readonly (readonly [JsonWebKey, readonly string[]])[]

const keysIn: Readonly<Record<PinnedForm, (document: JsonRecord, issuerId: string) => Found>> = {
  jwks: (document, issuerId) =>
    listOf(document['keys'])
      .filter(isRecord)
      .filter(({ iss, use }) => [undefined, issuerId].includes(iss as string) && use !== 'enc')
      .map((jwk) => [jwk as JsonWebKey, [text(jwk['kid'])]]),
  'did-document': (document, issuerId) => {
    const absolute = (id: string) => (id.startsWith('#') ? issuerId + id : id)
    const methods = listOf(document['verificationMethod']).filter(isRecord)
    const asserted = listOf(document['assertionMethod']).flatMap((one) =>
      isRecord(one)
        ? [one]
        : methods.filter((method) => absolute(text(method['id'])) === absolute(text(one))),
    )
    return asserted
      .filter(({ controller }) => controller === undefined || text(controller) === issuerId)
      .flatMap((method) => {
        const jwk = jwkOfMethod(method)
        return jwk ? [[jwk, [absolute(text(method['id'])), text(jwk['kid'])]] as const] : []
      })
  },
  'open-badges-2': (document, issuerId) =>
    listOf(document['publicKey'])
      .filter(isRecord)
      .filter(({ owner }) => owner === undefined || text(owner) === issuerId)
      .flatMap((key) => {
        const jwk = jwkOfPem(text(key['publicKeyPem']))
        return jwk ? [[jwk, [text(key['id'])]] as const] : []
      }),
}

function jwkOfMethod(method: JsonRecord): JsonWebKey | undefined {
  const { publicKeyJwk, publicKeyMultibase } = method
  return isRecord(publicKeyJwk) ? publicKeyJwk : jwkOfMultibase(text(publicKeyMultibase))
}

function jwkOfPem(pem: string): JsonWebKey | undefined {
  if (!pem.includes('PUBLIC KEY')) return undefined
  try {
    return createPublicKey(pem).export({ format: 'jwk' })
  } catch {
    return undefined
  }
}

/** The members that make a key, in the order a thumbprint hashes them (RFC 7638). */
const members: Readonly<Record<string, readonly (keyof TrustedJwk)[]>> = {
  RSA: ['e', 'kty', 'n'],
  OKP: ['crv', 'kty', 'x'],
  EC: ['crv', 'kty', 'x', 'y'],
}

function keyOf(jwk: JsonWebKey, names: readonly string[]): TrustedKey | undefined {
  if ('d' in jwk || 'k' in jwk) throw fault('privateKey')
  const wanted = members[text(jwk.kty)]
  if (!wanted || !isUsable(jwk)) return undefined
  const bare = Object.fromEntries(wanted.map((name) => [name, text(jwk[name])]))
  const id = createHash('sha256').update(JSON.stringify(bare)).digest('base64url')
  const known = [...names.filter((name) => name !== ''), thumbprintUrn(id)]
  return { id, names: [...new Set(known)], jwk: bare as unknown as TrustedJwk }
}

/** RSA from 2,048 bits, Ed25519 and P-256: what our checks of signatures take. */
function isUsable(jwk: JsonWebKey): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: jwk, format: 'jwk' })
    const bits = asymmetricKeyDetails?.modulusLength ?? 0
    if (asymmetricKeyType === 'rsa') return bits >= 2048 && bits <= 8192
    return asymmetricKeyType === 'ed25519' || (asymmetricKeyType === 'ec' && jwk.crv === 'P-256')
  } catch {
    return false
  }
}
