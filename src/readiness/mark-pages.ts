import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { guardedGet } from '../http/guarded-get.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { findLearner } from '../learners/learner-store.js'
import { openRecord } from '../learners/open-record.js'
import { notFound, refused } from '../problems.js'
import type { World } from '../world.js'
import { askPortfolio } from './ask-portfolio.js'
import { giveMark, logOwnPractice, partFor, takeBack } from './give-mark.js'
import {
  emptyInput,
  markParams,
  portfolioInput,
  practiceInput,
  signOffInput,
  takeBackParams,
} from './mark-input.js'
import { marksOf } from './mark-store.js'
import { markPage, markRow, practiceChoices } from './mark-view.js'
import type { MarkKind } from './mark.js'

const idOf = (req: Request): string => parseParams(markParams, req.params).id

/** What somebody reads before they say something of a learner: the record as far as they may see it, disclosed. */
async function showMark(req: Request, kind: MarkKind, { ports }: World) {
  const actor = actorOf(req)
  const learner = await findLearner(idOf(req))
  if (!learner) throw notFound()
  const part = await partFor(actor, learner, kind, ports.now())
  const record = await openRecord(actor, learner.id, ports)
  const shown = markPage(record, kind, part, dayOf(ports.now()), wordsOf(req))
  return { titleParams: { name: learner.name }, mark: shown }
}

const backOf = async (req: Request, { ports }: World) => {
  const learner = await findLearner(idOf(req))
  const part = learner && (await partFor(actorOf(req), learner, 'practice', ports.now()))
  return to(part === 'mentor' ? paths.mentorLearner : paths.staffLearner, { id: idOf(req) })
}

/** Sign-off, interview practice and portfolio: what people say of a learner, and what a learner says. */
export function markPages(world: World) {
  const routes = pageRoutes()
  const { ports, config } = world

  routes.form(paths.signOff, 'sign off readiness', {
    view: 'readiness/mark',
    title: 'readiness:mark.sign-off.title',
    schema: signOffInput,
    show: (req) => showMark(req, 'sign-off', world),
    submit: async ({ note }, req) => {
      const given = { kind: 'sign-off', on: dayOf(ports.now()), about: '', note } as const
      await giveMark(actorOf(req), idOf(req), given, ports)
      return { to: await backOf(req, world), notice: 'readiness:notice.signedOff' }
    },
  })

  routes.form(paths.logPractice, 'mark readiness', {
    view: 'readiness/mark',
    title: 'readiness:mark.practice.title',
    schema: practiceInput,
    show: (req) => showMark(req, 'practice', world),
    submit: async (input, req) => {
      await giveMark(actorOf(req), idOf(req), { kind: 'practice', ...input }, ports)
      return { to: await backOf(req, world), notice: 'readiness:notice.practised' }
    },
  })

  routes.form(paths.checkPortfolio, 'mark readiness', {
    view: 'readiness/mark',
    title: 'readiness:mark.portfolio.title',
    schema: portfolioInput,
    show: (req) => showMark(req, 'portfolio', world),
    submit: async ({ url, note }, req) => {
      const given = { kind: 'portfolio', on: dayOf(ports.now()), about: url, note } as const
      await giveMark(actorOf(req), idOf(req), given, ports)
      return { to: await backOf(req, world), notice: 'readiness:notice.opened' }
    },
  })

  routes.form(paths.takeBackMark, 'mark readiness', {
    view: 'readiness/take-back',
    title: 'readiness:takeBack.title',
    schema: emptyInput,
    show: async (req) => {
      const { id, mark } = parseParams(takeBackParams, req.params)
      const own = (await marksOf(id)).find((one) => one.id === mark)
      if (own?.byAccountId !== actorOf(req).accountId) throw notFound()
      return { facts: markRow(own, wordsOf(req)) }
    },
    submit: async (_form, req) => {
      const { id, mark } = parseParams(takeBackParams, req.params)
      await takeBack(actorOf(req), id, mark, ports)
      return { to: paths.home, notice: 'readiness:notice.takenBack' }
    },
  })

  routes.form(paths.ownPractice, 'log own practice', {
    view: 'readiness/own-practice',
    title: 'readiness:practice.title',
    schema: practiceInput,
    show: async (req) => ownMarks(req, world),
    submit: async (input, req) => {
      await logOwnPractice(actorOf(req), { kind: 'practice', ...input }, ports)
      return { to: paths.readiness, notice: 'readiness:notice.practised' }
    },
  })

  routes.form(paths.askPortfolio, 'log own practice', {
    view: 'readiness/ask-portfolio',
    title: 'readiness:ask.title',
    schema: emptyInput,
    show: async (req) => {
      const learner = await findLearner(actorOf(req).learnerId ?? '')
      return { url: learner?.portfolioUrl ?? null, isOn: config.providerFetch, paths }
    },
    submit: async (_form, req) => {
      if (!config.providerFetch) throw refused('readiness:problem.fetchOff')
      await askPortfolio(actorOf(req), guardedGet, ports)
      return { to: paths.readiness, notice: 'readiness:notice.answered' }
    },
  })

  return routes
}

async function ownMarks(req: Request, { ports }: World) {
  const words = wordsOf(req)
  const marks = await marksOf(actorOf(req).learnerId ?? '')
  return {
    today: dayOf(ports.now()),
    kinds: practiceChoices(words),
    rows: marks.toReversed().map((mark) => ({ cells: markRow(mark, words).map((f) => f.text) })),
    back: paths.readiness,
  }
}
