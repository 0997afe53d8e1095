import type { Request, Response } from 'express'
import { findBadges } from '../badges/badge-store.js'
import { readHolder } from '../badges/list-awards.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { changeCredentials } from './change-credentials.js'
import {
  changeForm,
  changeQuery,
  credentialsQuery,
  idParams,
  withdrawForm,
} from './credential-input.js'
import {
  changedPage,
  changePage,
  credentialCsv,
  credentialRow,
  csvColumns,
  listFields,
  stateWords,
} from './credential-list-view.js'
import { listCredentials, namedCredentials, wholeCredentialList } from './list-credentials.js'
import { withdrawBadge } from './withdraw-badge.js'

/** A manager's list of signed badges, and what can be done with one or many of them. */
export function credentialListPages(world: World) {
  const { ports } = world
  const routes = pageRoutes()

  routes.get(paths.credentialList, 'manage signed badges', async (req, res) => {
    const query = parse(credentialsQuery, filtersOf(req))
    const { items, next } = await listCredentials(actorOf(req), query, ports)
    const words = wordsOf(req)
    page(req, res, 'credentials/list', {
      title: 'credentials:list.title',
      rows: items.map((line) => credentialRow(line, words)),
      fields: listFields(query, await findBadges(), words),
      words: stateWords(words),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.credentialListCsv),
      paths,
    })
  })
  routes.get(paths.credentialListCsv, 'manage signed badges', async (req, res) => {
    const { badge, state } = parse(credentialsQuery, filtersOf(req))
    const lines = wholeCredentialList(actorOf(req), { badge, state }, ports)
    const rows = async function* () {
      for await (const line of lines) yield credentialCsv(line)
    }
    const columns = csvColumns.map((key) => ({ key, header: key }))
    await sendCsv(res, 'credentials.csv', columns, rows())
  })

  async function askForReason(req: Request, res: Response, ids: readonly string[], shown: object) {
    const kind = parse(
      changeForm.shape.kind,
      { ...filtersOf(req), ...(req.body as object) }['kind'],
    )
    const lines = await namedCredentials(actorOf(req), ids, ports)
    const change = changePage(kind, lines, wordsOf(req))
    page(req, res, 'credentials/change', { title: change.heading, change, paths, ...shown })
  }
  routes.get(paths.changeCredentials, 'manage signed badges', async (req, res) => {
    const { kind: _, ids, whole, ...query } = parse(changeQuery, filtersOf(req))
    const all = whole && (await listCredentials(actorOf(req), query, ports)).items
    await askForReason(req, res, all ? all.map(({ id }) => id) : ids, {})
  })
  routes.post(paths.changeCredentials, 'manage signed badges', async (req, res) => {
    try {
      await change(req, res)
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.kind !== 'invalid') throw thrown
      const { ids } = parse(changeForm.pick({ ids: true }).strip(), req.body)
      res.status(422)
      const values = { reason: (req.body as { reason?: unknown }).reason }
      await askForReason(req, res, ids, { errors: thrown.errors, values })
    }
  })

  async function change(req: Request, res: Response) {
    const { ids, kind, reason } = parse(changeForm, req.body)
    const lines = await namedCredentials(actorOf(req), ids, ports)
    const changed = await changeCredentials(actorOf(req), ids, { kind, reason }, world)
    mailSoon()
    if (changed.every(({ outcome }) => outcome === 'done')) {
      redirect(req, res, paths.credentialList, 'credentials:notice.changed')
      return
    }
    const result = changedPage(kind, changed, lines, wordsOf(req))
    page(req, res, 'credentials/changed', { title: 'credentials:changed.title', result, paths })
  }

  routes.form(paths.withdrawAward, 'withdraw awards', {
    view: 'badges/withdraw',
    title: 'badges:withdraw.title',
    schema: withdrawForm,
    show: async (req) => {
      const { id } = parseParams(idParams, req.params)
      return { holder: await readHolder(actorOf(req), id, ports), paths }
    },
    submit: async ({ reason }, req) => {
      const { id } = parseParams(idParams, req.params)
      const { badge } = await withdrawBadge(actorOf(req), id, reason, world)
      mailSoon()
      return { to: to(paths.badgeAwards, { slug: badge }), notice: 'badges:notice.withdrawn' }
    },
  })
  return routes
}
