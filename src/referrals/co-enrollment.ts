/**
 * A learner may be in several programs at once. Each stay is a record of its own, apart from the referral that may have led
 * to it, because it lives longer: which program, from when to when, and who reported it. The center that reports decides
 * who is eligible; nothing here is a finding of ours.
 */
import type { Day } from '../calendar.js'
import { substateTable, type ReferralState } from './referral.js'

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
  /** Reported by mistake: kept with who, when and why, and no longer a stay. */
  readonly takenBack?: EnrollmentTakenBack
}

export interface EnrollmentTakenBack {
  readonly by: string
  readonly at: Date
  readonly reason: string
}

/** True while nobody has taken a stay back. */
export const isStanding = ({ takenBack }: Pick<CoEnrollment, 'takenBack'>): boolean =>
  takenBack === undefined

/** The states beside which a center calls somebody enrolled: nobody is before it accepted, nor once it stopped. */
export const mayReportIn = (state: ReferralState): boolean =>
  substateTable.enrolled_Adult.fits.includes(state)

interface Fault {
  readonly field: string
  readonly message: string
}

/** What is wrong with the days of a stay; empty when nothing is. Reported are facts, so no day of it is still to come. */
export function faultsOfStay(startOn: Day, endOn: Day | undefined, today: Day): Fault[] {
  const future = (field: string, day: Day | undefined): Fault[] =>
    day !== undefined && day > today ? [{ field, message: 'handoff:enrollment.future' }] : []
  const faults = [...future('startOn', startOn), ...future('endOn', endOn)]
  if (faults.length > 0 || endOn === undefined || endOn >= startOn) return faults
  return [{ field: 'endOn', message: 'handoff:enrollment.endsFirst' }]
}
