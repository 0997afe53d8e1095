import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { seal, unseal } from '../seal.js'
import type { Issuer } from './issuer.js'
import { multibaseOf } from './multikey.js'
import type { SigningWorld } from './open-issuer.js'
import { keyKinds, type KeyKind, type SigningKey } from './proof.js'
import type { PublicJwk } from './published-key.js'
import { activeKeysOf, insertKey, type KeptKey } from './signing-key-store.js'

const generate = promisify(generateKeyPair)

export type SigningKeys = Readonly<Record<KeyKind, SigningKey>>

/**
 * The keys an issuer signs with now: one Ed25519, one RSA of 2048 bits; made when missing, as at first and after a rotation.
 * Asked of the database each time, so that no process goes on signing with a retired key.
 */
export async function openKeys(issuer: Issuer, world: SigningWorld): Promise<SigningKeys> {
  const kept = await keptKeys(issuer, world)
  const [Ed25519, RSA] = keyKinds.map((kind) => kept.find((key) => key.kind === kind))
  if (!Ed25519 || !RSA) throw new Error(`${issuer.id} has no key to sign with`)
  const { seal: secret } = world.secrets
  return { Ed25519: signingKey(Ed25519, secret), RSA: signingKey(RSA, secret) }
}

async function keptKeys(issuer: Issuer, world: SigningWorld): Promise<readonly KeptKey[]> {
  const kept = await activeKeysOf(issuer.id)
  const missing = keyKinds.filter((kind) => !kept.some((key) => key.kind === kind))
  if (missing.length === 0) return kept
  for (const kind of missing) await insertKey(await makeKey(kind, issuer, world))
  return activeKeysOf(issuer.id)
}

async function makeKey(kind: KeyKind, issuer: Issuer, world: SigningWorld): Promise<KeptKey> {
  const { publicKey, privateKey } =
    kind === 'RSA' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ed25519')
  const jwk = publicKey.export({ format: 'jwk' }) as JWK & PublicJwk
  const id = await calculateJwkThumbprint(jwk)
  const multibase = jwk.crv === 'Ed25519' && jwk.x !== undefined ? multibaseOf(jwk.x) : undefined
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return {
    id,
    issuerId: issuer.id,
    kind,
    url: `${world.config.baseUrl}/keys/${id}`,
    method: `${issuer.id}#${multibase ?? id}`,
    jwk,
    ...(multibase !== undefined && { multibase }),
    state: 'active',
    createdAt: world.ports.now(),
    sealed: seal(secret, world.secrets.seal, 'signing keys'),
  }
}

/** Unsealed private keys of this process, by thumbprint. */
const opened = new Map<string, KeyObject>()

function signingKey(kept: KeptKey, secret: string): SigningKey {
  const { id, issuerId, kind, url, method } = kept
  let privateKey = opened.get(id)
  if (!privateKey) {
    const pem = unseal(kept.sealed, secret, 'signing keys')
    if (pem === undefined)
      throw new Error(`The signing key ${id} was sealed with another SEAL_SECRET.`)
    privateKey = createPrivateKey(pem)
    opened.set(id, privateKey)
  }
  return { id, issuerId, kind, url, method, privateKey }
}
