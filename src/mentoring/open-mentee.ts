import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { findLearner } from '../learners/learner-store.js'
import { openRecord } from '../learners/open-record.js'
import type { LearnerRecord } from '../learners/record.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { marksOf } from '../readiness/mark-store.js'
import type { Mark } from '../readiness/mark.js'
import { contactOf } from './contact.js'
import { ownPairing } from './log-meeting.js'
import { readableBy, type Meeting } from './meeting.js'
import { meetingsOf } from './meeting-store.js'
import { suggestionFor, type Nudge } from './nudge.js'
import { nudgesTo } from './nudge-store.js'
import type { Pairing } from './pairing.js'

/** What a mentor sees of one assigned learner. */
export interface OpenedMentee {
  readonly pairing: Pairing
  readonly record: LearnerRecord
  /** What this mentor has said of the learner's readiness. */
  readonly ownMarks: readonly Mark[]
  readonly meetings: readonly Meeting[]
  readonly nudges: readonly Nudge[]
  readonly contact: ReturnType<typeof contactOf>
  readonly nudgedToday: boolean
}

/** The learner brief: what this learner allows, the mentor's own meetings and nudges. Needs a live pairing; disclosed. */
export async function openMentee(
  actor: Actor,
  learnerId: string,
  ports: Ports,
): Promise<OpenedMentee> {
  const pairing = await ownPairing(actor, learnerId)
  const [record, meetings, nudges, marks] = await Promise.all([
    openRecord(actor, learnerId, ports),
    meetingsOf(learnerId),
    nudgesTo(learnerId),
    marksOf(learnerId),
  ])
  const today = dayOf(ports.now())
  return {
    pairing,
    record,
    ownMarks: marks.filter(({ byAccountId }) => byAccountId === actor.accountId),
    meetings: readableBy(meetings, { mentorAccountId: actor.accountId }),
    nudges: nudges.filter(({ mentorAccountId }) => mentorAccountId === actor.accountId),
    contact: contactOf(pairing, today),
    nudgedToday: nudges.some(({ on }) => on === today),
  }
}

/** What a form for one assigned learner needs: their name and the text a nudge might start from. */
export async function readMentee(actor: Actor, learnerId: string) {
  const pairing = await ownPairing(actor, learnerId)
  const learner = await findLearner(learnerId)
  if (!learner) throw notAllowed('mentoring:problem.notPaired')
  const mayKnow = pairing.allows.includes('progress')
  return {
    pairing,
    name: learner.name,
    language: learner.language,
    hasAddress: learner.email !== undefined,
    suggestion: mayKnow ? suggestionFor(learner.summary) : ('onward' as const),
    step: mayKnow ? (learner.summary.stuckOn?.stepTitle ?? '') : '',
  }
}
