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
  /** A badge counts only while it is at most so many months old on the day the credit is asked for. */
  readonly maxAgeMonths?: number
  /** True when its badges may count for another course at the same college too. */
  readonly mayShareBadges: boolean
  readonly fills: 'requirement' | 'elective'
  /** What else the college asks for, in its words: "after you enroll". */
  readonly conditions?: string
  /** The catalog the course was read in: "2014-15". */
  readonly catalogYear?: string
  /** True when the college only advises so; without it the agreement binds the college. */
  readonly advisory?: boolean
  readonly from: Day
  readonly to?: Day
  /** Who decided at the college, by name, and when. */
  readonly decidedBy?: string
  readonly decidedOn?: Day
  readonly note?: string
  /** For the college only: on no public page, download or call. */
  readonly internalNote?: string
  readonly source?: string
  /** The version of each badge that was looked at when this was decided. */
  readonly badgeVersions?: readonly { readonly slug: string; readonly version: number }[]
  /** True for a version that ends the promise: from its day on nothing is offered. */
  readonly retired?: boolean
  readonly demonstration: boolean
}

/** How many badges of the set are needed. */
export const needed = (set: BadgeSet): number => set.atLeast ?? set.of.length

/** True on both end days. Does not know of newer versions: see `offeredOn`. */
export const isWithin = (agreement: Pick<Agreement, 'from' | 'to'>, on: Day): boolean =>
  agreement.from <= on && (agreement.to === undefined || on <= agreement.to)

/** The version of each series that is in force on the day: the newest whose day has come, unless it ended or retires it. */
export function offeredOn(versions: readonly Agreement[], on: Day): Agreement[] {
  const newest = new Map<string, Agreement>()
  for (const agreement of versions) {
    const known = newest.get(agreement.series)
    if (agreement.from <= on && (known === undefined || known.version < agreement.version))
      newest.set(agreement.series, agreement)
  }
  return [...newest.values()].filter((agreement) => !agreement.retired && isWithin(agreement, on))
}

/** The same day so many months later, or the last of that month: a month after 31 January is 28 February. */
export function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)))
    .toISOString()
    .slice(0, 10)
}

/** True while a badge of that day still counts on `on` by the greatest age the agreement allows. */
export const isFresh = (
  { maxAgeMonths }: Pick<Agreement, 'maxAgeMonths'>,
  awardedOn: Day,
  on: Day,
): boolean => maxAgeMonths === undefined || on <= monthsAfter(awardedOn, maxAgeMonths)

/** Quarter credits are worth two thirds of semester credits: to compare, never to show. */
export const inQuarters = (credits: number, unit: CreditUnit): number =>
  unit === 'quarter' ? credits : credits * 1.5

const mostCredits = 20

/** True for an amount a college can give: above zero, at most 20, in steps of a quarter credit. */
export const isCreditAmount = (credits: number): boolean =>
  credits > 0 && credits <= mostCredits && Number.isInteger(credits * 4)

export interface Fault {
  readonly field: string
  readonly message: string
  readonly params?: Readonly<Record<string, string | number>>
}

const isMonths = (months: number) => Number.isInteger(months) && months >= 1 && months <= 600

const ownFaults = (next: Agreement): Fault[] => {
  const { of, atLeast } = next.badges
  return [
    ...(isCreditAmount(next.credits)
      ? []
      : [{ field: 'credits', message: 'agreements:error.credits' }]),
    ...(next.to !== undefined && next.to < next.from
      ? [{ field: 'to', message: 'agreements:error.endsBeforeStart' }]
      : []),
    ...(of.length === 0 || new Set(of).size !== of.length
      ? [{ field: 'badges.of', message: 'agreements:error.badges' }]
      : []),
    ...(atLeast !== undefined && (!Number.isInteger(atLeast) || atLeast < 1 || atLeast > of.length)
      ? [{ field: 'badges.atLeast', message: 'agreements:error.atLeast' }]
      : []),
    ...(next.maxAgeMonths === undefined || isMonths(next.maxAgeMonths)
      ? []
      : [{ field: 'maxAgeMonths', message: 'agreements:error.maxAge' }]),
    ...(next.catalogYear === undefined || isCatalogYear(next.catalogYear)
      ? []
      : [{ field: 'catalogYear', message: 'agreements:error.catalogYear' }]),
  ]
}

/** True for "2014-15": a year and the two figures of the next. */
export const isCatalogYear = (text: string): boolean => {
  const [, year, next] = /^(\d{4})-(\d{2})$/.exec(text) ?? []
  return year !== undefined && (Number(year) + 1) % 100 === Number(next)
}

/** What forbids publishing `next` after the earlier versions of its series; empty when it may be published. */
export function faultsOf(next: Agreement, earlier: readonly Agreement[]): Fault[] {
  const last = [...earlier].sort((a, b) => a.version - b.version).at(-1)
  if (!last) return ownFaults(next)
  return [
    ...ownFaults(next),
    ...(next.version === last.version + 1
      ? []
      : [{ field: 'version', message: 'agreements:error.version' }]),
    ...(next.from > last.from
      ? []
      : [{ field: 'from', message: 'agreements:error.startsTooEarly' }]),
    ...(next.collegeId === last.collegeId && next.communityId === last.communityId
      ? []
      : [{ field: 'series', message: 'agreements:error.otherSeries' }]),
  ]
}
