/**
 * A request should not lie unseen. Three business days after it was asked without the center having opened it, it is late:
 * the center sees it marked in its queue and is reminded once. After ten without an answer the learner, and whoever asked
 * for them, is offered another center. An answer ends both, a first look the reminder. (HL7 Gravity leaves the times to
 * the program; these are ours.)
 * Example: asked on a Friday, unseen: late on Wednesday.
 */
import { addDays, dayOf, daysBetween, type Day } from '../calendar.js'
import type { Referral } from './referral.js'

export const lateAfter = 3
export const offerAfter = 10

export type Overdue = 'late' | 'offer-another'

const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay()
const isWeekend = (day: Day): boolean => weekday(day) === 0 || weekday(day) === 6

/** Mondays to Fridays after `from`, up to and with `to`; 0 when `to` is not later. Holidays count as any other day. */
export function businessDaysBetween(from: Day, to: Day): number {
  const days = Math.max(0, daysBetween(from, to))
  const weeks = Math.floor(days / 7)
  const rest = Array.from({ length: days % 7 }, (_, at) => addDays(from, weeks * 7 + at + 1))
  return weeks * 5 + rest.filter((day) => !isWeekend(day)).length
}

/** Whether a referral waits too long for its center, and for how many business days it has; undefined when it does not. */
export function overdueOf(
  { state, substate, since }: Pick<Referral, 'state' | 'substate' | 'since'>,
  now: Date,
): { readonly kind: Overdue; readonly businessDays: number } | undefined {
  if (state !== 'requested') return undefined
  const businessDays = businessDaysBetween(dayOf(since), dayOf(now))
  if (businessDays >= offerAfter) return { kind: 'offer-another', businessDays }
  const isUnseen = substate === undefined
  return isUnseen && businessDays >= lateAfter ? { kind: 'late', businessDays } : undefined
}

/** The first day on which so many business days have passed since `from`. */
export function dayAfterBusinessDays(from: Day, count: number): Day {
  let day = addDays(from, Math.floor(count / 5) * 7)
  while (businessDaysBetween(from, day) < count) day = addDays(day, 1)
  return day
}

/** The day the clock has something to do next about a referral; undefined when it has nothing. `after`: what was done. */
export function nextLook(
  { state, since }: Pick<Referral, 'state' | 'since'>,
  after?: Overdue,
): Day | undefined {
  if (state !== 'requested' || after === 'offer-another') return undefined
  return dayAfterBusinessDays(dayOf(since), after === 'late' ? offerAfter : lateAfter)
}
