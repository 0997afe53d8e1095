import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import type { Meeting } from './meeting.js'
import { insertMeeting } from './meeting-store.js'
import type { MeetingInput } from './mentoring-input.js'
import { withinPairing, type Pairing } from './pairing.js'
import { livePairing, noteContact } from './pairing-store.js'

/** A mentor notes a talk with a learner they are paired with. Throws refused when the same one is logged already. */
export async function logMeeting(
  actor: Actor,
  learnerId: string,
  input: MeetingInput,
  ports: Ports,
): Promise<Meeting> {
  const pairing = await ownPairing(actor, learnerId)
  if (input.on > dayOf(ports.now()) || input.on < pairing.startedOn)
    throw invalid([
      { field: 'on', message: 'mentoring:field.metOn', params: { from: pairing.startedOn } },
    ])
  const { on, minutes, topic, note, readers } = input
  const meeting: Meeting = {
    id: newId(),
    ...withinPairing(pairing, actor.name),
    on,
    minutes,
    topic,
    ...(note !== undefined && { note }),
    readers,
    loggedAt: ports.now(),
    demonstration: pairing.demonstration,
  }
  const isNew = await insertMeeting(meeting)
  await noteContact(pairing.id, 'lastMeetingOn', on)
  if (!isNew) throw refused('mentoring:problem.loggedAlready')
  return meeting
}

/** The live pairing of this mentor with this learner. Throws not-allowed without one, whether the learner exists or not. */
export async function ownPairing(actor: Actor, learnerId: string): Promise<Pairing> {
  const pairing = await livePairing(actor.accountId, learnerId)
  if (!pairing) throw notAllowed('mentoring:problem.notPaired')
  return pairing
}
