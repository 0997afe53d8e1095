import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { paths } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { ownPairing } from './log-meeting.js'
import type { Nudge } from './nudge.js'
import { insertNudge } from './nudge-store.js'
import { withinPairing } from './pairing.js'
import { noteContact } from './pairing-store.js'

/**
 * A mentor sends a learner one e-mail in their own words. The mentor never learns the address. Throws refused when the
 * learner got one today already, from whichever mentor, or has no address.
 */
export async function sendNudge(
  actor: Actor,
  learnerId: string,
  text: string,
  ports: Ports,
): Promise<Nudge> {
  const pairing = await ownPairing(actor, learnerId)
  const learner = await findLearner(learnerId)
  if (!learner?.email) throw refused('mentoring:problem.noAddress')
  const on = dayOf(ports.now())
  const nudge: Nudge = {
    id: newId(),
    ...withinPairing(pairing, actor.name),
    on,
    text,
    sentAt: ports.now(),
  }
  const mail = {
    id: newId(),
    template: 'nudge',
    to: { email: learner.email, name: learner.name, language: learner.language },
    params: { mentor: actor.name, text, path: paths.home },
  }
  if (!(await insertNudge(nudge, mail))) throw refused('mentoring:problem.nudgedToday')
  await noteContact(pairing.id, 'lastNudgeOn', on)
  return nudge
}
