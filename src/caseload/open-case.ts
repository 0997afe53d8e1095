import type { Actor } from '../access/actor.js'
import { addDays, dayOf } from '../calendar.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { deskOf } from '../referrals/desk.js'
import type { Note } from './case.js'
import { findCases } from './case-store.js'
import { noteLook } from './desk-memory-store.js'
import { colleaguesAt, followReferrals, type ListedCase } from './list-cases.js'
import { notesAt } from './note-store.js'
import type { Plan } from './plan.js'
import { findPlan } from './plan-store.js'
import { tasksAt, tasksDue, type Task } from './task-store.js'
import { ownCase, type OwnCase } from './work-case.js'

export interface OpenedCase extends OwnCase {
  readonly notes: readonly Note[]
  readonly tasks: readonly Task[]
  readonly plan: Plan | undefined
  readonly colleagues: readonly { readonly accountId: string; readonly name: string }[]
}

/** One case with the center's own writing about it; the name it shows is disclosed. Throws not-found where there is none. */
export async function openCasePage(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedCase> {
  const own = await ownCase(actor, learnerId)
  const { organizationId } = own.desk
  const [notes, tasks, plan, colleagues] = await Promise.all([
    notesAt(learnerId, organizationId),
    tasksAt(learnerId, organizationId),
    findPlan(own.one.id),
    colleaguesAt(own.desk),
  ])
  await disclose(actor, organizationId, [learnerId], 'view', ports.now())
  return { ...own, notes, tasks, plan, colleagues }
}

const disclose = (
  actor: Actor,
  organizationId: string,
  learnerIds: readonly string[],
  channel: 'view' | 'list',
  now: Date,
) =>
  discloseTo({
    actor,
    organizationId,
    learnerIds,
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'caseload',
    channel,
    now,
  })

const soon = 7
const mostChanged = 10

export interface DeskToday {
  readonly lookedAt: Date | undefined
  readonly due: readonly { readonly task: Task; readonly name: string }[]
  /** Cases whose state moved since the last look, the latest first. */
  readonly changed: readonly ListedCase[]
}

/** What is due for this member of staff within a week, and what moved since they last looked. */
export async function readToday(actor: Actor, ports: Pick<Ports, 'now'>): Promise<DeskToday> {
  const now = ports.now()
  const desk = deskOf(actor)
  const { communityId, organizationId: centerId } = desk
  await followReferrals(desk)
  const lookedAt = await noteLook(`${actor.accountId}|${centerId}`, now)
  const [tasks, latest] = await Promise.all([
    tasksDue(centerId, actor.accountId, addDays(dayOf(now), soon)),
    findCases({ communityId, centerId, state: 'all', newestFirst: true, limit: mostChanged }),
  ])
  const changed = latest.filter(({ since }) => lookedAt !== undefined && since > lookedAt)
  const ids = [...tasks, ...changed].map(({ learnerId }) => learnerId)
  await disclose(actor, centerId, ids, 'list', now)
  const learners = new Map((await findLearnersByIds(ids)).map((one) => [one.id, one]))
  return {
    lookedAt,
    due: tasks.map((task) => ({ task, name: learners.get(task.learnerId)?.name ?? '' })),
    changed: changed.map((one) => ({ one, learner: learners.get(one.learnerId) })),
  }
}
