/**
 * A request should not lie unseen. Three business days after it was asked without the center having opened it, it is late:
 * the center sees it marked in its queue and is reminded once. After ten without an answer the learner, and whoever asked
 * for them, is offered another center. An answer ends both, a first look the reminder. (HL7 Gravity leaves the times to
 * the program; these are ours.)
 * Example: asked on a Friday, unseen: late on Wednesday.
 */
import { addBusinessDays, businessDaysBetween, dayOf, type Day } from '../calendar.js'
import type { Referral } from './referral.js'

const lateAfter = 3
const offerAfter = 10

export type Overdue = 'late' | 'offer-another'

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

/** The day the clock has something to do next about a referral; undefined when it has nothing. `after`: what was done. */
export function nextLook(
  { state, since }: Pick<Referral, 'state' | 'since'>,
  after?: Overdue,
): Day | undefined {
  if (state !== 'requested' || after === 'offer-another') return undefined
  return addBusinessDays(dayOf(since), after === 'late' ? offerAfter : lateAfter)
}
