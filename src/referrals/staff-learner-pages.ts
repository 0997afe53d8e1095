import type { Request, Response } from 'express'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { learnerOfStaff } from '../mentoring/start-pairing.js'
import type { Ports } from '../ports.js'
import type { World } from '../world.js'
import { askForReferral } from './ask-for-referral.js'
import { dayOf } from '../calendar.js'
import { searchCenters } from '../centers/center-store.js'
import { takesReferrals } from '../centers/center.js'
import { deskOf, seatedAt } from './desk.js'
import { findLearners } from './find-learners.js'
import { openLearner } from './open-learner.js'
import { foundRow, personPage } from './person-view.js'
import { askForForm, idParams, longestMessage } from './referral-input.js'
import { findLearnersQuery, todayQuery } from './staff-input.js'

/** One learner as staff see them, looking one up, and asking for a referral in their place. */
export function staffLearnerPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.findLearners, 'work a caseload', (req, res) => showFound(req, res, ports))

  routes.get(paths.staffLearner, 'work a caseload', async (req, res) => {
    const { center } = parse(todayQuery, filtersOf(req))
    const opened = await openLearner(seatedAt(actorOf(req), center), idOf(req), ports)
    const person = personPage(opened, wordsOf(req), ports.now(), center)
    page(req, res, 'referrals/person', { title: person.name, person })
  })

  routes.form(paths.staffReferral, 'ask for a referral', {
    view: 'referrals/staff-ask',
    title: 'referrals:staffAsk.titlePlain',
    schema: askForForm,
    show: (req) => showAsk(req, ports.now()),
    submit: async ({ center, message }, req) => {
      const ask = { center, learner: idOf(req), message }
      const { id } = await askForReferral(actorOf(req), ask, ports)
      mailSoon()
      return { to: to(paths.referral, { id }), notice: 'referrals:notice.askedFor' }
    },
  })

  return routes
}

const idOf = (req: Request): string => parseParams(idParams, req.params).id

async function showFound(req: Request, res: Response, ports: Ports) {
  const query = parse(findLearnersQuery, filtersOf(req))
  const { items, next } = await findLearners(actorOf(req), query, ports)
  page(req, res, 'referrals/find', {
    title: 'referrals:find.title',
    q: query.q ?? '',
    rows: items.map((learner) => foundRow(learner, wordsOf(req))),
    pages: pageLinks(req, next),
    paths,
  })
}

async function showAsk(req: Request, now: Date) {
  const actor = actorOf(req)
  const learner = await learnerOfStaff(actor, idOf(req))
  const { communityId, organizationId } = deskOf(actor)
  const centers = await searchCenters({ communityId, limit: 200 })
  return {
    title: 'referrals:staffAsk.title',
    titleParams: { name: learner.name },
    back: { path: to(paths.staffLearner, { id: learner.id }), name: learner.name },
    centers: centers
      .filter((center) => takesReferrals(center, dayOf(now)))
      .map(({ id, name }) => ({ value: id, label: name })),
    ownCenter: organizationId,
    longestMessage,
  }
}
