import { BadgeFileError, fileLimits } from '../credentials/badge-file.js'
import { kindOfBadge } from './badge-content.js'
import { checkProof } from './check-proof.js'
import { checkStatus, type StatusWorld } from './check-status.js'
import { findSigner, type Signer } from './find-signer.js'
import { credentialIn } from '../credentials/jws.js'
import { issuerOf } from '../credentials/proof.js'
import { isRecord, readToken, type JsonRecord, type Token } from './read-badge-file.js'
import { checkValidity } from './validity.js'
import type { Check } from './verification.js'

/** An endorsement inside a badge whose own signature, key, dates and status all passed. */
export interface Endorsement {
  readonly by: Signer
  readonly comment: string
}

export interface EndorsementReading {
  readonly check: Check
  readonly good: readonly Endorsement[]
}

interface Carried {
  readonly token: Token | undefined
  readonly document: JsonRecord
  /** What it may endorse: the thing it stands in. */
  readonly about: unknown
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : [value].flat()

/** Every endorsement in a credential, of the credential itself, its achievement or its issuer. */
function carriedIn(document: JsonRecord): Carried[] {
  const subject = listOf(document['credentialSubject']).filter(isRecord)[0] ?? {}
  const achievement = listOf(subject['achievement']).filter(isRecord)[0] ?? {}
  const issuer = isRecord(document['issuer']) ? document['issuer'] : {}
  return [document, achievement, issuer].flatMap((endorsed) => [
    ...listOf(endorsed['endorsement'])
      .filter(isRecord)
      .map((one) => ({ token: undefined, document: one, about: endorsed['id'] })),
    ...listOf(endorsed['endorsementJwt']).map((text) => {
      const token = readToken(String(text))
      return { token, document: credentialIn(token.claims) as JsonRecord, about: endorsed['id'] }
    }),
  ])
}

/** Throws BadgeFileError for more than twenty endorsements, or one that is no token: before anything is checked. */
export function refuseTooManyEndorsements(document: JsonRecord): void {
  if (carriedIn(document).length > fileLimits.endorsements)
    throw new BadgeFileError('tooManyEndorsements')
}

/** Checks each endorsement by itself: what an endorser withdrew or never signed is not shown, and warns. */
export async function checkEndorsements(
  document: JsonRecord,
  world: StatusWorld,
): Promise<EndorsementReading> {
  const name = 'endorsements'
  const carried = carriedIn(document)
  if (carried.length === 0)
    return { check: { name, outcome: 'not_checked', why: 'none' }, good: [] }
  const read: (Endorsement | undefined)[] = []
  for (const one of carried) read.push(await endorsementIn(one, world))
  const good = read.filter((one) => one !== undefined)
  const params = { count: good.length, all: carried.length }
  return good.length === carried.length
    ? { check: { name, outcome: 'pass', why: 'good', params }, good }
    : { check: { name, outcome: 'warn', why: 'someFailed', params }, good }
}

async function endorsementIn(
  { token, document, about }: Carried,
  world: StatusWorld,
): Promise<Endorsement | undefined> {
  const subject = isRecord(document['credentialSubject']) ? document['credentialSubject'] : {}
  if (kindOfBadge(document) !== 'endorsement' || subject['id'] !== about) return undefined
  const { validFrom, validUntil } = document
  const dates = {
    ...(typeof validFrom === 'string' && { validFrom }),
    ...(typeof validUntil === 'string' && { validUntil }),
  }
  const checks = [
    ...(await checkProof(token, document, world.findKey)),
    ...checkValidity(dates, token?.claims ?? {}, world.now),
    await checkStatus(document, world),
  ]
  if (checks.some(({ outcome }) => outcome !== 'pass')) return undefined
  const comment = subject['endorsementComment']
  return {
    by: await findSigner(issuerOf(document) ?? ''),
    comment: typeof comment === 'string' ? comment.slice(0, 2_000) : '',
  }
}
