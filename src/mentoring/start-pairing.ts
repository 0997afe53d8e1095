import { findAccount } from '../access/account-store.js'
import { communitiesOf, hasRole, type Actor } from '../access/actor.js'
import { actorFrom } from '../access/account.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import type { Learner } from '../learners/learner.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { capacitiesOf } from './capacity-store.js'
import type { PairingInput } from './mentoring-input.js'
import { freeSeat, usualAllowances, type Pairing } from './pairing.js'
import { insertPairing, seatsTaken } from './pairing-store.js'

/**
 * Staff give a learner of their program a mentor of the same program from a day on, today or before. Throws refused when
 * the two are paired already or the mentor's seats are taken, however many ask at once.
 */
export async function startPairing(
  actor: Actor,
  learnerId: string,
  input: PairingInput,
  ports: Ports,
): Promise<Pairing> {
  const now = ports.now()
  const learner = await learnerOfStaff(actor, learnerId)
  const mentor = await mentorFor(learner, input.mentor)
  if (input.startedOn > dayOf(now) || input.startedOn < learner.joinedOn)
    throw invalid([{ field: 'startedOn', message: 'mentoring:field.startedOn' }])
  const capacity = (await capacitiesOf([mentor.id])).get(mentor.id) ?? 0
  for (let tries = 0; tries <= capacity; tries += 1) {
    const taken = (await seatsTaken([mentor.id])).get(mentor.id) ?? []
    const seat = freeSeat(taken, capacity)
    if (seat === undefined) break
    const pairing: Pairing = {
      id: newId(),
      communityId: learner.communityId,
      learnerId: learner.id,
      mentorAccountId: mentor.id,
      mentorName: mentor.name,
      startedOn: input.startedOn,
      startedBy: actor.name,
      seat,
      allows: usualAllowances,
      demonstration: learner.demonstration,
    }
    const clash = await insertPairing(pairing)
    if (clash === undefined) return pairing
    if (clash === 'paired') throw refused('mentoring:problem.pairedAlready')
  }
  throw refused('mentoring:problem.mentorFull')
}

/** The learner, if the actor is staff of their program; throws not-found else. */
export async function learnerOfStaff(actor: Actor, learnerId: string): Promise<Learner> {
  const learner = await findLearner(learnerId)
  if (!learner || !communitiesOf(actor, 'staff').includes(learner.communityId))
    throw notFound('referrals:problem.unknownLearner')
  return learner
}

async function mentorFor(learner: Learner, accountId: string) {
  const account = await findAccount(accountId)
  const isMentor =
    account?.state === 'active' &&
    hasRole(actorFrom(account), 'mentor') &&
    communitiesOf(actorFrom(account), 'mentor').includes(learner.communityId)
  if (!isMentor) throw invalid([{ field: 'mentor', message: 'mentoring:field.chooseMentor' }])
  return account
}
