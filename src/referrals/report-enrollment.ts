import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import {
  faultsOfStay,
  mayReportIn,
  type CoEnrollment,
  type EnrollmentProgram,
} from './co-enrollment.js'
import {
  coEnrollmentsOf,
  endCoEnrollment,
  findStay,
  insertCoEnrollment,
} from './co-enrollment-store.js'
import { readReferral } from './read-referral.js'
import type { Referral } from './referral.js'
import type { SeenReferral } from './see-referral.js'

/** A stay to report, or the last day of one that was reported before. */
export interface EnrollmentReport {
  readonly program: EnrollmentProgram
  readonly startOn: Day
  readonly endOn?: Day | undefined
}

/**
 * The center of a referral reports a program its learner is in, from when it has accepted. The same stay again is the one that
 * is known; with a last day it ends it, also once the referral has stopped. Throws not-found to a third party, not-allowed to
 * the sender, invalid for days that cannot be, refused before the center accepted and for a stay that ended on another day.
 */
export async function reportEnrollment(
  actor: Actor,
  referralId: string,
  report: EnrollmentReport,
  ports: Pick<Ports, 'now'>,
): Promise<CoEnrollment> {
  const now = ports.now()
  const { referral, sides } = await readReferral(actor, referralId, now)
  if (!sides.includes('center')) throw notAllowed('referrals:problem.notYours')
  const stay = await knownOrNew(actor, referral, report, now)
  const { endOn } = report
  if (endOn === undefined || stay.endOn === endOn) return stay
  const { learnerId, centerId } = referral
  if (stay.endOn !== undefined || !(await endCoEnrollment(stay.id, learnerId, centerId, endOn)))
    throw refused('handoff:enrollment.endedAlready')
  return { ...stay, endOn }
}

async function knownOrNew(
  actor: Actor,
  { learnerId, centerId, communityId, state }: Referral,
  { program, startOn, endOn }: EnrollmentReport,
  now: Date,
): Promise<CoEnrollment> {
  const known = await findStay({ learnerId, centerId, program, startOn })
  if (!known && !mayReportIn(state)) throw refused('handoff:enrollment.notAccepted')
  const faults = faultsOfStay(startOn, endOn, dayOf(now))
  if (faults.length > 0) throw invalid(faults)
  if (known) return known
  return insertCoEnrollment({
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
}

/**
 * The stays a referral's two sides may read: the learner all of theirs, the center those that it reported. Throws
 * not-allowed to whoever only asked for the learner.
 */
export async function enrollmentsFor({
  referral: { learnerId, centerId },
  sides,
  isLearner,
}: Pick<SeenReferral, 'referral' | 'sides' | 'isLearner'>): Promise<CoEnrollment[]> {
  if (isLearner) return coEnrollmentsOf(learnerId)
  if (!sides.includes('center')) throw notAllowed('referrals:problem.staysNotYours')
  return coEnrollmentsOf(learnerId, centerId)
}
