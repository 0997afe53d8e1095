import type { Request, Response } from 'express'
import { languageOf } from '../http/language.js'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { findLearner } from '../learners/learner-store.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { Ports } from '../ports.js'
import type { World } from '../world.js'
import { answerReferral } from './answer-referral.js'
import { answerPage } from './answer-view.js'
import { askPage } from './ask-page.js'
import { askWithConsent } from './ask-with-consent.js'
import { findCenter, findCentersByIds } from '../centers/center-store.js'
import { enrollmentsFor } from './report-enrollment.js'
import { earlierOf } from './earlier-of.js'
import { readReferral } from './read-referral.js'
import { answerInput, askForm, idParams } from './referral-input.js'
import { referralsOf } from './referral-store.js'
import { ownRow } from './referral-view.js'
import { referralPage } from './show-view.js'
import { viewReferral } from './view-referral.js'

/** A learner's referrals, and the one page of a referral that both sides see. */
export function referralPages({ ports, secrets }: World) {
  const routes = pageRoutes()

  routes.get(paths.referrals, 'ask for a referral', (req, res) => showOwn(req, res, ports))

  routes.form(paths.newReferral, 'ask for a referral', {
    view: 'referrals/new',
    title: 'referrals:new.title',
    schema: askForm,
    show: (req) => askPage(actorOf(req), req.query['center'], wordsOf(req), ports),
    submit: async (input, req) => {
      const shown = await askPage(actorOf(req), input.center, wordsOf(req), ports)
      const signing = {
        text: shown.text,
        language: languageOf(req),
        address: req.ip ?? '',
        secret: secrets.seal,
      }
      const referral = await askWithConsent(actorOf(req), input, signing, ports)
      mailSoon()
      return { to: to(paths.referral, { id: referral.id }), notice: 'referrals:notice.asked' }
    },
  })

  routes.get(paths.referral, 'read a referral', (req, res) => showOne(req, res, ports))

  routes.form(paths.answerReferral, 'answer a referral', {
    view: 'referrals/answer',
    title: 'referrals:answer.title',
    schema: answerInput,
    show: async (req) => {
      const { referral, sides } = await readReferral(actorOf(req), idOf(req), ports.now())
      return { answer: answerPage(referral, sides, wordsOf(req)) }
    },
    submit: async (input, req) => {
      const { id } = await answerReferral(actorOf(req), idOf(req), input, ports)
      mailSoon()
      return { to: to(paths.referral, { id }), notice: 'referrals:notice.answered' }
    },
  })

  return routes
}

const idOf = (req: Request): string => parseParams(idParams, req.params).id

async function showOwn(req: Request, res: Response, ports: Ports) {
  const { learnerId } = actorOf(req)
  const referrals = learnerId === undefined ? [] : await referralsOf(learnerId)
  const centers = await findCentersByIds(referrals.map(({ centerId }) => centerId))
  const rows = referrals.map((one) =>
    ownRow(one, centers.get(one.centerId), wordsOf(req), ports.now()),
  )
  page(req, res, 'referrals/list', { title: 'referrals:list.title', rows, paths })
}

async function showOne(req: Request, res: Response, ports: Ports) {
  const seen = await viewReferral(actorOf(req), idOf(req), ports)
  const { referral } = seen
  const [center, learner] = await Promise.all([
    findCenter(referral.centerId),
    findLearner(referral.learnerId),
  ])
  const named = {
    ...seen,
    center,
    learnerName: learner?.name,
    earlier: await earlierOf(referral),
    stays: seen.shut === 'asked' ? [] : await enrollmentsFor(seen),
  }
  page(req, res, 'referrals/show', {
    title: center ? 'referrals:show.title' : 'referrals:show.titlePlain',
    titleParams: { center: center?.name ?? '' },
    shown: referralPage(named, wordsOf(req), ports.now()),
  })
}
