import type { Day } from '../calendar.js'
import type { Agreement, CreditUnit } from '../agreements/agreement.js'
import { isEnded, lastReason, type Claim } from '../claims/claim.js'
import type { CreditMatch, TakenBadges } from './credit.js'

export type CreditStatus = 'match' | Claim['state']

type Named = 'series' | 'version' | 'collegeId' | 'collegeName' | 'course' | 'courseTitle' | 'unit'

/** One line of credit on a record: a match not claimed yet, or a claim and what became of it. */
export interface RecordCredit extends Pick<Agreement, Named> {
  readonly agreement: string
  /** What was given once it is granted, else what is asked for or offered. */
  readonly credits: number
  readonly status: CreditStatus
  readonly badges: readonly string[]
  /** Match: the day the badges were earned. Claim: undefined. */
  readonly earnedOn?: Day
  /** Match: true when kept from the day the badges were earned though the agreement has changed or ended since. */
  readonly kept?: boolean
  /** Match: its badges count for this other course at the same college; only one of the two can be had. */
  readonly insteadOf?: string
  readonly claimId?: string
  /** True once credit was given, so that there is a signed credential of it. */
  readonly isGiven?: true
  readonly reason?: string
  readonly demonstration: boolean
}

/** The badges that live claims hold, each with the course it is held for. A claim that has ended holds none. */
export const takenBy = (claims: readonly Claim[]): TakenBadges =>
  new Map(
    claims
      .filter(({ state }) => !isEnded(state))
      .flatMap((claim) =>
        claim.holds.map((hold): [string, string] => [hold, claim.agreement.course]),
      ),
  )

/** True when the college refused or took back credit on exactly these badges at these levels: nothing new could be shown. */
export const isRefusedAlready = (match: CreditMatch, claims: readonly Claim[]): boolean =>
  claims.some(
    ({ state, agreement, badges }) =>
      (state === 'refused' || state === 'revoked') &&
      agreement.id === match.agreement.id &&
      keyOf(badges.map(({ slug, evidenceLevel }) => `${slug} ${evidenceLevel}`)) ===
        keyOf(match.awards.map(({ badge, evidenceLevel }) => `${badge} ${evidenceLevel}`)),
  )

const keyOf = (parts: readonly string[]) => [...parts].sort().join('|')

/**
 * Claims as they stand, newest first, then the matches that may still be claimed, worth most first. A withdrawn claim is no
 * part of a record: nothing was decided on it.
 */
export function recordCredits(
  claims: readonly Claim[],
  matches: readonly CreditMatch[],
): RecordCredit[] {
  const asked = new Set(
    claims.filter(({ state }) => !isEnded(state)).map(({ agreement }) => agreement.series),
  )
  const open = matches.filter(
    (match) => !asked.has(match.agreement.series) && !isRefusedAlready(match, claims),
  )
  const told = claims.filter(({ state }) => state !== 'withdrawn')
  return [...told.map(ofClaim), ...open.map(ofMatch)]
}

function ofClaim(claim: Claim): RecordCredit {
  const { agreement } = claim
  const reason = lastReason(claim)
  return {
    agreement: agreement.id,
    series: agreement.series,
    version: agreement.version,
    collegeId: claim.collegeId,
    collegeName: claim.collegeName,
    course: agreement.course,
    courseTitle: agreement.courseTitle,
    credits: claim.granted ?? agreement.credits,
    unit: agreement.unit,
    status: claim.state,
    badges: claim.badges.map(({ slug }) => slug),
    claimId: claim.id,
    ...(claim.granted !== undefined && { isGiven: true as const }),
    ...(reason !== undefined && { reason }),
    demonstration: claim.demonstration,
  }
}

function ofMatch(match: CreditMatch): RecordCredit {
  const { agreement, earnedOn, kept, awards, insteadOf } = match
  return {
    agreement: agreement.id,
    series: agreement.series,
    version: agreement.version,
    collegeId: agreement.collegeId,
    collegeName: agreement.collegeName,
    course: agreement.course,
    courseTitle: agreement.courseTitle,
    credits: agreement.credits,
    unit: agreement.unit,
    status: 'match',
    badges: awards.map(({ badge }) => badge),
    earnedOn,
    kept,
    ...(insteadOf !== undefined && { insteadOf }),
    demonstration: agreement.demonstration,
  }
}

export interface CreditTotal {
  readonly unit: CreditUnit
  readonly credits: number
  readonly courses: number
}

/** What colleges gave adds up to, by unit; also while the learner appeals for more. */
export const givenTotal = (credits: readonly RecordCredit[]): CreditTotal[] =>
  totalOf(credits.filter(({ isGiven }) => isGiven))

/** What may still be claimed adds up to, by unit; matches that exclude each other count once. */
export const openTotal = (credits: readonly RecordCredit[]): CreditTotal[] =>
  totalOf(credits.filter(({ status, insteadOf }) => status === 'match' && insteadOf === undefined))

function totalOf(counted: readonly RecordCredit[]): CreditTotal[] {
  return (['quarter', 'semester'] as const)
    .map((unit) => {
      const lines = counted.filter((line) => line.unit === unit)
      const sum = lines.reduce((total, line) => total + line.credits, 0)
      return { unit, credits: sum, courses: lines.length }
    })
    .filter(({ courses }) => courses > 0)
}
