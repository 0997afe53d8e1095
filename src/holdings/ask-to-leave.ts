import type { Actor } from '../access/actor.js'
import { findAccountsByIds } from '../access/account-store.js'
import { confirmOwnPassword } from '../access/change-password.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { closeDown } from './close-down.js'
import { dueAfter, type Departure } from './departure.js'
import { findDeparture, forgetDeparture, insertDeparture } from './departure-store.js'
import { findSubject, withJoined } from './find-subject.js'

/**
 * A learner asks for their account to be deleted, with the password. From now on nobody sees them and nothing works in
 * their name; for seven days they may come back. Throws refused for who has other roles too: those are somebody's to end.
 */
export async function askToLeave(password: string, actor: Actor, ports: Ports): Promise<Departure> {
  const { learnerId } = actor
  if (learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  if (actor.roles.some(({ role }) => role !== 'learner'))
    throw refused('holdings:problem.otherRoles')
  await confirmOwnPassword(actor, password)
  const subject = await findSubject(learnerId)
  if (!subject) throw notAllowed('learners:problem.noLearner')
  const accounts = await findAccountsByIds((await withJoined(subject)).joined?.accountIds ?? [])
  if (accounts.some(({ roles }) => roles.some(({ role }) => role !== 'learner')))
    throw refused('holdings:problem.otherRoles')
  const now = ports.now()
  // Whoever asks is signed in, so a return that was cut short before its last write had finished.
  if ((await findDeparture(learnerId))?.state === 'returning') await forgetDeparture(learnerId)
  await insertDeparture({
    learnerId,
    communityId: subject.communityId,
    state: 'cooling',
    askedAt: now,
    dueAt: dueAfter(now),
    subject,
    done: [],
  })
  const departure = await findDeparture(learnerId)
  if (!departure) throw refused('holdings:problem.changed')
  await closeDown(departure, ports)
  mailSoon()
  return departure
}
