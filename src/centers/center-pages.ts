import type { Request } from 'express'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import { centerParams, centerQuery } from './center-input.js'
import { findCenter } from './center-store.js'
import { centerPage, centerRow } from './center-view.js'
import { findCenters } from './find-centers.js'

const isLearner = (req: Request) => visitorOf(req)?.learnerId !== undefined

/** The public directory of job centers. */
export function centerPages() {
  const routes = pageRoutes()

  routes.get(paths.centers, 'see centers', async (req, res) => {
    const query = parse(centerQuery, filtersOf(req))
    const { items, next } = await findCenters(query)
    const rows = items.map((center) => centerRow(center, wordsOf(req)))
    const shown = { q: query.q ?? '', rows, pages: pageLinks(req, next), action: paths.centers }
    page(req, res, 'centers/list', { title: 'centers:list.title', ...shown })
  })

  routes.get(paths.center, 'see centers', async (req, res) => {
    const { id } = parseParams(centerParams, req.params)
    const center = await findCenter(id)
    if (!center) throw notFound('centers:problem.unknown')
    const shown = { center: centerPage(center, wordsOf(req)), mayAsk: isLearner(req) }
    page(req, res, 'centers/show', { title: center.name, ...shown })
  })

  return routes
}
