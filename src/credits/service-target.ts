/**
 * How soon a college means to answer a claim, in business days: Monday to Friday, holidays not left out. It counts from the
 * day after the claim came to the college: filed, answered or appealed.
 */
import { addDays, daysBetween, type Day } from '../calendar.js'

/** What holds for a college that has not said otherwise. */
export const usualTarget = 10
export const longestTarget = 60

/** 0 is Sunday. */
const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay()

const isBusinessDay = (day: Day): boolean => weekday(day) !== 0 && weekday(day) !== 6

/** Business days after `from` up to and with `to`; 0 when `to` is not later. */
export function businessDaysBetween(from: Day, to: Day): number {
  const days = daysBetween(from, to)
  if (days <= 0) return 0
  const weeks = Math.floor(days / 7)
  let count = weeks * 5
  for (let day = addDays(from, weeks * 7 + 1); day <= to; day = addDays(day, 1))
    if (isBusinessDay(day)) count += 1
  return count
}

/** The day that is so many business days after `from`. */
export function addBusinessDays(from: Day, count: number): Day {
  let day = from
  for (let left = count; left > 0;) {
    day = addDays(day, 1)
    if (isBusinessDay(day)) left -= 1
  }
  return day
}

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
