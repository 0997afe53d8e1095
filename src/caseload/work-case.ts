import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { learnerOfStaff } from '../mentoring/start-pairing.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { deskOf, type Desk } from '../referrals/desk.js'
import { referralsOf } from '../referrals/referral-store.js'
import type { BulkInput, NoteInput, TaskInput } from './case-input.js'
import { assignCases, casesAt, findCase, openCase, takeCase, touchCases } from './case-store.js'
import { nameCases } from './name-cases.js'
import type { CaseNews } from './case.js'
import { closeThese } from './close-case.js'
import { followReferrals } from './list-cases.js'
import { stillAt } from './list-colleagues.js'
import { insertNotes } from './note-store.js'
import { newsBy, ownCase } from './own-case.js'
import {
  closeTask,
  findTask,
  handOnTasks,
  insertTask,
  taskHolders,
  type Task,
} from './task-store.js'

/** Said where many are to be looked after by nobody; saying nothing is no answer there. */
export const nobody = 'nobody'

/**
 * Staff take a learner on without a referral: somebody job-ready under the program agreement, referred here before, or by
 * live consent; or again, whose case here is closed. The case is the taker's. Throws not-found for everybody else, refused
 * where a colleague looks after them already.
 */
export async function takeOn(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const desk = deskOf(actor)
  const now = ports.now()
  const learner = await findLearner(learnerId)
  if (!learner || !(await mayTakeOn(learner, desk, now))) throw notFound('caseload:problem.noCase')
  const { communityId, organizationId: centerId } = desk
  const opened = await openCase({ communityId, centerId, learnerId }, now, actor)
  await nameCases([learnerId])
  if (opened === 'there') return takeOpenCase(actor, desk, learnerId, now)
  const news = newsBy(actor, opened === 'again' ? 'reopened' : 'assigned', now)
  await touchCases(centerId, [learnerId], now, news)
}

/** An open case that nobody of the center's staff looks after: of two who take it at once one does, the other is told. */
async function takeOpenCase(actor: Actor, desk: Desk, learnerId: string, now: Date): Promise<void> {
  const one = await findCase(desk.organizationId, learnerId)
  if (one?.assignedTo === actor.accountId) return
  const [holder] = one?.assignedTo === undefined ? [] : await stillAt(desk, [one.assignedTo])
  if (holder) throw refused('caseload:problem.takenAlready', { name: holder.name })
  if (!one || !(await takeCase(one, actor, newsBy(actor, 'assigned', now))))
    throw refused('caseload:problem.caseChanged')
}

/** Whom somebody is about to take on, also again. Throws not-found for nobody of the program or of the center. */
export async function openToTakeOn(actor: Actor, learnerId: string): Promise<Learner> {
  const learner = await findLearner(learnerId)
  const isOwn = learner && (await findCase(deskOf(actor).organizationId, learnerId))
  return isOwn ? learner : learnerOfStaff(actor, learnerId)
}

async function mayTakeOn(learner: Learner, desk: Desk, now: Date): Promise<boolean> {
  const { communityId, organizationId } = desk
  const isListed = learner.summary.ready && learner.programAgreement !== undefined
  if (learner.communityId === communityId && isListed) return true
  if (await findCase(organizationId, learner.id)) return true
  const consents = await liveConsentsOf([learner.id], [organizationId], dayOf(now))
  if (consents.has(learner.id)) return true
  const referrals = await referralsOf(learner.id)
  return referrals.some(({ centerId, state }) => centerId === organizationId && state !== 'draft')
}

async function colleague(desk: Desk, accountId: string, field = 'assignTo') {
  const [found] = await stillAt(desk, [accountId])
  if (!found) throw invalid([{ field, message: 'caseload:error.colleague' }])
  return found
}

/**
 * Says who of the center looks after some of its cases, nobody when undefined; who does is given the open tasks there of
 * those who no longer work at the center.
 */
async function giveTo(
  desk: Desk,
  learnerIds: readonly string[],
  accountId: string | undefined,
  news: CaseNews,
): Promise<void> {
  const who = accountId === undefined ? undefined : await colleague(desk, accountId)
  await assignCases(desk.organizationId, learnerIds, who, news)
  if (!who) return
  const holders = await taskHolders(desk.organizationId, learnerIds)
  const here = new Set((await stillAt(desk, holders)).map((one) => one.accountId))
  const former = holders.filter((one) => !here.has(one))
  await handOnTasks(desk.organizationId, learnerIds, former, who)
}

