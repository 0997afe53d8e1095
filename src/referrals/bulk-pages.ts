import type { Request, Response } from 'express'
import { dayOf } from '../calendar.js'
import { takesReferrals } from '../centers/center.js'
import { searchCenters } from '../centers/center-store.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf, type Words } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { World } from '../world.js'
import { bulkRows } from './bulk-view.js'
import { chooseMany } from './choose-many.js'
import { deskOf, seatedAt } from './desk.js'
import { referMany } from './refer-many.js'
import { bulkForm, bulkQuery, longestMessage, type BulkQuery } from './referral-input.js'

/** The list on which they were ticked. */
const backOf = ({ from, center }: Omit<BulkQuery, 'learners'>, { t, href }: Words) =>
  from === 'cases'
    ? { href: href(withQuery(paths.cases, { center })), text: t('caseload:cases.title') }
    : { href: href(paths.readyList), text: t('referrals:ready.title') }

/** Asking one center for many learners at once: whom and where, then what became of each. */
export function bulkPages({ ports }: World) {
  const routes = pageRoutes()

  const ask = async (req: Request, res: Response) => {
    const { learners, ...at } = parse(bulkQuery, req.query)
    const actor = seatedAt(actorOf(req), at.center)
    const { communityId, organizationId } = deskOf(actor)
    const today = dayOf(ports.now())
    const [chosen, centers] = await Promise.all([
      chooseMany(actor, learners, ports),
      searchCenters({ communityId, limit: 200 }),
    ])
    page(req, res, 'referrals/bulk', {
      title: 'handoff:bulk.title',
      chosen: chosen.map(({ id, name, place }) => ({ id, name, place: place.city })),
      centers: centers
        .filter((center) => takesReferrals(center, today))
        .map(({ id, name }) => ({ value: id, label: name })),
      ownCenter: organizationId,
      longestMessage,
      results: null,
      back: backOf(at, wordsOf(req)),
    })
  }

  routes.get(paths.bulkReferral, 'ask for many referrals', ask)
  routes.post(paths.bulkReferral, 'ask for many referrals', async (req, res) => {
    const { learners: _ticked, ...at } = parse(bulkQuery, req.query)
    const actor = seatedAt(actorOf(req), at.center)
    const results = await referMany(actor, parse(bulkForm, req.body), 'list', ports)
    mailSoon()
    page(req, res, 'referrals/bulk', {
      title: 'handoff:bulk.doneTitle',
      results: bulkRows(results, wordsOf(req)),
      back: backOf(at, wordsOf(req)),
    })
  })

  return routes
}
