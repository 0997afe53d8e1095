/**
 * Every read or send of a learner's record by somebody else is one disclosure. Disclosures are append-only and form one
 * hash chain per learner: each carries the hash of the one before, so a row that was changed, removed or slipped in later
 * breaks the chain at that place.
 */
import { createHash } from 'node:crypto'
import type { RecordKind } from './consent.js'

/**
 * 'listing': name, place, tracks, ready since, rules met, under the program agreement. 'referral', 'claim', 'application':
 * such a request's own states, with the name of who made it. 'status': what a printed card shows (src/cards). 'meeting': what
 * a mentor noted of meetings and shared with staff.
 */
export type DisclosedKind =
  RecordKind | 'listing' | 'referral' | 'claim' | 'application' | 'status' | 'meeting'

/**
 * 'request': the learner asked that organization for something, which it must be able to answer. 'card': whoever looked had
 * the code of the learner's printed card.
 */
export type LegalBasis = 'consent' | 'pairing' | 'program-agreement' | 'request' | 'card'
export type Channel = 'view' | 'list' | 'export' | 'api' | 'send' | 'card'

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

/**
 * What is wrong at a place of a chain: a number is missing, stands twice or out of order, a row does not follow the one
 * before, was changed, or is not the one the head names; the end is missing, or rows stand past the head.
 */
export type ChainBreak = 'gap' | 'fork' | 'order' | 'link' | 'content' | 'head' | 'tail' | 'beyond'

export interface ChainReport {
  readonly intact: boolean
  readonly rows: number
  readonly brokenAt?: number
  readonly why?: ChainBreak
}

const numberBreak = (sequence: number, end: ChainEnd): ChainBreak | undefined => {
  if (sequence === end.sequence + 1) return undefined
  if (sequence > end.sequence) return 'gap'
  return sequence === end.sequence ? 'fork' : 'order'
}

const breakOf = (row: Disclosure, end: ChainEnd, head?: ChainEnd): ChainBreak | undefined => {
  const why = numberBreak(row.sequence, end)
  if (why) return why
  if (row.previousHash !== end.hash) return 'link'
  if (hashOf(row) !== row.hash) return 'content'
  return head?.sequence === row.sequence && head.hash !== row.hash ? 'head' : undefined
}

/** A chain of which some rows were checked; it grows by one row at a time, so a long one needs no memory. */
export interface CheckedChain {
  readonly end: ChainEnd
  readonly rows: number
  readonly broken?: { readonly at: number; readonly why: ChainBreak }
}

export const uncheckedChain: CheckedChain = { end: chainStart, rows: 0 }

/** Checks the next row, in the order in which rows are kept. After the first break only the rows are counted. */
export function checkNext(chain: CheckedChain, row: Disclosure, head?: ChainEnd): CheckedChain {
  const rows = chain.rows + 1
  if (chain.broken) return { ...chain, rows }
  const why = breakOf(row, chain.end, head)
  const at = why === 'gap' ? chain.end.sequence + 1 : row.sequence
  return why ? { ...chain, rows, broken: { at, why } } : { end: row, rows }
}

/**
 * Checks the end of a chain against its head, which is written after the row. One row past the head is what an append that
 * a crash cut short leaves: it is told by `isLoose` and not a break; the next read moves the head on.
 */
export function checkEnd(chain: CheckedChain, head: ChainEnd = chainStart): CheckedChain {
  const { end, broken } = chain
  if (broken || end.sequence === head.sequence || isLoose(chain, head)) return chain
  return end.sequence < head.sequence
    ? { ...chain, broken: { at: end.sequence + 1, why: 'tail' } }
    : { ...chain, broken: { at: head.sequence + 1, why: 'beyond' } }
}

/** True when exactly one row stands past the head. */
export const isLoose = ({ end, broken }: CheckedChain, head: ChainEnd = chainStart): boolean =>
  !broken && end.sequence === head.sequence + 1

/** Checks one learner's rows in the order given, and against the head when it is known; names the first that does not fit. */
export function verifyChain(rows: readonly Disclosure[], head?: ChainEnd): ChainReport {
  const read = rows.reduce((chain, row) => checkNext(chain, row, head), uncheckedChain)
  const { broken } = head ? checkEnd(read, head) : read
  return broken
    ? { intact: false, rows: rows.length, brokenAt: broken.at, why: broken.why }
    : { intact: true, rows: rows.length }
}
