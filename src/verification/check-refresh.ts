import { BadgeFileError } from '../credentials/badge-file.js'
import { credentialIn } from '../credentials/jws.js'
import { issuerOf, type FindKey } from '../credentials/proof.js'
import { kindOfBadge } from './badge-content.js'
import { checkContext } from './check-context.js'
import { checkProof } from './check-proof.js'
import type { ReadAddress } from './read-address.js'
import { isRecord, readBadgeText, textIn, type JsonRecord, type Token } from './read-badge-file.js'
import type { Check } from './verification.js'

/** A credential as it was read: what it says, and the token it came in, if it did. */
export interface ReadCredential {
  readonly document: JsonRecord
  readonly token: Token | undefined
}

export interface Refreshed {
  readonly check: Check
  /** The newer version, whose own proof passed; the rest of the verdict is about it. */
  readonly newer?: ReadCredential
}

const name = 'refresh'
const kept = (why: string): Refreshed => ({ check: { name, outcome: 'not_checked', why } })

/**
 * Asks once for a newer version of a credential whose proof passed (Open Badges 3.0, 1EdTechCredentialRefresh). Only the
 * same credential (issuer and id), signed by its issuer and begun later, takes the place of what was given.
 */
export async function refreshed(
  document: JsonRecord,
  { read, findKey }: { readonly read: ReadAddress; readonly findKey: FindKey },
): Promise<Refreshed> {
  const service = document['refreshService']
  if (service === undefined) return kept('none')
  if (!isRecord(service) || service['type'] !== '1EdTechCredentialRefresh') return kept('otherKind')
  const got = await read(textIn(service['id']))
  if (!got) return kept('notAsked')
  if (got.status !== 200) return kept('unreachable')
  const answered = credentialOf(got.text)
  if (!answered || !isSame(answered.document, document)) return kept('otherBadge')
  const checks = [
    await checkContext(answered.document),
    ...(await checkProof(answered.token, answered.document, findKey)),
  ]
  if (checks.some(({ outcome }) => outcome !== 'pass')) return kept('otherBadge')
  return beginOf(answered.document) > beginOf(document)
    ? { check: { name, outcome: 'pass', why: 'newer' }, newer: answered }
    : { check: { name, outcome: 'pass', why: 'current' } }
}

function credentialOf(text: string): ReadCredential | undefined {
  try {
    const { payload } = readBadgeText(text)
    if (payload.kind === 'document') return { document: payload.document, token: undefined }
    if (payload.kind !== 'token') return undefined
    return { document: credentialIn(payload.token.claims) as JsonRecord, token: payload.token }
  } catch (error) {
    if (error instanceof BadgeFileError) return undefined
    throw error
  }
}

const isSame = (one: JsonRecord, other: JsonRecord) =>
  kindOfBadge(one) === kindOfBadge(other) &&
  issuerOf(one) === issuerOf(other) &&
  textIn(one['id']) === textIn(other['id'])

const beginOf = (document: JsonRecord) =>
  Date.parse(textIn(document['validFrom'] ?? document['issuanceDate'])) || 0
