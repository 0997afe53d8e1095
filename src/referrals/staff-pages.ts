import type { Request, Response } from 'express'
import { organizationsOf, type Actor } from '../access/actor.js'
import { deskRow } from '../appointments/calendar-view.js'
import { listDeskDays } from '../appointments/list-desk-days.js'
import { dayOf } from '../calendar.js'
import { dueRow } from '../caseload/case-view.js'
import { newsView } from '../caseload/news-view.js'
import { readToday } from '../caseload/read-today.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import type { Ports } from '../ports.js'
import { findTracks } from '../tracks/track-store.js'
import type { World } from '../world.js'
import { findCentersByIds, searchCenters } from '../centers/center-store.js'
import { deskOf, seatedAt, type Desk } from './desk.js'
import { labelRules } from './label-rules.js'
import { everyoneReady, listReady } from './list-ready.js'
import { everyReferral, learnersOf, listReferrals } from './list-referrals.js'
import { queueQuery, readyQuery, todayQuery } from './staff-input.js'
import { waitingFor, type Referral } from './referral.js'
import { queueColumns, queueCsvRow, queueFields, queueRow } from './queue-view.js'
import { readyColumns, readyCsvRow, readyFields, readyRow, tickRow } from './ready-view.js'

/** The lists workforce staff work from, each with its CSV of the same view. */
export function staffPages({ ports }: World) {
  const routes = pageRoutes()
  routes.get(paths.staff, 'work a caseload', (req, res) => showToday(req, res, ports))
  routes.get(paths.readyList, 'see who is job-ready', (req, res) => showReady(req, res, ports))
  routes.get(paths.readyCsv, 'see who is job-ready', (req, res) => sendReady(req, res, ports))
  routes.get(paths.referralQueue, 'work a caseload', (req, res) => showQueue(req, res, ports))
  routes.get(paths.referralQueueCsv, 'work a caseload', (req, res) => sendQueue(req, res, ports))
  return routes
}

const onStart = { limit: 10, cursor: undefined } as const

async function showToday(req: Request, res: Response, ports: Ports) {
  const { center } = parse(todayQuery, filtersOf(req))
  const actor = seatedAt(actorOf(req), center)
  const words = wordsOf(req)
  const now = ports.now()
  const desk = deskOf(actor)
  const desks = await findCentersByIds(organizationsOf(actor, 'staff'))
  const ready = await listReady(actor, { ...onStart, order: 'newly-ready' }, 'list', ports)
  const waiting = await listReferrals(actor, { ...onStart, state: 'requested' }, ports)
  const stalled = await listStalled(actor, ports)
  const labels = await labelRules(desk.communityId, words, now)
  const today = await readToday(actor, ports)
  const learners = await learnersOf([...waiting.items, ...stalled])
  const rowsOf = (referrals: typeof waiting.items) =>
    referrals.map((one) => queueRow(one, learners.get(one.learnerId), words, now))
  const days = await listDeskDays(actor, ports)
  page(req, res, 'referrals/today', {
    title: 'referrals:today.title',
    center: desks.get(desk.organizationId)?.name ?? null,
    desks: otherDesks([...desks.values()], desk, words),
    ready: ready.items.map((learner) => readyRow(learner, labels, words)),
    waiting: rowsOf(waiting.items),
    appointments: days ? days.slots.map((slot) => deskRow(slot, days, words)) : null,
    all: {
      cases: words.href(withQuery(paths.cases, { center })),
      calendar: words.href(withQuery(paths.calendar, { center })),
      queue: words.href(withQuery(paths.referralQueue, { center })),
      stalled: words.href(withQuery(paths.referralQueue, { center, days: stalledDays })),
    },
    stalled: byDelay(stalled).map(({ by, items }) => ({ by, rows: rowsOf(items) })),
    due: today.due.map((task) =>
      dueRow(task, today.learners.get(task.learnerId)?.name ?? '', dayOf(now), words, center),
    ),
    news: newsView(today, actor, words, center),
    paths,
  })
}

/** The way to Today at the other centers of somebody who works at several. */
const otherDesks = (
  centers: readonly { readonly id: string; readonly name: string }[],
  { organizationId }: Desk,
  words: Words,
) =>
  centers
    .filter(({ id }) => id !== organizationId)
    .map(({ id, name }) => ({
      name: words.t('caseload:today.at', { center: name }),
      href: words.href(withQuery(paths.staff, { center: id })),
    }))

