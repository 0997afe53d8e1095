import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose'
import {
  claimsOfLink,
  faultOfEnd,
  faultOfPlace,
  readChainData,
  type ChainData,
  type ChainFault,
  type LinkClaims,
} from '../sharing/chain.js'
import type { JsonObject } from '../credentials/credential.js'
import { checkJws } from '../credentials/jws.js'
import type { FindKey, ProofCheck } from '../credentials/proof.js'
import { statusOf } from '../credentials/read-status.js'

/** One link that holds, with who signed it by whose key. */
export interface CheckedLink {
  readonly position: number
  readonly kind: string
  readonly title: string
  readonly lines: LinkClaims['lines']
  readonly issuerId: string
  readonly keyId: string
  /** The organization that the issuer signed for, which has no key of its own. */
  readonly onBehalfOf?: string
  /** Of a credential inside: what its issuer's status list says now. */
  readonly status?: { readonly outcome: 'pass' | 'fail' | 'not_checked'; readonly why: string }
}

/**
 * What a chain file comes to. `links` are the ones up to the first fault, in order: nothing after it is vouched for. Passes
 * only when every link is signed by a key its issuer publishes, in order, with nothing left out, and no badge in it was
 * withdrawn since (that is a warning: what the file says was true when it was made).
 */
export interface ChainVerdict {
  readonly outcome: 'pass' | 'warn' | 'fail'
  readonly links: readonly CheckedLink[]
  readonly count: number
  readonly subject?: string
  readonly signedAt?: Date
  readonly fault?: ChainFault
  /** The link that the fault was found at, from 1. */
  readonly at?: number
  /** What that link claims to be, unproven. */
  readonly claimed?: string
}

const mostLinks = 2_000

/** Checks a chain file; only its data is read. Keys count only if `findKey` says that the issuer publishes them. */
export async function verifyChain(html: string, findKey: FindKey): Promise<ChainVerdict> {
  const data = readChainData(html)
  if (typeof data === 'string') return { outcome: 'fail', links: [], count: 0, fault: data }
  const count = data.links.length
  if (count > mostLinks) return { outcome: 'fail', links: [], count, fault: 'wrong-shape' }
  const links: CheckedLink[] = []
  let before: { jws: string; claims: LinkClaims } | undefined
  for (const [index, jws] of data.links.entries()) {
    const claims = claimsOfLink(jws)
    const broken = (fault: ChainFault): ChainVerdict => ({
      outcome: 'fail',
      links,
      count,
      fault,
      at: index + 1,
      ...(claims && { claimed: claims.title }),
    })
    if (!claims) return broken('unreadable-link')
    const checked = await checkLink(jws, claims, findKey)
    if (typeof checked === 'string') return broken(checked)
    const fault = faultOfPlace(claims, index + 1, before)
    if (fault) return broken(fault)
    links.push(checked)
    before = { jws, claims }
  }
  const end = faultOfEnd(before?.claims)
  if (end) return { outcome: 'fail', links, count, fault: end, at: count }
  if (!(await fitKeys(data))) return { outcome: 'fail', links, count, fault: 'changed-keys' }
  return { ...summary(links, before?.claims), links, count }
}

/**
 * Whether the keys in the file, from which its own reader checks, are just those that signed: each named by its
 * fingerprint. The verdict here rests on the published keys alone; this only says whether the file was changed.
 */
async function fitKeys({ keys, links }: ChainData): Promise<boolean> {
  const inner = links.flatMap((jws) => claimsOfLink(jws)?.credential ?? [])
  const used = new Set([...links, ...inner].map((jws) => decodeProtectedHeader(jws).kid))
  if (keys.length !== used.size) return false
  for (const { kid, jwk } of keys) {
    const fingerprint = await fingerprintOf(jwk)
    if (fingerprint === undefined || !used.delete(kid) || !kid.endsWith(`/${fingerprint}`))
      return false
  }
  return true
}

/** Undefined of what was changed so that it is no key of any type. */
const fingerprintOf = (jwk: ChainData['keys'][number]['jwk']): Promise<string | undefined> =>
  calculateJwkThumbprint({ ...jwk }).catch(() => undefined)

function summary(links: readonly CheckedLink[], last: LinkClaims | undefined) {
  const isGood = links.every(({ status }) => status === undefined || status.outcome === 'pass')
  const iat = last?.['iat']
  return {
    outcome: isGood ? ('pass' as const) : ('warn' as const),
    ...(last && { subject: last.subject }),
    ...(typeof iat === 'number' && { signedAt: new Date(iat * 1000) }),
  }
}

function faultOfProof({ signature, issuerKey, why }: ProofCheck): ChainFault | undefined {
  if (signature === 'pass' && issuerKey === 'pass') return undefined
  if (why === 'not-published') return 'key-not-published'
  return why === 'issuer-unknown' ? 'issuer-unknown' : 'bad-signature'
}

async function checkLink(
  jws: string,
  claims: LinkClaims,
  findKey: FindKey,
): Promise<CheckedLink | ChainFault> {
  const proof = await checkJws(jws, findKey)
  const fault = faultOfProof(proof)
  if (fault) return fault
  const status = claims.credential === undefined ? undefined : await checkInner(claims, findKey)
  if (typeof status === 'string') return status
  const { position, kind, title, lines } = claims
  const onBehalfOf = (claims['onBehalfOf'] as { readonly name?: unknown } | undefined)?.name
  return {
    position,
    kind,
    title,
    lines,
    issuerId: String(claims['iss']),
    keyId: proof.keyId ?? '',
    ...(typeof onBehalfOf === 'string' && { onBehalfOf }),
    ...(status && { status }),
  }
}

/** The credential inside a link: signed by its own issuer, about the same person, and what its status list says. */
async function checkInner({ credential = '', subject }: LinkClaims, findKey: FindKey) {
  const { claims, ...proof } = await checkJws(credential, findKey)
  if (faultOfProof(proof) || !claims) return 'bad-credential' as const
  const about = claims['credentialSubject'] as JsonObject | undefined
  if (about?.['id'] !== subject) return 'other-person' as const
  const entry = claims['credentialStatus'] as JsonObject | undefined
  const { outcome, why = '' } = await statusOf(entry ?? {})
  return { outcome, why }
}
