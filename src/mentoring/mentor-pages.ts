import type { Request, Response } from 'express'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsIn, wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import { findTracks } from '../tracks/track-store.js'
import type { World } from '../world.js'
import { briefPage } from './brief-view.js'
import { capacitiesOf, saveCapacity } from './capacity-store.js'
import { listMentees } from './list-mentees.js'
import { logMeeting } from './log-meeting.js'
import { meetingTopics, noteReaders } from './meeting.js'
import { menteeColumns, menteeCsvRow, menteeFields, menteeRow } from './mentee-view.js'
import {
  capacityInput,
  idParams,
  meetingInput,
  menteeQuery,
  nudgeInput,
} from './mentoring-input.js'
import { openMentee, readMentee } from './open-mentee.js'
import { largestCapacity } from './pairing.js'
import { sendNudge } from './send-nudge.js'

/** What a mentor works with: assigned learners, the brief of one, meetings and nudges. */
export function mentorPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.mentor, 'mentor learners', (req, res) => showMentees(req, res, ports))
  routes.get(paths.mentorCsv, 'mentor learners', (req, res) => sendMentees(req, res, ports))

  routes.form(paths.mentorCapacity, 'mentor learners', {
    view: 'mentoring/capacity',
    title: 'mentoring:capacity.title',
    schema: capacityInput,
    show: async (req) => {
      const { accountId } = actorOf(req)
      const capacity = (await capacitiesOf([accountId])).get(accountId)
      return { capacity, largestCapacity, back: paths.mentor }
    },
    submit: async ({ capacity }, req) => {
      await saveCapacity(actorOf(req).accountId, capacity)
      return { to: paths.mentor, notice: 'mentoring:notice.capacity' }
    },
  })

  routes.get(paths.mentorLearner, 'mentor learners', async (req, res) => {
    const brief = briefPage(await openMentee(actorOf(req), idOf(req), ports), wordsOf(req))
    page(req, res, 'mentoring/brief', { title: brief.name, brief })
  })

  routes.form(paths.newMeeting, 'mentor learners', {
    view: 'mentoring/meeting',
    title: 'mentoring:meeting.title',
    schema: meetingInput,
    show: async (req) => meetingForm(req, ports),
    submit: async (input, req) => {
      await logMeeting(actorOf(req), idOf(req), input, ports)
      return { to: to(paths.mentorLearner, { id: idOf(req) }), notice: 'mentoring:notice.logged' }
    },
  })

  routes.form(paths.newNudge, 'mentor learners', {
    view: 'mentoring/nudge',
    title: 'mentoring:nudge.title',
    schema: nudgeInput,
    show: nudgeForm,
    submit: async ({ text }, req) => {
      await sendNudge(actorOf(req), idOf(req), text, ports)
      mailSoon()
      return { to: to(paths.mentorLearner, { id: idOf(req) }), notice: 'mentoring:notice.nudged' }
    },
  })

  return routes
}

const idOf = (req: Request): string => parseParams(idParams, req.params).id

async function showMentees(req: Request, res: Response, ports: Ports) {
  const words = wordsOf(req)
  const query = parse(menteeQuery, filtersOf(req))
  const { items, next } = await listMentees(actorOf(req), query, 'list', ports)
  const tracks = (await findTracks())
    .filter(({ status }) => status === 'published')
    .map(({ slug, title }) => ({ value: slug, label: title }))
  page(req, res, 'mentoring/mentees', {
    title: 'mentoring:mentees.title',
    rows: items.map((mentee) => menteeRow(mentee, words)),
    filters: {
      action: words.href(paths.mentor),
      fields: menteeFields(query, tracks, words),
      clear: words.href(paths.mentor),
      csv: sameView(req, paths.mentorCsv),
    },
    pages: pageLinks(req, next),
    capacityHref: words.href(paths.mentorCapacity),
  })
}

async function sendMentees(req: Request, res: Response, ports: Ports) {
  const words = wordsOf(req)
  const query = { ...parse(menteeQuery, filtersOf(req)), limit: largestCapacity, cursor: undefined }
  const { items } = await listMentees(actorOf(req), query, 'export', ports)
  const rows = items.map((mentee) => menteeCsvRow(mentee, words))
  await sendCsv(res, 'my-learners.csv', menteeColumns(words), rows)
}

async function meetingForm(req: Request, ports: Ports) {
  const { t } = wordsOf(req)
  const { name, pairing } = await readMentee(actorOf(req), idOf(req))
  return {
    name,
    today: dayOf(ports.now()),
    from: pairing.startedOn,
    topics: meetingTopics.map((value) => ({ value, label: t(`mentoring:topic.${value}`) })),
    readers: noteReaders.map((value) => ({ value, label: t(`mentoring:reader.${value}`) })),
    back: to(paths.mentorLearner, { id: idOf(req) }),
  }
}

async function nudgeForm(req: Request) {
  const { name: mentor } = actorOf(req)
  const { name, language, hasAddress, suggestion, step } = await readMentee(actorOf(req), idOf(req))
  const [first = name] = name.split(/\s+/)
  return {
    name,
    hasAddress,
    language,
    suggestion: wordsIn(language).t(`mentoring:suggestion.${suggestion}`, { first, step, mentor }),
    back: to(paths.mentorLearner, { id: idOf(req) }),
  }
}
