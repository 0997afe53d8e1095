/**
 * Every read or send of a learner's record by somebody else is one disclosure. Disclosures are append-only and form one
 * hash chain per learner: each carries the hash of the one before, so a row that was changed, removed or slipped in later
 * breaks the chain at that place.
 */
import { createHash } from 'node:crypto'
import type { RecordKind } from './consent.js'

/** 'listing': name, place, tracks, ready since, rules met, under the program agreement. 'referral': a referral's own states. */
export type DisclosedKind = RecordKind | 'listing' | 'referral'

export type LegalBasis = 'consent' | 'pairing' | 'program-agreement'
export type Channel = 'view' | 'list' | 'export' | 'api' | 'send'

/** What happened, before it takes its place in a learner's chain. `readId` is common to all rows of one list or export. */
export interface DisclosedRead {
  readonly id: string
  readonly learnerId: string
  readonly readId: string
  readonly at: Date
  readonly actorId: string
  readonly actorName: string
  readonly organizationId: string
  readonly organizationName: string
  readonly basis: LegalBasis
  readonly consentIds: readonly string[]
  readonly records: readonly DisclosedKind[]
  readonly purpose: string
  readonly channel: Channel
}

export interface Disclosure extends DisclosedRead {
  readonly sequence: number
  readonly previousHash: string
  readonly hash: string
}

/** The end of a chain: what the next row needs to know. */
export type ChainEnd = Pick<Disclosure, 'sequence' | 'hash'>

/** The end of the chain of a learner about whom nothing was disclosed yet. */
export const chainStart: ChainEnd = { sequence: 0, hash: '0'.repeat(64) }

const hashOf = (row: Omit<Disclosure, 'hash'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        row.sequence,
        row.previousHash,
        row.id,
        row.learnerId,
        row.readId,
        row.at.toISOString(),
        row.actorId,
        row.actorName,
        row.organizationId,
        row.organizationName,
        row.basis,
        row.consentIds,
        row.records,
        row.purpose,
        row.channel,
      ]),
    )
    .digest('hex')

/** The row that follows `end` in the learner's chain. */
export function chained(read: DisclosedRead, end: ChainEnd): Disclosure {
  const row = { ...read, sequence: end.sequence + 1, previousHash: end.hash }
  return { ...row, hash: hashOf(row) }
}

export type ChainBreak = 'sequence' | 'link' | 'content'

export interface ChainReport {
  readonly intact: boolean
  readonly rows: number
  readonly brokenAt?: number
  readonly why?: ChainBreak
}

const breakOf = (row: Disclosure, end: ChainEnd): ChainBreak | undefined => {
  if (row.sequence !== end.sequence + 1) return 'sequence'
  if (row.previousHash !== end.hash) return 'link'
  return hashOf(row) === row.hash ? undefined : 'content'
}

/** Checks one learner's rows in order of sequence; names the first that does not fit. */
export function verifyChain(rows: readonly Disclosure[]): ChainReport {
  let end = chainStart
  for (const row of rows) {
    const why = breakOf(row, end)
    if (why) return { intact: false, rows: rows.length, brokenAt: end.sequence + 1, why }
    end = row
  }
  return { intact: true, rows: rows.length }
}
