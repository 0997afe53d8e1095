import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused } from '../problems.js'
import { coEnrollmentsOf, markEnrollmentTakenBack } from './co-enrollment-store.js'
import { isStanding, type CoEnrollment } from './co-enrollment.js'
import { readReferral } from './read-referral.js'

/**
 * A stay that the center of a referral reported and may take back, in whatever state the referral is. Throws not-found to a
 * third party and for what another center reported, not-allowed to the sender, refused when it was taken back before.
 */
export async function openOwnEnrollment(
  actor: Actor,
  referralId: string,
  stayId: string,
  ports: Pick<Ports, 'now'>,
): Promise<CoEnrollment> {
  const { referral, sides } = await readReferral(actor, referralId, ports.now())
  if (!sides.includes('center')) throw notAllowed('referrals:problem.notYours')
  const own = await coEnrollmentsOf(referral.learnerId, referral.centerId)
  const stay = own.find(({ id }) => id === stayId)
  if (!stay) throw notFound()
  if (!isStanding(stay)) throw refused('handoff:takeBack.already')
  return stay
}

/** Takes back a stay that was reported by mistake: it is kept with who, when and why. Throws as openOwnEnrollment. */
export async function takeEnrollmentBack(
  actor: Actor,
  referralId: string,
  stayId: string,
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<CoEnrollment> {
  const stay = await openOwnEnrollment(actor, referralId, stayId, ports)
  const takenBack = { by: actor.name, at: ports.now(), reason }
  if (!(await markEnrollmentTakenBack(stay.id, stay.learnerId, stay.centerId, takenBack)))
    throw refused('handoff:takeBack.already')
  return { ...stay, takenBack }
}
