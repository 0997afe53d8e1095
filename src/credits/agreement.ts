/**
 * An agreement is one dated version of a promise by a college: who holds these badges, shown at least at this level, is
 * given so many credits for this course. Versions of one promise share a `series` and are only ever added. From the day a
 * newer version starts, the older one is no longer offered, but who earned the badges under it keeps it.
 */
import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'

export const creditUnits = ['quarter', 'semester'] as const
export type CreditUnit = (typeof creditUnits)[number]

/** All of `of`, or `atLeast` of them. */
export interface BadgeSet {
  readonly of: readonly string[]
  readonly atLeast?: number
}

export interface Agreement {
  readonly id: string
  readonly series: string
  readonly version: number
  readonly communityId: string
  readonly collegeId: string
  readonly collegeName: string
  /** "CIS 122". */
  readonly course: string
  readonly courseTitle: string
  readonly credits: number
  readonly unit: CreditUnit
  readonly badges: BadgeSet
  readonly lowestLevel: EvidenceLevel
  /** True when its badges may count for another course at the same college too. */
  readonly mayShareBadges: boolean
  readonly fills: 'requirement' | 'elective'
  readonly from: Day
  readonly to?: Day
  readonly note?: string
  readonly source?: string
  readonly demonstration: boolean
}

/** How many badges of the set are needed. */
export const needed = (set: BadgeSet): number => set.atLeast ?? set.of.length

/** True on both end days. Does not know of newer versions: see `offeredOn`. */
export const isWithin = (agreement: Pick<Agreement, 'from' | 'to'>, on: Day): boolean =>
  agreement.from <= on && (agreement.to === undefined || on <= agreement.to)

/** The version of each series that is in force on the day: the newest whose day has come, unless it has ended. */
export function offeredOn(versions: readonly Agreement[], on: Day): Agreement[] {
  const newest = new Map<string, Agreement>()
  for (const agreement of versions) {
    const known = newest.get(agreement.series)
    if (agreement.from <= on && (known === undefined || known.version < agreement.version))
      newest.set(agreement.series, agreement)
  }
  return [...newest.values()].filter((agreement) => isWithin(agreement, on))
}

/** Quarter credits are worth two thirds of semester credits: to compare, never to show. */
export const inQuarters = (credits: number, unit: CreditUnit): number =>
  unit === 'quarter' ? credits : credits * 1.5

const mostCredits = 20

/** True for an amount a college can give: above zero, at most 20, in steps of a quarter credit. */
export const isCreditAmount = (credits: number): boolean =>
  credits > 0 && credits <= mostCredits && Number.isInteger(credits * 4)

interface Fault {
  readonly field: string
  readonly message: string
}

const ownFaults = (next: Agreement): Fault[] => {
  const { of, atLeast } = next.badges
  return [
    ...(isCreditAmount(next.credits)
      ? []
      : [{ field: 'credits', message: 'credits:error.credits' }]),
    ...(next.to !== undefined && next.to < next.from
      ? [{ field: 'to', message: 'credits:error.endsBeforeStart' }]
      : []),
    ...(of.length === 0 || new Set(of).size !== of.length
      ? [{ field: 'badges.of', message: 'credits:error.badges' }]
      : []),
    ...(atLeast !== undefined && (!Number.isInteger(atLeast) || atLeast < 1 || atLeast > of.length)
      ? [{ field: 'badges.atLeast', message: 'credits:error.atLeast' }]
      : []),
  ]
}

/** What forbids publishing `next` after the earlier versions of its series; empty when it may be published. */
export function faultsOf(next: Agreement, earlier: readonly Agreement[]): Fault[] {
  const last = [...earlier].sort((a, b) => a.version - b.version).at(-1)
  if (!last) return ownFaults(next)
  return [
    ...ownFaults(next),
    ...(next.version === last.version + 1
      ? []
      : [{ field: 'version', message: 'credits:error.version' }]),
    ...(next.from > last.from ? [] : [{ field: 'from', message: 'credits:error.startsTooEarly' }]),
    ...(next.collegeId === last.collegeId && next.communityId === last.communityId
      ? []
      : [{ field: 'series', message: 'credits:error.otherSeries' }]),
  ]
}
