import { checkEmbedded } from '../credentials/embedded-proof.js'
import { checkJws, credentialIn } from '../credentials/jws.js'
import { issuerOf, type CheckOutcome, type FindKey, type ProofCheck } from '../credentials/proof.js'
import type { ReadAddress } from './read-address.js'
import { isRecord, recordIn, type JsonRecord } from './read-badge-file.js'
import { ownPurpose } from '../credentials/read-status.js'
import { findListBits } from '../credentials/status-list-store.js'
import {
  decodeList,
  entryOf,
  statusIn,
  type StatusCheck,
  type StatusEntry,
} from '../credentials/status-list.js'
import type { Check } from './verification.js'

export interface StatusWorld {
  readonly findKey: FindKey
  readonly read: ReadAddress
  readonly now: Date
}

const name = 'status'
const mostEntries = 5

/**
 * Whether the issuer has withdrawn a credential. Our own lists are in the database; another issuer's is read only when
 * fetching is on, and counts only when that same issuer signed it. What could not be asked is not checked, never passed.
 */
export async function checkStatus(document: JsonRecord, world: StatusWorld): Promise<Check> {
  const entries = [document['credentialStatus'] ?? []].flat()
  if (entries.length === 0) return { name, outcome: 'pass', why: 'noList' }
  if (entries.length > mostEntries) return { name, outcome: 'fail', why: 'not-an-entry' }
  let last: Check = { name, outcome: 'not_checked', why: 'not-an-entry' }
  for (const entry of entries) {
    last = isRecord(entry)
      ? await checkEntry(entry, document, world)
      : { name, outcome: 'fail', why: 'not-an-entry' }
    if (last.outcome !== 'pass') return last
  }
  return last
}

const asCheck = ({ outcome, why }: StatusCheck): Check => ({ name, outcome, why: why ?? 'current' })

async function checkEntry(
  raw: JsonRecord,
  document: JsonRecord,
  world: StatusWorld,
): Promise<Check> {
  const issuerId = issuerOf(document) ?? ''
  if (raw['type'] === '1EdTechRevocationList')
    return checkRevocationList(raw['id'], document['id'], issuerId, world)
  const isOld = raw['type'] === 'StatusList2021Entry'
  const entry = entryOf(isOld ? { ...raw, type: 'BitstringStatusListEntry' } : raw)
  if (!entry) return asCheck({ outcome: 'not_checked', why: 'not-an-entry' })
  const own = await findListBits({ url: entry.list })
  if (!own) return checkForeignList(entry, issuerId, world)
  if (own.issuerId !== issuerId) return { name, outcome: 'fail', why: 'otherIssuer' }
  return asCheck(statusIn(own.bits, ownPurpose, entry))
}

const unreachable: Check = { name, outcome: 'not_checked', why: 'list-unreachable' }

async function checkForeignList(
  entry: StatusEntry,
  issuerId: string,
  world: StatusWorld,
): Promise<Check> {
  const got = await world.read(entry.list)
  if (got?.status !== 200) return unreachable
  return checkFetchedList(got.text, entry, issuerId, world)
}

/** What a status list that was read says: it must be signed by the credential's own issuer, in force, and of that purpose. */
export async function checkFetchedList(
  text: string,
  entry: StatusEntry,
  issuerId: string,
  { findKey, now }: Pick<StatusWorld, 'findKey' | 'now'>,
): Promise<Check> {
  const { document: list, proof } = await signedDocument(text.trim(), findKey)
  if (!list || proof === 'fail' || issuerOf(list) !== issuerId)
    return { name, outcome: 'fail', why: 'listNotSigned' }
  if (proof === 'not_checked') return { name, outcome: 'not_checked', why: 'listUnproven' }
  const until = list['validUntil'] ?? list['expirationDate']
  if (typeof until === 'string' && !(Date.parse(until) > now.getTime()))
    return { name, outcome: 'not_checked', why: 'listOutdated' }
  const subject = isRecord(list['credentialSubject']) ? list['credentialSubject'] : {}
  const encoded = subject['encodedList']
  const bits = decodeList(typeof encoded === 'string' ? encoded : '')
  return asCheck(statusIn(bits, subject['statusPurpose'], entry))
}

interface SignedDocument {
  readonly document?: JsonRecord
  /** Whether its issuer signed it: passed only when signature and key both did, not checked for keys nobody vouches for. */
  readonly proof: CheckOutcome
}

async function signedDocument(text: string, findKey: FindKey): Promise<SignedDocument> {
  if (!text.startsWith('{')) {
    const { claims, ...proof } = await checkJws(text, findKey)
    const document = claims && (credentialIn(claims) as JsonRecord)
    return { ...(document && { document }), proof: weakest(proof) }
  }
  const document = recordIn(text)
  if (!document) return { proof: 'fail' }
  return { document, proof: weakest(await checkEmbedded(document, findKey)) }
}

const weakest = ({ signature, issuerKey }: ProofCheck): CheckOutcome =>
  (['fail', 'not_checked'] as const).find((one) => [signature, issuerKey].includes(one)) ?? 'pass'

/** 1EdTech's older list of withdrawn ids. It is not signed: it must at least name the same issuer. */
async function checkRevocationList(
  address: unknown,
  credentialId: unknown,
  issuerId: string,
  { read }: Pick<StatusWorld, 'read'>,
): Promise<Check> {
  const got = typeof address === 'string' ? await read(address) : undefined
  const list = got?.status === 200 ? recordIn(got.text) : undefined
  if (!list || issuerOf(list) !== issuerId) return unreachable
  const revoked = [list['revokedCredential'] ?? []].flat().filter(isRecord)
  return revoked.some(({ id, revoked: word }) => id === credentialId && word !== false)
    ? { name, outcome: 'fail', why: 'revoked' }
    : { name, outcome: 'pass', why: 'current' }
}
