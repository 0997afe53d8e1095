import { createPublicKey, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, type JWK } from 'jose'
import type { JsonObject } from './credential.js'
import {
  issuerOf,
  refusedProof,
  thumbprintUrn,
  type FindKey,
  type ProofCheck,
  type ProofFault,
  type PublicKey,
  type SigningKey,
} from './proof.js'

const signAsync = promisify(sign)

const encoded = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * The claims as a compact JWS: RS256 with an RSA key, EdDSA with an Ed25519 key. `kid` is the key's URL. The signing itself
 * is done off the main thread.
 */
export async function signJws(claims: JsonObject, key: SigningKey): Promise<string> {
  const isRsa = key.kind === 'RSA'
  const header = { alg: isRsa ? 'RS256' : 'EdDSA', kid: key.url, typ: 'JWT' }
  const content = `${encoded(header)}.${encoded(claims)}`
  const signature = await signAsync(isRsa ? 'sha256' : null, Buffer.from(content), key.privateKey)
  return `${content}.${signature.toString('base64url')}`
}

/** The algorithms we take. Never `none`, never one with a shared secret (HS…): a public key must not become a password. */
const algorithms = ['RS256', 'ES256', 'EdDSA']
const types = new Set(['JWT', 'VC+JWT', 'VC+LD+JWT', 'VC-LD+JWT'])

interface Header {
  readonly alg: string
  readonly kid?: string
  readonly jwk?: JWK
}

function headerOf(token: string): Header | ProofFault {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return 'bad-header'
  try {
    const header: Readonly<Record<string, unknown>> = decodeProtectedHeader(token)
    const { alg, kid, jwk, typ = 'JWT' } = header
    if (typeof alg !== 'string' || !algorithms.includes(alg)) return 'bad-algorithm'
    if ('crit' in header || 'b64' in header) return 'bad-header'
    if (typeof typ !== 'string' || !types.has(typ.toUpperCase())) return 'bad-header'
    if (!isPublicJwk(jwk) || (kid !== undefined && typeof kid !== 'string')) return 'bad-header'
    return { alg, ...(kid !== undefined && { kid }), ...(jwk && { jwk }) }
  } catch {
    return 'bad-header'
  }
}

const isPublicJwk = (jwk: unknown): jwk is JWK | undefined =>
  jwk === undefined || (typeof jwk === 'object' && jwk !== null && !('d' in jwk) && !('k' in jwk))

function claimsOf(token: string): JsonObject | undefined {
  try {
    const bytes = Buffer.from(token.split('.')[1] ?? '', 'base64url')
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims)
    return isObject ? (claims as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** The credential in a JWT: the claims themselves (VC Data Model 2), or what is in `vc` (1.1). */
export function credentialIn(claims: JsonObject): JsonObject {
  const { vc } = claims
  return typeof vc === 'object' && vc !== null && !Array.isArray(vc) ? (vc as JsonObject) : claims
}

/**
 * Checks a compact JWS. The issuer is `iss`, else the credential's issuer; issuerKey passes only when `findKey` says that
 * this issuer publishes the key, so neither a foreign `kid` nor a key in the header helps a forger. `claims` are there
 * whenever they could be read, to be shown as unproven. Never throws, never asks the network.
 */
export async function checkJws(
  token: string,
  findKey: FindKey,
): Promise<ProofCheck & { readonly claims?: JsonObject }> {
  const header = headerOf(token)
  const claims = claimsOf(token)
  if (typeof header === 'string') return { ...refusedProof(header), ...(claims && { claims }) }
  if (!claims) return refusedProof('bad-claims')
  return { ...(await checkWith(token, header, claims, findKey)), claims }
}

async function checkWith(
  token: string,
  header: Header,
  claims: JsonObject,
  findKey: FindKey,
): Promise<ProofCheck> {
  const issuerId =
    typeof claims['iss'] === 'string' ? claims['iss'] : issuerOf(credentialIn(claims))
  if (issuerId === undefined) return refusedProof('no-issuer')
  const keyId = await keyIdOf(header)
  if (keyId === undefined) return refusedProof('no-key-named')
  const found = await findKey(issuerId, keyId)
  if (found === 'not-published')
    return { signature: 'not_checked', issuerKey: 'fail', why: 'not-published', keyId }
  const key =
    found === 'issuer-unknown' ? header.jwk && { jwk: header.jwk as PublicKey['jwk'] } : found
  if (!key)
    return { signature: 'not_checked', issuerKey: 'not_checked', why: 'issuer-unknown', keyId }
  if (!(await isSignedBy(token, key, header.alg))) return refusedProof('bad-signature', keyId)
  if (claimFaults(claims).length > 0) return refusedProof('bad-claims', keyId)
  return found === 'issuer-unknown'
    ? { signature: 'pass', issuerKey: 'not_checked', why: 'issuer-unknown', keyId }
    : { signature: 'pass', issuerKey: 'pass', keyId }
}

async function keyIdOf({ kid, jwk }: Header): Promise<string | undefined> {
  if (kid !== undefined) return kid
  if (!jwk) return undefined
  return calculateJwkThumbprint(jwk).then(thumbprintUrn, () => undefined)
}

async function isSignedBy(token: string, { jwk }: PublicKey, alg: string): Promise<boolean> {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    await compactVerify(token, key, { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

const seconds = (value: unknown) =>
  typeof value === 'string' ? Math.floor(Date.parse(value) / 1000) : undefined

const idOf = (value: unknown) => {
  const id = (value as { readonly id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

/**
 * The registered claims of a VC-JWT that contradict the credential it carries (Open Badges 3.0, 8.2.4.1), by name. A JWT
 * that carries no credential has none.
 */
export function claimFaults(claims: JsonObject): string[] {
  const credential = credentialIn(claims)
  if (credential['type'] === undefined) return []
  const expected: Readonly<Record<string, string | number | undefined>> = {
    iss: issuerOf(credential),
    jti: typeof credential['id'] === 'string' ? credential['id'] : undefined,
    sub: idOf(credential['credentialSubject']),
    nbf: seconds(credential['validFrom'] ?? credential['issuanceDate']),
    exp: seconds(credential['validUntil'] ?? credential['expirationDate']),
  }
  return Object.entries(expected).flatMap(([name, value]) => {
    const given = claims[name]
    const same = typeof given === 'number' ? Math.floor(given) === value : given === value
    return given === undefined || value === undefined || same ? [] : [name]
  })
}

/** The registered claims that say the same as the credential's own members, for its VC-JWT. */
export function claimsFor(credential: JsonObject): JsonObject {
  const subject = idOf(credential['credentialSubject'])
  const until = seconds(credential['validUntil'])
  return {
    ...credential,
    iss: issuerOf(credential),
    jti: credential['id'],
    nbf: seconds(credential['validFrom']),
    ...(subject !== undefined && { sub: subject }),
    ...(until !== undefined && { exp: until }),
  }
}
