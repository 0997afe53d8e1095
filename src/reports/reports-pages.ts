import type { Request, Response } from 'express'
import { dayOf } from '../calendar.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { checkExtract, latestCheck } from './check-extract.js'
import { extractSchemas } from './extract-schema.js'
import { extractRow } from './extract.js'
import { programYearOf } from './quarter.js'
import { ownBoard, readExtract } from './read-extract.js'
import { recordGain } from './record-gain.js'
import {
  extractQuery,
  gainInput,
  gainParams,
  ownGainParams,
  takeBackInput,
} from './reports-input.js'
import { extractPage, gainsPage, takeBackPage } from './reports-view.js'
import { seeGains } from './see-gains.js'
import { openOwnGain, takeGainBack } from './take-gain-back.js'

function chosenIn(given: unknown, now: Date) {
  const query = parse(extractQuery, given)
  const [first] = extractSchemas()
  const schema = extractSchemas().find(
    ({ version }) => version === (query.schema ?? first?.version),
  )
  if (!schema) throw notFound()
  const thisYear = programYearOf(dayOf(now))
  return { schema, thisYear, year: query.year ?? thisYear, query }
}

async function showExtract(req: Request, res: Response, { ports }: World) {
  const actor = actorOf(req)
  await ownBoard(actor)
  const { query: _query, ...chosen } = chosenIn(filtersOf(req), ports.now())
  const check = await latestCheck(actor, chosen.schema, chosen.year, ports.now())
  const extract = extractPage(chosen, extractSchemas(), check, wordsOf(req))
  page(req, res, 'reports/extract', { title: 'reports:extract.title', extract, paths })
}

async function startCheck(req: Request, res: Response, { ports }: World) {
  const { schema, year } = chosenIn(req.body, ports.now())
  await checkExtract(actorOf(req), schema, year, ports)
  await hurryJob('check extracts')
  redirect(req, res, withQuery(paths.participants, { year, schema: schema.version }))
}

/** One row a participant, in batches: memory stays the same however many there are. */
async function sendExtract(req: Request, res: Response, { ports }: World) {
  const actor = actorOf(req)
  await ownBoard(actor)
  const { schema, year, query } = chosenIn(filtersOf(req), ports.now())
  const columns = schema.columns.map(({ no }, at) => ({ key: String(at), header: no }))
  const rows = async function* () {
    let at = 0
    for await (const { participants } of readExtract(actor, year, 'export', ports))
      for (const participant of participants) {
        const cells = extractRow(schema, participant, (at += 1), year)
        yield Object.fromEntries(cells.map((cell, place) => [String(place), cell]))
      }
  }
  const name = `provider-extract-${String(year)}.csv`
  await sendCsv(res, name, columns, rows(), { bare: query.head === undefined })
}

const idOf = (req: Request): string => parseParams(gainParams, req.params).id

/** What boards need: the participant extract with its pre-check, and skill gains recorded on evidence. */
export function reportsPages(world: World) {
  const routes = pageRoutes()
  const { ports } = world

  routes.get(paths.participants, 'take out reports', (req, res) => showExtract(req, res, world))
  routes.post(paths.participants, 'take out reports', (req, res) => startCheck(req, res, world))
  routes.get(paths.participantCsv, 'take out reports', (req, res) => sendExtract(req, res, world))

  routes.form(paths.skillGains, 'record skill gains', {
    view: 'reports/gains',
    title: 'reports:gain.title',
    schema: gainInput,
    show: async (req) => {
      const seen = await seeGains(actorOf(req), idOf(req), ports)
      const gains = gainsPage(seen, idOf(req), wordsOf(req))
      return gains.name === undefined
        ? { title: 'reports:gain.ownTitle', gains }
        : { titleParams: { name: gains.name }, gains }
    },
    submit: async ({ evidence }, req) => {
      await recordGain(actorOf(req), idOf(req), evidence, ports)
      return { to: to(paths.skillGains, { id: idOf(req) }), notice: 'reports:notice.recorded' }
    },
  })

  routes.form(paths.takeBackGain, 'record skill gains', {
    view: 'reports/take-back',
    title: 'reports:takeBack.title',
    schema: takeBackInput,
    show: async (req) => {
      const { id, gain } = parseParams(ownGainParams, req.params)
      return { gain: takeBackPage(await openOwnGain(actorOf(req), id, gain, ports), wordsOf(req)) }
    },
    submit: async ({ reason }, req) => {
      const { id, gain } = parseParams(ownGainParams, req.params)
      await takeGainBack(actorOf(req), id, gain, reason, ports)
      return { to: to(paths.skillGains, { id }), notice: 'reports:notice.takenBack' }
    },
  })

  return routes
}
