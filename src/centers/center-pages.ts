import type { Request, Response } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { Ports } from '../ports.js'
import { notFound, Problem } from '../problems.js'
import type { World } from '../world.js'
import { centerParams, centerQuery, type CenterQuery } from './center-input.js'
import { centerMap } from './center-map.js'
import { findCenter } from './center-store.js'
import { centerPage, centerRow } from './center-view.js'
import { directoryCells, directoryColumns, noneFound, searchFields } from './directory-view.js'
import { everyCenter, findCenters, placeAsked, type FoundCenter } from './find-centers.js'
import { mayKeep } from './keep-center.js'
import { knownPlaces } from './known-places.js'
import { likelyPlaces, type Place } from './place.js'

/** The public directory of job centers. */
export function centerPages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.centers, 'see centers', (req, res) => showDirectory(req, res, ports))

  routes.get(paths.centersCsv, 'see centers', async (req, res) => {
    const [query, words, now] = [parse(centerQuery, filtersOf(req)), wordsOf(req), ports.now()]
    placeAsked(query)
    const rows = async function* () {
      for await (const found of everyCenter(query, now)) yield directoryCells(found, now, words)
    }
    await sendCsv(res, 'centers.csv', directoryColumns(words), rows())
  })

  routes.get(paths.center, 'see centers', async (req, res) => {
    const { id } = parseParams(centerParams, req.params)
    const center = await findCenter(id)
    if (!center) throw notFound('centers:problem.unknown')
    const visitor = visitorOf(req)
    page(req, res, 'centers/show', {
      title: center.name,
      center: centerPage(center, ports.now(), wordsOf(req)),
      mayAsk: visitor?.learnerId !== undefined,
      edit: visitor && mayKeep(visitor, center) ? to(paths.editCenter, { id }) : null,
    })
  })

  return routes
}

/** The place asked for; one that nobody knows is said on the page, which then lists by name. */
function placeOrNone(query: CenterQuery): { place?: Place; unknown?: string } {
  try {
    const place = placeAsked(query)
    return place ? { place } : {}
  } catch (thrown) {
    if (thrown instanceof Problem && query.near !== undefined) return { unknown: query.near }
    throw thrown
  }
}

async function showDirectory(req: Request, res: Response, { now: clock }: Pick<Ports, 'now'>) {
  const query = parse(centerQuery, filtersOf(req))
  const [words, now] = [wordsOf(req), clock()]
  const { place, unknown } = placeOrNone(query)
  const { items, next } = await findCenters({ ...query, near: place && query.near }, now)
  const likely = unknown === undefined ? [] : likelyPlaces(knownPlaces().places, unknown)
  page(req, res, 'centers/list', {
    title: 'centers:list.title',
    fields: searchFields(query, words),
    rows: items.map((found: FoundCenter) => centerRow(found, place !== undefined, now, words)),
    place: place ? `${place.name}, ${place.state}` : null,
    unknown: unknown ?? null,
    likely: likely.join(' · '),
    map: centerMap(
      items.map(({ center }) => center),
      knownPlaces().index,
      place,
    ),
    pages: pageLinks(req, next),
    csv: sameView(req, paths.centersCsv),
    action: paths.centers,
    none: noneFound(query, words),
  })
}