const stalledDays = 10

/** What the center took on and has not moved for so long, the longest first; requests stand in a list of their own. */
async function listStalled(actor: Actor, ports: Ports): Promise<Referral[]> {
  const found: Referral[] = []
  for (const state of ['accepted', 'in-progress', 'on-hold'] as const) {
    const asked = { ...onStart, state, days: stalledDays }
    found.push(...(await listReferrals(actor, asked, ports)).items)
  }
  return found.sort((a, b) => a.since.getTime() - b.since.getTime())
}

/** Those that stand still, by whose delay; the center's own come first, because it can end them itself. */
const byDelay = (stalled: readonly Referral[]) =>
  (['center', 'learner'] as const)
    .map((by) => ({
      by,
      items: stalled.filter(({ state, substate }) => waitingFor(state, substate) === by),
    }))
    .filter(({ items }) => items.length > 0)

async function showReady(req: Request, res: Response, ports: Ports) {
  const actor = actorOf(req)
  const words = wordsOf(req)
  const query = parse(readyQuery, filtersOf(req))
  const { items, next } = await listReady(actor, query, 'list', ports)
  const { communityId } = deskOf(actor)
  const [tracks, centers, labels] = await Promise.all([
    findTracks(),
    searchCenters({ communityId, limit: 200 }),
    labelRules(communityId, words, ports.now()),
  ])
  const choices = {
    tracks: tracks
      .filter(({ status }) => status === 'published')
      .map(({ slug, title }) => ({ value: slug, label: title })),
    centers: centers.map(({ id, name }) => ({ value: id, label: name })),
  }
  page(req, res, 'referrals/ready', {
    title: 'referrals:ready.title',
    rows: items.map((learner) => tickRow(learner, labels, words)),
    bulk: words.href(paths.bulkReferral),
    rules: [...labels.values()],
    filters: {
      action: words.href(paths.readyList),
      fields: readyFields(query, choices, words),
      clear: words.href(paths.readyList),
      csv: sameView(req, paths.readyCsv),
    },
    pages: pageLinks(req, next),
  })
}

async function sendReady(req: Request, res: Response, ports: Ports) {
  const words = wordsOf(req)
  const learners = everyoneReady(actorOf(req), parse(readyQuery, filtersOf(req)), ports)
  await sendCsv(
    res,
    'job-ready.csv',
    readyColumns(words),
    mapped(learners, (learner) => [readyCsvRow(learner, words)]),
  )
}

async function showQueue(req: Request, res: Response, ports: Ports) {
  const actor = actorOf(req)
  const words = wordsOf(req)
  const query = parse(queueQuery, filtersOf(req))
  const { items, next } = await listReferrals(actor, query, ports)
  const learners = await learnersOf(items)
  const desks = await findCentersByIds(organizationsOf(actor, 'staff'))
  page(req, res, 'referrals/queue', {
    title: 'referrals:queue.title',
    rows: items.map((one) => queueRow(one, learners.get(one.learnerId), words, ports.now())),
    filters: {
      action: words.href(paths.referralQueue),
      fields: queueFields(query, [...desks.values()], words),
      clear: words.href(paths.referralQueue),
      csv: sameView(req, paths.referralQueueCsv),
    },
    pages: pageLinks(req, next),
  })
}

async function sendQueue(req: Request, res: Response, ports: Ports) {
  const words = wordsOf(req)
  const query = parse(queueQuery, filtersOf(req))
  deskOf(actorOf(req), query.center)
  const batches = everyReferral(actorOf(req), query, ports)
  const rows = mapped(batches, async (batch) => {
    const learners = await learnersOf(batch)
    return batch.map((one) => queueCsvRow(one, learners.get(one.learnerId), words, ports.now()))
  })
  await sendCsv(res, 'referrals.csv', queueColumns(words), rows)
}

async function* mapped<T, R>(
  source: AsyncIterable<T>,
  rowsOf: (item: T) => readonly R[] | Promise<readonly R[]>,
): AsyncGenerator<R> {
  for await (const item of source) yield* await rowsOf(item)
}
