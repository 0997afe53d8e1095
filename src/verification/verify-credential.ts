import { lowestLevel } from '../providers/evidence.js'
import { contentOfBadge3, kindOfBadge, type BadgeContent } from './badge-content.js'
import { BadgeFileError, fileLimits } from '../credentials/badge-file.js'
import { checkBadge2 } from './check-open-badge-2.js'
import { checkChain, type ChainPart } from './check-chain.js'
import { checkContext } from './check-context.js'
import {
  checkEndorsements,
  refuseTooManyEndorsements,
  type Endorsement,
} from './check-endorsements.js'
import { checkForm } from './check-form.js'
import { checkProof } from './check-proof.js'
import { refreshed, type ReadCredential } from './check-refresh.js'
import { checkStatus, type StatusWorld } from './check-status.js'
import { checkSigner, findSigner, type Signer } from './find-signer.js'
import { checkHolder } from './holder.js'
import { credentialIn } from '../credentials/jws.js'
import {
  isRecord,
  type BadgeFile,
  type BadgeSource,
  type JsonRecord,
  type Payload,
  type Token,
} from './read-badge-file.js'
import { checkValidity } from './validity.js'
import { completed, isForged, overallOf, type Check, type Overall } from './verification.js'

/**
 * The verdict on one badge. `content`, `signer` and `endorsements` are there only while nothing is forged: then they are
 * what the badge says, proven when the signature passed, else merely written in the file.
 */
export interface Verification {
  readonly source: BadgeSource
  readonly overall: Overall
  readonly checks: readonly Check[]
  readonly content?: BadgeContent
  readonly signer?: Signer
  readonly endorsements: readonly Endorsement[]
  /** The badges inside a learner record (CLR), each with its own verdict. */
  readonly parts: readonly Verification[]
  /** The parts of an exported record. */
  readonly chain?: readonly ChainPart[]
}

export interface VerifyWorld extends StatusWorld {
  /** An address the badge should belong to; never kept. */
  readonly recipient?: string | undefined
}

type Reading = Pick<Verification, 'content' | 'endorsements' | 'parts'> & {
  readonly checks: readonly Check[]
}

/**
 * Verifies a badge, whatever its version. Never throws but BadgeFileError for what is no badge or over the limits; asks
 * the network only through `world.read`.
 */
export async function verifyCredential(file: BadgeFile, world: VerifyWorld): Promise<Verification> {
  const { payload, source, hasMore, baking } = file
  if (payload.kind === 'chain')
    return { source, ...(await checkChain(payload.html, world)), endorsements: [], parts: [] }
  const parse: Check = hasMore
    ? { name: 'parse', outcome: 'warn', why: 'hasMore' }
    : { name: 'parse', outcome: 'pass', why: source }
  const isOld = baking === 'open-badge-2' || kindOf(payload) === 'open-badge-2'
  const { checks, ...said } = await (isOld ? readOld(payload, world) : readNew(payload, world))
  return concluded(source, [parse, ...checks], said, world)
}

const tokenOf = (payload: Payload): Token | undefined =>
  payload.kind === 'token' ? payload.token : undefined

function documentOf(payload: Payload): JsonRecord {
  if (payload.kind === 'token') return credentialIn(payload.token.claims) as JsonRecord
  if (payload.kind === 'document') return payload.document
  throw new BadgeFileError(payload.kind === 'address' ? 'link' : 'notABadge')
}

const kindOf = (payload: Payload) =>
  payload.kind === 'token' || payload.kind === 'document'
    ? kindOfBadge(documentOf(payload))
    : undefined

async function readOld(payload: Payload, world: VerifyWorld): Promise<Reading> {
  const { content, checks } = await checkBadge2(payload, world)
  const isKnown = content.validFrom !== undefined || payload.kind !== 'address'
  const dates = isKnown ? checkValidity(content, {}, world.now) : []
  return { content, checks: [...checks, ...dates], endorsements: [], parts: [] }
}

async function readNew(payload: Payload, world: VerifyWorld): Promise<Reading> {
  const given = { document: documentOf(payload), token: tokenOf(payload) }
  const { checks, ...said } = await readCredential(given, world)
  if (!isProven(checks)) return { checks, ...said }
  const { check, newer } = await refreshed(given.document, world)
  if (!newer) return { checks: [...checks, check], ...said }
  const latest = await readCredential(newer, world)
  return { ...latest, checks: [...latest.checks, check] }
}

