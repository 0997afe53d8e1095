/**
 * A learner may be in several programs at once. Each stay is a record of its own, apart from the referral that may have led
 * to it, because it lives longer: which program, from when to when, and who reported it. The center that reports decides
 * who is eligible; nothing here is a finding of ours.
 */
import type { Day } from '../calendar.js'

export const enrollmentPrograms = [
  'wagner-peyser',
  'wioa-adult',
  'wioa-dislocated',
  'wioa-youth',
  'taa',
  'snap-et',
  'tanf',
  'vocational-rehab',
  'adult-education',
  'apprenticeship',
  'other',
] as const
export type EnrollmentProgram = (typeof enrollmentPrograms)[number]

export interface CoEnrollment {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly centerId: string
  readonly program: EnrollmentProgram
  readonly startOn: Day
  readonly endOn?: Day
  readonly reportedBy: { readonly accountId: string; readonly name: string }
  readonly reportedAt: Date
}

interface Fault {
  readonly field: string
  readonly message: string
}

/** What is wrong with the days of a stay; empty when nothing is. Reported are facts, so none begins after today. */
export function faultsOfStay(startOn: Day, endOn: Day | undefined, today: Day): Fault[] {
  if (startOn > today) return [{ field: 'startOn', message: 'handoff:enrollment.future' }]
  return endOn !== undefined && endOn < startOn
    ? [{ field: 'endOn', message: 'handoff:enrollment.endsFirst' }]
    : []
}
