import { createPublicKey } from 'node:crypto'
import { compactVerify } from 'jose'
import { Problem } from '../problems.js'
import { contentOfBadge2, type BadgeContent } from './badge-content.js'
import { fetchBadge2 } from './fetch-open-badge-2.js'
import { pinnedIn } from './pinned-document.js'
import type { FindKey, PublicKey } from '../credentials/proof.js'
import type { ReadAddress } from './read-address.js'
import { isRecord, textIn, type JsonRecord, type Payload, type Token } from './read-badge-file.js'
import { findTrustedIssuer } from './trusted-issuer-store.js'
import { keyNamed } from './trusted-issuer.js'
import type { Check } from './verification.js'

export interface Badge2World {
  readonly findKey: FindKey
  readonly read: ReadAddress
}

/** What an Open Badges 1.x or 2.x assertion says, and the checks that only it needs. */
export interface Badge2Reading {
  readonly content: BadgeContent
  readonly checks: readonly Check[]
}

const contexts =
  /^https:\/\/(w3id\.org\/openbadges\/v[12]|openbadgespec\.org\/v1)\/?(context\.json)?$/

/**
 * Reads an assertion. A hosted one is only a pointer: without asking its host it is recorded, never verified. A signed one
 * is checked against the keys its issuer publishes.
 */
export async function checkBadge2(payload: Payload, world: Badge2World): Promise<Badge2Reading> {
  if (payload.kind === 'token') return checkSigned(payload.token, world)
  const copy = payload.kind === 'document' ? payload.document : {}
  const address = payload.kind === 'address' ? payload.address : textIn(copy['id'])
  const fetched = await fetchBadge2(address, world.read)
  const assertion = fetched.assertion ?? copy
  return {
    content: contentOfBadge2(assertion),
    checks: [
      ...formChecks(assertion, payload.kind === 'address' && !fetched.assertion),
      { name: 'signature', ...fetched.signature },
      { name: 'issuerKey', outcome: 'not_checked', why: 'hosted' },
      fetched.status ?? statusOf(assertion, 'hosted'),
    ],
  }
}

function formChecks(assertion: JsonRecord, isOnlyPointer: boolean): Check[] {
  if (isOnlyPointer) return []
  const context = textIn(assertion['@context'])
  const wrong = missingIn(assertion)
  return [
    contexts.test(context)
      ? { name: 'context', outcome: 'pass', why: 'known' }
      : { name: 'context', outcome: 'warn', why: 'old' },
    wrong.length === 0
      ? { name: 'schema', outcome: 'pass', why: 'version2' }
      : { name: 'schema', outcome: 'fail', why: 'missing', params: { fields: wrong.join(', ') } },
    isRecord(assertion['recipient'])
      ? { name: 'subject', outcome: 'pass', why: 'named' }
      : { name: 'subject', outcome: 'fail', why: 'nobody' },
  ]
}

/** What every assertion must have (Open Badges 2.0, Assertion); names of 1.x count. */
function missingIn(assertion: JsonRecord): string[] {
  const has = (...names: readonly string[]) =>
    names.some((name) => assertion[name] !== undefined && assertion[name] !== null)
  const needed = {
    id: ['id', 'uid'],
    recipient: ['recipient'],
    badge: ['badge'],
    issuedOn: ['issuedOn'],
    verification: ['verification', 'verify'],
  }
  return Object.entries(needed).flatMap(([field, names]) => (has(...names) ? [] : [field]))
}

function statusOf(assertion: JsonRecord, form: 'hosted' | 'signed'): Check {
  const name = 'status'
  if (assertion['revoked'] === true) return { name, outcome: 'fail', why: 'revoked' }
  const badge = isRecord(assertion['badge']) ? assertion['badge'] : {}
  const issuer = isRecord(badge['issuer']) ? badge['issuer'] : undefined
  if (form === 'signed' && issuer && issuer['revocationList'] === undefined)
    return { name, outcome: 'pass', why: 'noList' }
  return { name, outcome: 'not_checked', why: form === 'signed' ? 'list-unreachable' : 'hosted' }
}

async function checkSigned(token: Token, { findKey }: Badge2World): Promise<Badge2Reading> {
  const assertion = token.claims
  return {
    content: contentOfBadge2(assertion),
    checks: [
      ...formChecks(assertion, false),
      ...(await checkSignature(token, findKey)),
      statusOf(assertion, 'signed'),
    ],
  }
}

/** The key a signed badge names, and where it comes from. */
type KeyFound = PublicKey | 'not-published' | 'no-key-named' | 'issuer-unknown'

async function checkSignature(token: Token, findKey: FindKey): Promise<Check[]> {
  const issuerId = contentOfBadge2(token.claims).issuerId ?? ''
  const creator = creatorOf(token)
  const known = await knownKey(issuerId, creator, findKey)
  const key = known === 'issuer-unknown' ? ownKey(token, creator) : known
  if (key === 'not-published')
    return [notMade, { name: 'issuerKey', outcome: 'fail', why: 'not-published' }]
  if (typeof key === 'string')
    return [
      { name: 'signature', outcome: 'not_checked', why: key },
      { name: 'issuerKey', outcome: 'not_checked', why: key },
    ]
  if (!(await isSignedBy(token.compact, key)))
    return [{ name: 'signature', outcome: 'fail', why: 'bad-signature' }]
  return [
    { name: 'signature', outcome: 'pass', why: 'good' },
    typeof known === 'string'
      ? { name: 'issuerKey', outcome: 'not_checked', why: 'issuer-unknown' }
      : { name: 'issuerKey', outcome: 'pass', why: 'published' },
  ]
}

const notMade: Check = { name: 'signature', outcome: 'not_checked', why: 'not-published' }

function creatorOf({ header, claims }: Token): string {
  const verification = claims['verification'] ?? claims['verify']
  const named = isRecord(verification)
    ? (verification['creator'] ?? verification['url'])
    : undefined
  return textIn(named ?? header['kid'])
}

async function knownKey(issuerId: string, creator: string, findKey: FindKey): Promise<KeyFound> {
  if (creator !== '') return findKey(issuerId, creator)
  const trusted = await findTrustedIssuer(issuerId)
  const [only, ...others] = trusted?.keys ?? []
  if (!trusted) return 'issuer-unknown'
  return only && others.length === 0 ? { jwk: { ...only.jwk } } : 'no-key-named'
}

/** The key as the badge's own issuer profile lists it: it shows that nothing was changed, not whose key it is. */
function ownKey({ claims }: Token, creator: string): KeyFound {
  const badge = isRecord(claims['badge']) ? claims['badge'] : {}
  const issuer = isRecord(badge['issuer']) ? badge['issuer'] : {}
  if (issuer['publicKey'] === undefined) return 'issuer-unknown'
  try {
    const { keys } = pinnedIn(issuer, '')
    const key = creator === '' ? keys[0] : keyNamed({ keys }, creator)
    return key ? { jwk: { ...key.jwk } } : 'not-published'
  } catch (error) {
    if (error instanceof Problem) return 'issuer-unknown'
    throw error
  }
}

async function isSignedBy(compact: string, { jwk }: PublicKey): Promise<boolean> {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    await compactVerify(compact, key, { algorithms: ['RS256', 'ES256', 'EdDSA'] })
    return true
  } catch {
    return false
  }
}