async function readCredential(
  { document, token }: ReadCredential,
  world: VerifyWorld,
): Promise<Reading> {
  refuseExcess(document)
  const context = await checkContext(document)
  const form = [context, ...(await checkForm(document))]
  const nothing = { endorsements: [], parts: [] }
  if (context.outcome === 'fail' && !token)
    return {
      checks: [...form, { name: 'signature', outcome: 'not_checked', why: 'unreadable' }],
      ...nothing,
    }
  const proof = await checkProof(token, document, world.findKey)
  if (isForged(proof)) return { checks: [...form, ...proof], ...nothing }
  const parts = await partsOf(document, world)
  const content = withLevelOf(parts, contentOfBadge3(document))
  const endorsed = await checkEndorsements(document, world)
  const checks = [
    ...form,
    ...withParts(proof, parts),
    ...checkValidity(content, token?.claims ?? {}, world.now),
    statusWith(await checkStatus(document, world), parts),
    endorsed.check,
  ]
  return { checks, content, endorsements: endorsed.good, parts }
}

/** True when the issuer signed it: only then may its words send us anywhere. */
const isProven = (checks: readonly Check[]): boolean =>
  (['signature', 'issuerKey'] as const).every((name) =>
    checks.some((check) => check.name === name && check.outcome === 'pass'),
  )

/** The badges inside a learner record (CLR 2.0). */
export function badgesInside(document: JsonRecord): readonly JsonRecord[] {
  if (kindOfBadge(document) !== 'clr') return []
  const subject = isRecord(document['credentialSubject']) ? document['credentialSubject'] : {}
  return [subject['verifiableCredential'] ?? []].flat().filter(isRecord)
}

/** What would cost more than any honest badge is refused before anything is checked. */
function refuseExcess(document: JsonRecord): void {
  if (kindOfBadge(document) === undefined) throw new BadgeFileError('notABadge')
  refuseTooManyEndorsements(document)
  const inside = badgesInside(document)
  if (inside.length > fileLimits.nested) throw new BadgeFileError('tooManyBadges')
  if (inside.some((one) => kindOfBadge(one) !== 'open-badge-3'))
    throw new BadgeFileError('notABadge')
}

/** Each badge inside a learner record, verified by itself. */
async function partsOf(document: JsonRecord, world: VerifyWorld): Promise<Verification[]> {
  const parts: Verification[] = []
  for (const one of badgesInside(document)) {
    const payload = { kind: 'document', document: one } as const
    parts.push(await verifyCredential({ source: 'json', payload, hasMore: false }, world))
  }
  return parts
}

/** A learner record is as strong as the weakest badge in it. */
function withLevelOf(parts: readonly Verification[], content: BadgeContent): BadgeContent {
  const level = lowestLevel(parts.flatMap((part) => part.content?.level ?? []))
  return level === undefined ? content : { ...content, level }
}

/** A record with a badge inside that no longer counts is still its issuer's word, but says so. */
function statusWith(status: Check, parts: readonly Verification[]): Check {
  const count = parts.filter(({ overall }) => overall === 'fail').length
  return count > 0 && status.outcome === 'pass'
    ? { name: 'status', outcome: 'warn', why: 'someInside', params: { count } }
    : status
}

/** A record with a forged badge inside is a forged record. */
function withParts(proof: readonly Check[], parts: readonly Verification[]): readonly Check[] {
  const forged = parts.filter(({ checks }) => isForged(checks)).length
  if (forged === 0) return proof
  const params = { count: forged }
  return [{ name: 'signature', outcome: 'fail', why: 'forgedInside', params }]
}

async function concluded(
  source: BadgeSource,
  made: readonly Check[],
  { content, endorsements, parts }: Omit<Reading, 'checks'>,
  world: VerifyWorld,
): Promise<Verification> {
  if (!content || isForged(made)) return { source, ...verdictOf(made), endorsements: [], parts: [] }
  const signer = await findSigner(content.issuerId ?? '')
  const isUnchanged = made.some(({ name, outcome }) => name === 'signature' && outcome === 'pass')
  const checks = [
    ...made,
    checkSigner(signer, isUnchanged),
    checkLevel(content, isUnchanged),
    checkHolder(content, world.recipient),
  ]
  return { source, ...verdictOf(checks), content, signer, endorsements, parts }
}

/** How strong the evidence is that the badge itself names. A badge that rests on the learner's own word says so for good. */
function checkLevel({ level }: BadgeContent, isProven: boolean): Check {
  const name = 'evidence'
  if (!isProven) return { name, outcome: 'not_checked', why: 'unproven' }
  if (level === undefined) return { name, outcome: 'pass', why: 'issuersWord' }
  return { name, outcome: level === 'self-reported' ? 'warn' : 'pass', why: level }
}

function verdictOf(made: readonly Check[]): Pick<Verification, 'checks' | 'overall'> {
  const checks = completed(made)
  return { checks, overall: overallOf(checks) }
}
