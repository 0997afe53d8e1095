import type { Actor } from '../access/actor.js'
import {
  listAppointmentNews,
  type ListedAppointmentNews,
} from '../appointments/list-appointment-news.js'
import { addDays, dayOf } from '../calendar.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { learnersReadyAfter } from '../learners/summary-store.js'
import type { Ports } from '../ports.js'
import { deskOf, type Desk } from '../referrals/desk.js'
import { latestReferralChanges } from '../referrals/referral-queue-store.js'
import type { Referral } from '../referrals/referral.js'
import { casesWithNews } from './case-store.js'
import { noteLook } from './desk-memory-store.js'
import { discloseCases, followReferrals } from './list-cases.js'
import { mostNews, referralNewsFor } from './news.js'
import { tasksDue, type Task } from './task-store.js'

const soon = 7
/** Changes looked at for those that somebody else made: more than a busy center's day. */
const mostSeen = 1_000

/** What is new at a desk since somebody last looked, each kind the latest first, one more than is shown where there are more. */
export interface DeskNews {
  readonly since: Date
  readonly ready: readonly Learner[]
  readonly referrals: readonly Referral[]
  readonly appointments: ListedAppointmentNews
  readonly cases: Awaited<ReturnType<typeof casesWithNews>>
}

export interface DeskToday {
  readonly due: readonly Task[]
  /** Undefined at the first look. */
  readonly news: DeskNews | undefined
  readonly learners: ReadonlyMap<string, Learner>
}

/** What is due for this member of staff within a week, and what is new since they last looked; its learners are told. */
export async function readToday(
  actor: Actor,
  ports: Pick<Ports, 'now'>,
  center?: string,
): Promise<DeskToday> {
  const now = ports.now()
  const desk = deskOf(actor, center)
  await followReferrals(desk)
  const since = await noteLook(`${actor.accountId}|${desk.organizationId}`, now)
  const [due, news] = await Promise.all([
    tasksDue(desk.organizationId, actor.accountId, addDays(dayOf(now), soon)),
    since && readNews(actor, desk, since, ports),
  ])
  const ids = [...due, ...(news?.referrals ?? []), ...(news?.cases ?? [])].map(
    ({ learnerId }) => learnerId,
  )
  const ready = news?.ready ?? []
  await discloseCases(actor, desk, [...ids, ...ready.map(({ id }) => id)], 'list', now)
  const found = [...(await findLearnersByIds(ids)), ...ready]
  return { due, news, learners: new Map(found.map((one) => [one.id, one])) }
}

async function readNews(
  actor: Actor,
  { communityId, organizationId: centerId }: Desk,
  since: Date,
  ports: Pick<Ports, 'now'>,
): Promise<DeskNews> {
  const one = mostNews + 1
  const [ready, referrals, appointments, cases] = await Promise.all([
    learnersReadyAfter(communityId, since, one),
    changesByOthers(actor, { communityId, centerId }, since, one),
    listAppointmentNews(actor, since, one, ports, centerId),
    casesWithNews({ communityId, centerId }, actor.accountId, since, one),
  ])
  return { since, ready, referrals, appointments, cases }
}

/** The latest changes of a center's referrals that somebody else made; a day of one's own work may lie before them. */
async function changesByOthers(
  reader: Actor,
  at: Pick<Referral, 'communityId' | 'centerId'>,
  since: Date,
  limit: number,
): Promise<Referral[]> {
  const found: Referral[] = []
  for await (const referral of latestReferralChanges(at, since, mostSeen)) {
    if (referralNewsFor(referral, since, reader)) found.push(referral)
    if (found.length >= limit) break
  }
  return found
}
