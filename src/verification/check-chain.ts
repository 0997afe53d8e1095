import { lowestLevel, type EvidenceLevel } from '../providers/evidence.js'
import { contentOfBadge3 } from './badge-content.js'
import { claimsOfLink, readChainData, type ChainFault } from '../sharing/chain.js'
import { findSigner, type Signer } from './find-signer.js'
import { credentialIn } from '../credentials/jws.js'
import type { FindKey } from '../credentials/proof.js'
import { readToken, type JsonRecord } from './read-badge-file.js'
import { completed, overallOf, type Check, type Overall } from './verification.js'
import { verifyChain, type ChainVerdict } from './verify-chain.js'

/** One part of an exported record, by whom it was signed. */
export interface ChainPart {
  readonly title: string
  readonly lines: readonly (readonly [term: string, text: string])[]
  readonly signer: Signer
  /** The organization that the signer signed for. */
  readonly onBehalfOf?: string
}

export interface ChainChecked {
  readonly overall: Overall
  readonly checks: readonly Check[]
  readonly chain: readonly ChainPart[]
}

const unreadable: ReadonlySet<ChainFault> = new Set([
  'no-data',
  'two-data',
  'not-json',
  'wrong-shape',
  'wrong-format',
])

/**
 * The verdict on an exported record: every part signed by a key its signer publishes, in order, none left out, and whether
 * its badges still count. Nothing in it is shown unless all of it holds.
 */
export async function checkChain(
  html: string,
  world: { readonly findKey: FindKey; readonly recipient?: string | undefined },
): Promise<ChainChecked> {
  const verdict = await verifyChain(html, world.findKey)
  const broken = faultChecks(verdict)
  if (broken) {
    const checks = completed(broken)
    return { overall: overallOf(checks), checks, chain: [] }
  }
  const chain: ChainPart[] = []
  for (const { title, lines, issuerId, onBehalfOf } of verdict.links) {
    const signer = await findSigner(issuerId)
    chain.push({ title, lines, signer, ...(onBehalfOf !== undefined && { onBehalfOf }) })
  }
  const checks = completed([
    ...goodChecks(verdict),
    trustCheck(chain),
    levelCheck(html),
    { name: 'recipient', outcome: 'not_checked', why: world.recipient ? 'noAddress' : 'notAsked' },
  ])
  return { overall: overallOf(checks), checks, chain }
}

const read: Check = { name: 'parse', outcome: 'pass', why: 'html' }

function faultChecks({ fault, at = 0 }: ChainVerdict): Check[] | undefined {
  if (fault === undefined) return undefined
  const params = { at, fault: `sharing:chain.fault.${fault}` }
  if (unreadable.has(fault)) return [{ name: 'parse', outcome: 'fail', why: 'chain', params }]
  if (fault === 'key-not-published')
    return [read, { name: 'issuerKey', outcome: 'fail', why: 'not-published' }]
  if (fault === 'issuer-unknown')
    return [
      read,
      { name: 'signature', outcome: 'not_checked', why: fault },
      { name: 'issuerKey', outcome: 'not_checked', why: fault },
    ]
  return [read, { name: 'signature', outcome: 'fail', why: 'chain', params }]
}

function goodChecks({ links, signedAt }: ChainVerdict): Check[] {
  const count = links.filter(({ status }) => status && status.outcome !== 'pass').length
  const on = signedAt?.toISOString().slice(0, 10)
  return [
    read,
    { name: 'context', outcome: 'pass', why: 'chain' },
    { name: 'schema', outcome: 'pass', why: 'chain' },
    { name: 'subject', outcome: 'pass', why: 'named' },
    { name: 'signature', outcome: 'pass', why: 'chainHolds', params: { count: links.length } },
    { name: 'issuerKey', outcome: 'pass', why: 'published' },
    count > 0
      ? { name: 'status', outcome: 'warn', why: 'someInside', params: { count } }
      : { name: 'status', outcome: 'pass', why: 'current' },
    on === undefined
      ? { name: 'validFrom', outcome: 'fail', why: 'missing' }
      : { name: 'validFrom', outcome: 'pass', why: 'since', params: { on } },
    { name: 'validUntil', outcome: 'pass', why: 'noEnd' },
    { name: 'refresh', outcome: 'not_checked', why: 'none' },
    { name: 'endorsements', outcome: 'not_checked', why: 'none' },
  ]
}

function trustCheck(chain: readonly ChainPart[]): Check {
  const name = 'issuerTrusted'
  const isKnown = ({ signer }: ChainPart) => ['own', 'trusted'].includes(signer.standing)
  return chain.every(isKnown)
    ? { name, outcome: 'pass', why: 'everyPart' }
    : { name, outcome: 'warn', why: 'unknown' }
}

/** The weakest evidence level that a badge inside names. */
function levelCheck(html: string): Check {
  const data = readChainData(html)
  const levels = typeof data === 'string' ? [] : data.links.flatMap(levelsIn)
  const level = lowestLevel(levels)
  const name = 'evidence'
  if (level === undefined) return { name, outcome: 'pass', why: 'issuersWord' }
  return { name, outcome: level === 'self-reported' ? 'warn' : 'pass', why: level }
}

function levelsIn(link: string): EvidenceLevel[] {
  const credential = claimsOfLink(link)?.credential
  if (credential === undefined) return []
  const { claims } = readToken(credential)
  const { level } = contentOfBadge3(credentialIn(claims) as JsonRecord)
  return level === undefined ? [] : [level]
}
