/**
 * Which credit a learner's badges are worth. A learner keeps the version in force on the day the last needed badge was
 * earned; who earned the badges while nothing was in force gets what is offered today. At one college a badge counts for
 * one course only, unless an agreement says that it shares its badges.
 * Example: CIS 122 version 1 (2014) asked for 3 badges, version 2 (2015) asks for 5. Three badges of May 2014 still match.
 */
import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import { isAtLeast } from '../providers/evidence.js'
import { inQuarters, isFresh, needed, offeredOn, type Agreement } from '../agreements/agreement.js'

/** The courses for which a learner's badges are taken already, by `holdKey`. */
export type TakenBadges = ReadonlyMap<string, string>

/** One agreement that a learner's badges fulfil. */
export interface CreditMatch {
  readonly agreement: Agreement
  /** The day the last needed badge was earned. */
  readonly earnedOn: Day
  /** True when it is kept from the day the badges were earned; false when it is today's offer. */
  readonly kept: boolean
  readonly awards: readonly Award[]
  /** The course at this college that its badges count for already or better; set: choose one of the two. */
  readonly insteadOf?: string
}

/** What one badge of a learner at one college is held under while it counts for a course. */
export const holdKey = (collegeId: string, badge: string): string => `${collegeId}|${badge}`

const byDay = (a: Award, b: Award) =>
  a.awardedOn.localeCompare(b.awardedOn) || a.badge.localeCompare(b.badge)

/** The awards that fulfil the agreement when asked on a day, earliest first; undefined when too few count. */
export function fulfilling(
  agreement: Agreement,
  awards: readonly Award[],
  on: Day,
): readonly Award[] | undefined {
  const first = new Map<string, Award>()
  for (const award of [...awards].sort(byDay)) {
    const counts =
      award.state === 'live' &&
      agreement.badges.of.includes(award.badge) &&
      isAtLeast(award.evidenceLevel, agreement.lowestLevel) &&
      isFresh(agreement, award.awardedOn, on)
    if (counts && !first.has(award.badge)) first.set(award.badge, award)
  }
  const count = needed(agreement.badges)
  return count > 0 && first.size >= count ? [...first.values()].slice(0, count) : undefined
}

const lastDay = (awards: readonly Award[]): Day =>
  awards.reduce((latest, { awardedOn }) => (awardedOn > latest ? awardedOn : latest), '')

/** What one promise, given by all its versions, is worth to the awards on a day. */
export function matchOf(versions: readonly Agreement[], awards: readonly Award[], on: Day) {
  const fulfilled = versions.flatMap((agreement): CreditMatch[] => {
    const used = fulfilling(agreement, awards, on)
    if (!used) return []
    const earnedOn = lastDay(used)
    const kept = earnedOn <= on && offeredOn(versions, earnedOn).includes(agreement)
    return [{ agreement, earnedOn, kept, awards: used }]
  })
  const kept = fulfilled.filter((match) => match.kept)
  const offered = offeredOn(versions, on)
  return best(kept.length > 0 ? kept : fulfilled.filter((one) => offered.includes(one.agreement)))
}

const worth = ({ agreement }: CreditMatch) => inQuarters(agreement.credits, agreement.unit)

const best = (matches: readonly CreditMatch[]): CreditMatch | undefined =>
  [...matches].sort((a, b) => worth(b) - worth(a) || b.agreement.version - a.agreement.version)[0]

/**
 * Every match on a day, worth most first. `agreements` holds all versions of the series in question. Badges in `taken`
 * count for a claimed course; a match that can only be had with such badges, or with those of a better match, names that
 * course in `insteadOf`. The matches without `insteadOf` may all be had together.
 */
export function creditsFor(
  awards: readonly Award[],
  agreements: readonly Agreement[],
  on: Day,
  taken: TakenBadges = new Map(),
): CreditMatch[] {
  const series = bySeries(agreements)
  const all = [...series.values()]
    .flatMap((versions) => matchOf(versions, awards, on) ?? [])
    .sort((a, b) => worth(b) - worth(a) || a.agreement.series.localeCompare(b.agreement.series))
  const used = new Map(taken)
  return all.map((match) => {
    const versions = series.get(match.agreement.series) ?? []
    const mine = match.agreement.mayShareBadges
      ? match
      : matchOf(versions, free(awards, match.agreement, used), on)
    if (!mine) return { ...match, ...conflict(match, used) }
    for (const key of holdsOf(mine.agreement, mine.awards)) used.set(key, mine.agreement.course)
    return mine
  })
}

/** The versions of each promise. */
export function bySeries(agreements: readonly Agreement[]): Map<string, Agreement[]> {
  const series = new Map<string, Agreement[]>()
  for (const agreement of agreements) {
    const versions = series.get(agreement.series)
    if (versions) versions.push(agreement)
    else series.set(agreement.series, [agreement])
  }
  return series
}

const free = (awards: readonly Award[], { collegeId }: Agreement, used: TakenBadges) =>
  awards.filter(({ badge }) => !used.has(holdKey(collegeId, badge)))

const conflict = ({ agreement, awards }: CreditMatch, used: TakenBadges) => {
  const course = awards
    .map(({ badge }) => used.get(holdKey(agreement.collegeId, badge)))
    .find((taken) => taken !== undefined)
  return { insteadOf: course ?? agreement.course }
}

/** What a claim under the agreement holds, so that no badge counts twice at a college. */
export const holdsOf = (agreement: Agreement, awards: readonly Pick<Award, 'badge'>[]): string[] =>
  agreement.mayShareBadges ? [] : awards.map(({ badge }) => holdKey(agreement.collegeId, badge))
