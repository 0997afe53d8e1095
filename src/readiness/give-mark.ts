import { hasRole, type Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { readingRight } from '../learners/open-record.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import { livePairing } from '../mentoring/pairing-store.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, notFound, refused } from '../problems.js'
import { insertMark, takeMarkBack } from './mark-store.js'
import type { Mark, MarkKind, MarkRole } from './mark.js'

/** What somebody says of a learner. */
export interface GivenMark {
  readonly kind: MarkKind
  readonly on: Day
  readonly about: string
  readonly note?: string | undefined
}

/**
 * In which part somebody may give such a mark: a mentor with a live pairing may sign off; mentor or staff (by consent) may
 * log practice; who is allowed to see the portfolio may say that they opened it. Throws not-found or not-allowed.
 */
export async function partFor(
  actor: Actor,
  learner: Learner,
  kind: MarkKind,
  now: Date,
): Promise<MarkRole> {
  const pairing = hasRole(actor, 'mentor')
    ? await livePairing(actor.accountId, learner.id)
    : undefined
  if (pairing && kind !== 'portfolio') return 'mentor'
  if (pairing?.allows.includes('resume')) return 'mentor'
  const right = await readingRight(actor, learner, now)
  const isStaff = right?.basis === 'consent' && hasRole(actor, 'staff', right.organizationId)
  if (isStaff && kind === 'practice') return 'staff'
  if (isStaff && kind === 'portfolio' && right.covers.has('resume')) return 'staff'
  if (actor.roles.some(({ communityId }) => communityId === learner.communityId))
    throw notAllowed('readiness:problem.noRight')
  throw notFound()
}

/** Keeps the word of a mentor or of staff on a learner, whose readiness follows at once. Throws refused when it is there. */
export async function giveMark(
  actor: Actor,
  learnerId: string,
  given: GivenMark,
  ports: Pick<Ports, 'now'>,
): Promise<Mark> {
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound()
  const byRole = await partFor(actor, learner, given.kind, ports.now())
  return keepMark(learner, given, { ...actor, byRole }, ports)
}

/** The learner logs practice of their own; it counts only where the rules take the learner's own word. */
export async function logOwnPractice(
  actor: Actor,
  given: GivenMark,
  ports: Pick<Ports, 'now'>,
): Promise<Mark> {
  const learner = await findLearner(actor.learnerId ?? '')
  if (!learner) throw notAllowed('learners:problem.noLearner')
  return keepMark(learner, given, { ...actor, byRole: 'learner' }, ports)
}

/** Keeps a mark and brings the learner's readiness up to it. For the other use-cases of readiness. */
export async function keepMark(
  learner: Learner,
  given: GivenMark,
  by: Pick<Actor, 'accountId' | 'name'> & { readonly byRole: MarkRole },
  ports: Pick<Ports, 'now'>,
): Promise<Mark> {
  const now = ports.now()
  const { kind, on, about, note } = given
  if (on > dayOf(now) || on < learner.joinedOn)
    throw invalid([
      { field: 'on', message: 'readiness:error.markedOn', params: { from: learner.joinedOn } },
    ])
  if (kind === 'portfolio' && about !== learner.portfolioUrl)
    throw refused('readiness:problem.portfolioChanged')
  const mark: Mark = {
    id: newId(),
    communityId: learner.communityId,
    learnerId: learner.id,
    kind,
    on,
    about,
    ...(note !== undefined && { note }),
    byAccountId: by.accountId,
    byName: by.name,
    byRole: by.byRole,
    at: now,
    demonstration: learner.demonstration,
  }
  if (!(await insertMark(mark))) throw refused('readiness:problem.markedAlready')
  await refreshSummaries([learner.id], now)
  return mark
}

/** Takes one's own mark back; readiness follows at once. Throws not-found for anybody else's. */
export async function takeBack(
  actor: Actor,
  learnerId: string,
  markId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  if (!(await takeMarkBack(learnerId, markId, actor.accountId))) throw notFound()
  await refreshSummaries([learnerId], ports.now())
}
