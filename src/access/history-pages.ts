import type { Request, Response } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { historyColumns, historyCsv, historyRow, subjectOptions } from './history-view.js'
import { listHistory, wholeHistory } from './list-history.js'
import { historyQuery } from './manager-input.js'

async function showHistory(req: Request, res: Response) {
  const query = parse(historyQuery, filtersOf(req))
  const { items, next } = await listHistory(actorOf(req), query)
  const words = wordsOf(req)
  page(req, res, 'access/history', {
    title: 'access:history.title',
    query,
    rows: items.map((history) => historyRow(query.of, history, words)),
    subjects: subjectOptions(words),
    pages: pageLinks(req, next),
    csv: sameView(req, paths.historyCsv),
    paths,
  })
}

async function sendHistory(req: Request, res: Response) {
  const query = parse(historyQuery, filtersOf(req))
  const rows = async function* () {
    for await (const history of wholeHistory(actorOf(req), query)) yield* historyCsv(history)
  }
  await sendCsv(res, 'history.csv', historyColumns, rows())
}

/** Who changed what about organizations and people's roles, and when, for managers. */
export function historyPages() {
  const routes = pageRoutes()
  routes.get(paths.history, 'see changes', showHistory)
  routes.get(paths.historyCsv, 'see changes', sendHistory)
  return routes
}
