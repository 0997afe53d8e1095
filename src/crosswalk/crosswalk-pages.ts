import type { Request } from 'express'
import { findOrganizations } from '../access/organization-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { sendJsonList } from '../http/json-list.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import { findTracks } from '../tracks/track-store.js'
import { trackWords } from '../tracks/track-view.js'
import type { World } from '../world.js'
import { findAgreement, versionsOf } from '../agreements/agreement-store.js'
import { agreementParams, crosswalkQuery, whatIfQuery } from './crosswalk-input.js'
import { agreementPage, crosswalkFields, publicRow } from './crosswalk-view.js'
import { crosswalkColumns, crosswalkCsvRows } from './crosswalk-csv.js'
import { ctdlContext } from './crosswalk-ctdl.js'
import { crosswalkItems, crosswalkNodes } from './crosswalk-documents.js'
import { listCrosswalk } from './list-crosswalk.js'
import { readWhatIf } from './read-what-if.js'
import { whatIfPage } from './what-if-view.js'
import { withWorth } from './with-worth.js'

const badgeNamesNow = async (): Promise<Map<string, string>> =>
  new Map((await findBadges()).map(({ slug, name }) => [slug, name]))

const collegesNow = () => findOrganizations({ kind: 'college', state: 'approved' })

const queryOf = (req: Request) => parse(crosswalkQuery, filtersOf(req))

async function tracksNow(req: Request) {
  const tracks = (await findTracks()).filter(({ status }) => status === 'published')
  const label = (track: (typeof tracks)[number]) => trackWords(track, 'title', wordsOf(req))
  return tracks.map((track) => ({ value: track.slug, label: label(track) }))
}

/** The public crosswalk: a page, its downloads, one agreement, and what-if. */
export function crosswalkPages({ config, ports }: World) {
  const routes = pageRoutes()
  const today = () => dayOf(ports.now())

  routes.get(paths.crosswalk, 'see the crosswalk', async (req, res) => {
    const query = queryOf(req)
    const [{ items, next }, names, tracks, colleges] = await Promise.all([
      listCrosswalk(query, today()),
      badgeNamesNow(),
      tracksNow(req),
      collegesNow(),
    ])
    const words = wordsOf(req)
    const chosen = { ...query, on: query.on ?? today() }
    page(req, res, 'crosswalk/crosswalk', {
      title: 'crosswalk:crosswalk.title',
      rows: (await withWorth(items)).map(([one, worth]) => publicRow(one, worth, names, words)),
      fields: crosswalkFields(chosen, names, tracks, colleges, words),
      hasDemonstration: items.some(({ demonstration }) => demonstration),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.crosswalkCsv),
      json: sameView(req, paths.crosswalkJson),
      ctdl: sameView(req, paths.crosswalkCtdl),
      paths,
    })
  })
  routes.get(paths.crosswalkCsv, 'see the crosswalk', async (req, res) => {
    const columns = crosswalkColumns(wordsOf(req))
    await sendCsv(res, 'crosswalk.csv', columns, crosswalkCsvRows(queryOf(req), today()))
  })
  routes.get(paths.crosswalkJson, 'see the crosswalk', async (req, res) => {
    const query = queryOf(req)
    const head = `{"on":"${query.on ?? today()}","items":[\n`
    const file = { filename: 'crosswalk.json', type: 'application/json', head, tail: '\n]}\n' }
    await sendJsonList(res, file, crosswalkItems(query, today()))
  })
  routes.get(paths.crosswalkCtdl, 'see the crosswalk', async (req, res) => {
    const query = queryOf(req)
    const head = `{"@context":"${ctdlContext}","@graph":[\n`
    const file = { filename: 'crosswalk.jsonld', type: 'application/ld+json', head, tail: '\n]}\n' }
    await sendJsonList(res, file, crosswalkNodes(query, today(), config.baseUrl))
  })

  routes.get(paths.publicAgreement, 'see the crosswalk', async (req, res) => {
    const agreement = await findAgreement(parseParams(agreementParams, req.params).id)
    if (!agreement) throw notFound()
    const [versions, names, [priced]] = await Promise.all([
      versionsOf([agreement.series]),
      badgeNamesNow(),
      withWorth([agreement]),
    ])
    const shown = agreementPage(agreement, versions, names, priced?.[1], today(), wordsOf(req))
    const title = `${agreement.course} ${agreement.courseTitle}`
    page(req, res, 'crosswalk/agreement', { title, agreement: shown, paths })
  })

  routes.get(paths.whatIf, 'see the crosswalk', async (req, res) => {
    const query = parse(whatIfQuery, filtersOf(req))
    const [read, names, colleges] = await Promise.all([
      readWhatIf(query, visitorOf(req), ports),
      badgeNamesNow(),
      collegesNow(),
    ])
    page(req, res, 'crosswalk/what-if', {
      title: 'crosswalk:whatIf.title',
      asked: query.badge,
      badges: [...names].map(([value, label]) => ({ value, label })),
      colleges: colleges.map(({ id, name }) => ({ value: id, label: name })),
      college: query.college ?? '',
      on: read.on,
      answer: query.badge.length > 0 ? whatIfPage(read, names, wordsOf(req)) : undefined,
      paths,
    })
  })

  return routes
}
