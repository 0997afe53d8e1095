/**
 * How soon a college means to answer a claim, in business days: Monday to Friday, holidays not left out. It counts from the
 * day after the claim came to the college: filed, answered or appealed.
 */
import { addBusinessDays, businessDaysBetween, type Day } from '../calendar.js'

/** What holds for a college that has not said otherwise. */
export const usualTarget = 10
export const longestTarget = 60

/** How long a claim has waited, and when an answer is due. */
export interface Waiting {
  readonly days: number
  readonly target: number
  readonly dueOn: Day
  readonly isLate: boolean
}

/** How a claim that came to the college on `since` stands on a day. */
export function waitingOf(since: Day, target: number, today: Day): Waiting {
  const dueOn = addBusinessDays(since, target)
  return { days: businessDaysBetween(since, today), target, dueOn, isLate: today > dueOn }
}
