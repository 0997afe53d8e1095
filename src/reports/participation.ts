/**
 * Participation in the federal programs, folded from the stays that centers reported. The exit is the last day of the last
 * service, and known only after 90 days without another: a new stay within them goes on with the same participation, one after
 * them begins the next. Example: stays to 31 March and from 29 June are one; from 30 June they are two.
 */
import { daysBetween, type Day } from '../calendar.js'
import { isStanding, type CoEnrollment } from '../referrals/co-enrollment.js'
import { programYear } from './quarter.js'

/** WIOA Title I, which shares one record, one entry and one exit. */
const federal: ReadonlySet<string> = new Set(['wioa-adult', 'wioa-dislocated', 'wioa-youth'])
const daysToExit = 90

export interface Participation {
  readonly enteredOn: Day
  /** The last day of the last stay; none while one goes on. */
  readonly lastOn?: Day
}

export type Stay = Pick<CoEnrollment, 'program' | 'startOn' | 'endOn' | 'takenBack'>

const goesOnWith = ({ lastOn }: Participation, day: Day): boolean =>
  lastOn === undefined || daysBetween(lastOn, day) <= daysToExit

function withStay({ enteredOn, lastOn }: Participation, { endOn }: Stay): Participation {
  if (lastOn === undefined || endOn === undefined) return { enteredOn }
  return { enteredOn, lastOn: endOn > lastOn ? endOn : lastOn }
}

/** The participations of one learner, the earliest first; without what was taken back and what no federal program is. */
export function participationsOf(stays: readonly Stay[]): Participation[] {
  const found: Participation[] = []
  const counted = stays.filter((stay) => isStanding(stay) && federal.has(stay.program))
  for (const stay of counted.sort((a, b) => a.startOn.localeCompare(b.startOn))) {
    const last = found.at(-1)
    if (last && goesOnWith(last, stay.startOn)) found[found.length - 1] = withStay(last, stay)
    else
      found.push({
        enteredOn: stay.startOn,
        ...(stay.endOn !== undefined && { lastOn: stay.endOn }),
      })
  }
  return found
}

/** The day of exit, once it is final. */
export const exitOf = ({ lastOn }: Participation, today: Day): Day | undefined =>
  lastOn !== undefined && daysBetween(lastOn, today) > daysToExit ? lastOn : undefined

/** True for a day from the entry to the last day. */
export const isDuring = ({ enteredOn, lastOn }: Participation, day: Day): boolean =>
  enteredOn <= day && (lastOn === undefined || day <= lastOn)

/** True when it holds a day of that program year. */
export function isWithinYear({ enteredOn, lastOn }: Participation, year: number): boolean {
  const { from, to } = programYear(year)
  return enteredOn <= to && (lastOn === undefined || lastOn >= from)
}