/** Adds a note to some cases of the actor's center. */
async function note(
  actor: Actor,
  desk: Desk,
  learnerIds: readonly string[],
  { kind, text, readers }: NoteInput,
  now: Date,
): Promise<void> {
  const { communityId, organizationId: centerId } = desk
  const written = { communityId, centerId, kind, text, readers, at: now }
  const by = { byAccountId: actor.accountId, byName: actor.name }
  await insertNotes(learnerIds.map((learnerId) => ({ id: newId(), learnerId, ...written, ...by })))
  const news = readers === 'author' ? undefined : newsBy(actor, 'note', now)
  await touchCases(centerId, learnerIds, now, news)
}

/** Notes something about one learner; its readers are chosen with it. */
export async function addNote(
  actor: Actor,
  learnerId: string,
  input: NoteInput,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk } = await ownCase(actor, learnerId)
  await note(actor, desk, [learnerId], input, ports.now())
}

/** Says who of the center looks after a learner; nobody for ''. */
export async function assign(
  actor: Actor,
  learnerId: string,
  to: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk } = await ownCase(actor, learnerId)
  const news = newsBy(actor, 'assigned', ports.now())
  await giveTo(desk, [learnerId], to === '' ? undefined : to, news)
}

/**
 * One act on many cases of the actor's center, the first or the one asked for: the same note, somebody to look after them, or
 * closed with the same reason. Throws not-found when one of them is no case of the center, refused when one cannot be closed,
 * and then does nothing.
 */
export async function workMany(
  actor: Actor,
  { learners, act, assignTo, text, reason, ...rest }: BulkInput,
  ports: Pick<Ports, 'now'>,
  center?: string,
): Promise<number> {
  const desk = deskOf(actor, center)
  const ids = [...new Set(learners)]
  if (act === 'close') await followReferrals(desk)
  const cases = await casesAt(desk.organizationId, ids)
  if (cases.length < ids.length) throw notFound('caseload:problem.noCase')
  if (act === 'note') {
    if (text === undefined || text === '')
      throw invalid([{ field: 'text', message: 'http:field.required' }])
    await note(actor, desk, ids, { text, ...rest }, ports.now())
  } else if (act === 'close') {
    if (reason === undefined)
      throw invalid([{ field: 'reason', message: 'caseload:error.closeReason' }])
    await closeThese(actor, desk, cases, reason, ports)
  } else {
    if (assignTo === '') throw invalid([{ field: 'assignTo', message: 'caseload:error.whom' }])
    const news = newsBy(actor, 'assigned', ports.now())
    await giveTo(desk, ids, assignTo === nobody ? undefined : assignTo, news)
  }
  return ids.length
}

/** Sets a task for somebody of the center. Throws invalid for a day that is over. */
export async function addTask(
  actor: Actor,
  learnerId: string,
  { task, dueOn, doer }: TaskInput,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk } = await ownCase(actor, learnerId)
  const now = ports.now()
  if (dueOn < dayOf(now)) throw invalid([{ field: 'dueOn', message: 'caseload:error.dueOn' }])
  const who = await colleague(desk, doer, 'doer')
  const { communityId, organizationId: centerId } = desk
  const at = { communityId, centerId, learnerId }
  const whose = {
    assignedTo: who.accountId,
    assignedName: who.name,
    madeBy: actor.name,
    madeByAccountId: actor.accountId,
    madeAt: now,
  }
  await insertTask({ id: newId(), ...at, ...whose, text: task, dueOn, isOpen: true })
  await touchCases(centerId, [learnerId], now, newsBy(actor, 'task', now))
}

/** An open task of a case of the actor's. Throws not-found for none such, refused when it is done already. */
export async function openTask(actor: Actor, learnerId: string, taskId: string): Promise<Task> {
  const { desk } = await ownCase(actor, learnerId)
  const task = await findTask(taskId, learnerId, desk.organizationId)
  if (!task) throw notFound()
  if (!task.isOpen) throw refused('caseload:problem.taskDone')
  return task
}

/** A task is done; once. Throws refused when it is done already or belongs to another case. */
export async function finishTask(
  actor: Actor,
  learnerId: string,
  taskId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { desk } = await ownCase(actor, learnerId)
  const now = ports.now()
  const closed = await closeTask(taskId, learnerId, desk.organizationId, {
    at: now,
    by: actor,
  })
  if (!closed) throw refused('caseload:problem.taskDone')
  await touchCases(desk.organizationId, [learnerId], now, newsBy(actor, 'taskDone', now))
}
