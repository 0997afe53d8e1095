import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { faultsOfStay, type CoEnrollment, type EnrollmentProgram } from './co-enrollment.js'
import { coEnrollmentsOf, endCoEnrollment, insertCoEnrollment } from './co-enrollment-store.js'
import { readReferral } from './read-referral.js'

/** A stay to report, or the last day of one that was reported before. */
export interface EnrollmentReport {
  readonly program: EnrollmentProgram
  readonly startOn: Day
  readonly endOn?: Day | undefined
}

/**
 * The center of a referral reports a program its learner is in. The same stay again is the one that is known; with a last
 * day it ends it. Throws not-found to a third party, not-allowed to the sender, invalid for days that cannot be, refused
 * for a stay that ended on another day.
 */
export async function reportEnrollment(
  actor: Actor,
  referralId: string,
  { program, startOn, endOn }: EnrollmentReport,
  ports: Pick<Ports, 'now'>,
): Promise<CoEnrollment> {
  const now = ports.now()
  const { referral, sides } = await readReferral(actor, referralId, now)
  if (!sides.includes('center')) throw notAllowed('referrals:problem.notYours')
  const faults = faultsOfStay(startOn, endOn, dayOf(now))
  if (faults.length > 0) throw invalid(faults)
  const { learnerId, centerId, communityId } = referral
  const stay = await insertCoEnrollment({
    id: newId(),
    learnerId,
    communityId,
    centerId,
    program,
    startOn,
    ...(endOn !== undefined && { endOn }),
    reportedBy: { accountId: actor.accountId, name: actor.name },
    reportedAt: now,
  })
  if (endOn === undefined || stay.endOn === endOn) return stay
  if (stay.endOn !== undefined || !(await endCoEnrollment(stay.id, learnerId, centerId, endOn)))
    throw refused('handoff:enrollment.endedAlready')
  return { ...stay, endOn }
}

/** The stays a referral's two sides may read: the learner all of theirs, everybody else those that its center reported. */
export async function enrollmentsFor(
  actor: Actor,
  { learnerId, centerId }: { readonly learnerId: string; readonly centerId: string },
): Promise<CoEnrollment[]> {
  return actor.learnerId === learnerId
    ? coEnrollmentsOf(learnerId)
    : coEnrollmentsOf(learnerId, centerId)
}
