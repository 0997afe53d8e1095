import type { Actor } from '../access/actor.js'
import { appointmentNews, type AppointmentNews } from '../appointments/appointment-news.js'
import { namesIn } from '../appointments/list-slots.js'
import { slotsOfLearner } from '../appointments/slot-store.js'
import type { Ports } from '../ports.js'
import { referralsOf } from '../referrals/referral-store.js'
import { noteCaseLook } from './case-store.js'
import { showsReady, type Note } from './case.js'
import { discloseCases } from './list-cases.js'
import { colleaguesAt, type Colleague } from './list-colleagues.js'
import { caseNewsFor, type NewsLine } from './news.js'
import { notesAt } from './note-store.js'
import type { Plan } from './plan.js'
import { findPlan } from './plan-store.js'
import { tasksAt, type Task } from './task-store.js'
import { ownCase, type OwnCase } from './own-case.js'

export interface OpenedCase extends OwnCase {
  readonly notes: readonly Note[]
  readonly tasks: readonly Task[]
  readonly plan: Plan | undefined
  readonly colleagues: readonly Colleague[]
  /** What is new since this member of staff last looked at the case; undefined at the first look. */
  readonly news: { readonly since: Date; readonly lines: readonly NewsLine[] } | undefined
}

/** One case with the center's own writing about it; the name it shows is disclosed. Throws not-found where there is none. */
export async function openCasePage(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedCase> {
  const now = ports.now()
  const own = await ownCase(actor, learnerId)
  const { organizationId } = own.desk
  const [notes, tasks, plan, colleagues, since] = await Promise.all([
    notesAt(learnerId, organizationId, actor.accountId),
    tasksAt(learnerId, organizationId),
    findPlan(own.one.id),
    colleaguesAt(own.desk),
    noteCaseLook(own.one.id, actor.accountId, now),
  ])
  const opened = { ...own, notes, tasks, plan, colleagues }
  await discloseCases(actor, own.desk, [learnerId], 'view', now)
  const news = since && { since, lines: await readNews(actor, opened, since, now) }
  return { ...opened, news }
}

async function readNews(
  actor: Actor,
  opened: Omit<OpenedCase, 'news'>,
  since: Date,
  now: Date,
): Promise<NewsLine[]> {
  const { desk, learner } = opened
  const [referrals, appointments] = await Promise.all([
    referralsOf(learner.id),
    ownAppointments(actor, opened, since, now),
  ])
  const facts = {
    ...opened,
    readyAt: showsReady(opened.one, learner) ? learner.readyAt : undefined,
    referrals: referrals.filter(
      ({ centerId, state }) => centerId === desk.organizationId && state !== 'draft',
    ),
    appointments,
  }
  return caseNewsFor(facts, since, actor)
}

const mostSlots = 20

/** Of the learner's last appointments at this center, as far as they let it see who comes. */
async function ownAppointments(
  actor: Actor,
  { desk, learner }: OwnCase,
  since: Date,
  now: Date,
): Promise<AppointmentNews[]> {
  const slots = (await slotsOfLearner(learner.id, mostSlots))
    .filter(({ centerId }) => centerId === desk.organizationId)
    .map((slot) => ({
      ...slot,
      bookings: slot.bookings.filter(({ learnerId }) => learnerId === learner.id),
    }))
  const news = appointmentNews(slots, since)
  if (news.length === 0) return []
  const names = await namesIn(actor, desk.organizationId, slots, now, 'view')
  return names.has(learner.id) ? news : []
}
