import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import { nameKey, type Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { contactOf } from './contact.js'
import type { MenteeQuery } from './mentoring-input.js'
import type { Pairing } from './pairing.js'
import { livePairingsOfMentor } from './pairing-store.js'

/** One assigned learner as the mentor's list shows them; what the learner does not allow is missing. */
export interface Mentee {
  readonly pairing: Pairing
  readonly learner: Learner
  readonly contact: { readonly on: Day; readonly days: number; readonly isQuiet: boolean }
}

const fits = ({ learner, contact }: Mentee, { q, track, flag }: MenteeQuery): boolean =>
  (q === undefined || nameKey(learner.name).includes(nameKey(q))) &&
  (track === undefined || learner.enrollments.some((one) => one.track === track)) &&
  (flag !== 'quiet' || contact.isQuiet)

/** Longest without contact first: who needs the mentor most stands on top. */
const byNeed = (a: Mentee, b: Mentee) =>
  b.contact.days - a.contact.days || a.pairing.id.localeCompare(b.pairing.id)

/**
 * The learners assigned to this mentor, longest without contact first. A mentor's capacity bounds the list, so it is read
 * whole, two queries, and paged here. Disclosed to each learner under the pairing.
 */
export async function listMentees(
  actor: Actor,
  query: MenteeQuery,
  channel: Channel,
  ports: Ports,
): Promise<ListPage<Mentee>> {
  const now = ports.now()
  const today = dayOf(now)
  const pairings = await livePairingsOfMentor(actor.accountId)
  const learners = await findLearnersByIds(pairings.map(({ learnerId }) => learnerId))
  const byId = new Map(learners.map((learner) => [learner.id, learner]))
  const mentees = pairings.flatMap((pairing): Mentee[] => {
    const learner = byId.get(pairing.learnerId)
    return learner ? [{ pairing, learner, contact: contactOf(pairing, today) }] : []
  })
  const sorted = mentees.filter((mentee) => fits(mentee, query)).sort(byNeed)
  const [after] = decodeCursor(query.cursor, 1) ?? []
  const from = sorted.findIndex(({ pairing }) => pairing.id === after) + 1
  const page = pageOf(sorted.slice(from, from + query.limit + 1), query.limit, ({ pairing }) => [
    pairing.id,
  ])
  await disclose(actor, page.items, channel, now)
  return page
}

async function disclose(actor: Actor, mentees: readonly Mentee[], channel: Channel, now: Date) {
  const organizationId = actor.roles.find((at) => at.role === 'mentor')?.organizationId ?? ''
  const shown = (isShown: boolean) =>
    mentees
      .filter(({ pairing }) => pairing.allows.includes('progress') === isShown)
      .map(({ learner }) => learner.id)
  const read = {
    actor,
    organizationId,
    basis: 'pairing',
    purpose: 'mentoring',
    channel,
    now,
  } as const
  await discloseTo({ ...read, learnerIds: shown(true), records: ['progress'] })
  await discloseTo({ ...read, learnerIds: shown(false), records: ['listing'] })
}
