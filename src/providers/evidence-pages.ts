import type { Request } from 'express'
import { readSmallBody } from '../verification/read-small-body.js'
import { guardedGet } from '../http/guarded-get.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import { findBadges } from '../badges/badge-store.js'
import { sendCsv } from '../http/csv.js'
import { filtersOf } from '../http/list.js'
import { refused } from '../problems.js'
import type { World } from '../world.js'
import { confirmProfile } from './confirm-profile.js'
import { fetchProfile } from './fetch-profile.js'
import { importOpenBadge } from './import-open-badge.js'
import { importProfile } from './import-profile.js'
import type { Import } from './import.js'
import {
  importParams,
  ownProfileInput,
  ownProfileQuery,
  pasteInput,
  profileNameInput,
} from './import-input.js'
import { importPage, importRow, refusalCsvRow } from './import-view.js'
import { listImports } from './list-imports.js'
import { openImport } from './open-import.js'
import { parsePlainJson } from './plain-json.js'
import { readText } from './read-bytes.js'
import { refusalsOf } from './refusal-store.js'

const importsShown = 10

const pageOfImport = ({ id }: Import) => to(paths.import, { id })

/** How a learner brings evidence, and what came of any import. */
export function evidencePages({ config, ports }: World) {
  const routes = pageRoutes()

  const showNew = async (req: Request) => {
    const { learnerId = '', roles } = actorOf(req)
    const communityId = roles.find(({ role }) => role === 'learner')?.communityId ?? ''
    const { items } = await listImports({ communityId, learnerId }, { limit: importsShown })
    return { paths, rows: items.map((one) => importRow(one, wordsOf(req))) }
  }

  const bring = async (req: Request, text: string): Promise<string> => {
    const sent = { document: parsePlainJson(text), isFetched: false }
    return pageOfImport(await importProfile(actorOf(req), sent, ports))
  }

  const upload = uploadRoute({
    view: 'providers/new-evidence',
    title: 'providers:new.title',
    show: showNew,
    submit: async ({ file }, req) => bring(req, await readText(file)),
  })
  routes.get(paths.newEvidence, 'bring evidence', upload.show)
  routes.upload(paths.newEvidence, 'bring evidence', upload.take)

  routes.form(paths.pasteEvidence, 'bring evidence', {
    view: 'providers/paste-evidence',
    title: 'providers:paste.title',
    schema: pasteInput,
    show: () => ({ paths }),
    submit: async ({ text }, req) => bring(req, text),
  })

  const bringBadge = async (req: Request, sent: Buffer | string): Promise<string> =>
    pageOfImport(await importOpenBadge(actorOf(req), sent, { config, ports }))

  const badgeUpload = uploadRoute({
    view: 'providers/bring-badge',
    title: 'providers:badge.title',
    show: () => ({ paths }),
    submit: async ({ file }, req) => bringBadge(req, await readSmallBody(file)),
  })
  routes.get(paths.bringBadge, 'bring evidence', badgeUpload.show)
  routes.upload(paths.bringBadge, 'bring evidence', badgeUpload.take)

  routes.form(paths.pasteBadge, 'bring evidence', {
    view: 'providers/paste-badge',
    title: 'providers:badge.pasteTitle',
    schema: pasteInput,
    show: () => ({ paths }),
    submit: async ({ text }, req) => bringBadge(req, text),
  })

  routes.form(paths.nameProfile, 'bring evidence', {
    view: 'providers/name-profile',
    title: 'providers:name.title',
    schema: profileNameInput,
    show: () => ({ paths, isOn: config.providerFetch }),
    submit: async ({ name }, req) => {
      if (!config.providerFetch) throw refused('providers:fetch.off')
      const document = await fetchProfile(name, guardedGet)
      return pageOfImport(await importProfile(actorOf(req), { document, isFetched: true }, ports))
    },
  })

  routes.form(paths.ownProfile, 'bring evidence', {
    view: 'providers/own-profile',
    title: 'providers:own.title',
    schema: ownProfileInput,
    show: (req) => ({ paths, name: parse(ownProfileQuery, filtersOf(req)).name ?? '' }),
    submit: async ({ name }, req) => {
      await confirmProfile(actorOf(req), { provider: 'treehouse', name }, ports)
      return { to: paths.newEvidence, notice: 'providers:notice.profileConfirmed' }
    },
  })

  routes.get(paths.import, 'see imports', async (req, res) => {
    const { id } = parseParams(importParams, req.params)
    const found = await openImport(actorOf(req), id)
    const names = new Map((await findBadges()).map(({ slug, name }) => [slug, name]))
    const shown = importPage(found, names, wordsOf(req))
    page(req, res, 'providers/import', { title: 'providers:import.title', shown, paths })
  })

  routes.get(paths.refusalsCsv, 'see imports', async (req, res) => {
    const { id } = parseParams(importParams, req.params)
    const found = await openImport(actorOf(req), id)
    const rows = csvRows(req, found)
    await sendCsv(res, `refused-${found.startedOn}.csv`, refusalColumns, rows)
  })

  return routes
}

const refusalColumns = ['row', 'column', 'reason'].map((key) => ({ key, header: key }))

async function* csvRows(req: Request, { id }: Import) {
  const words = wordsOf(req)
  for await (const one of refusalsOf(id)) yield refusalCsvRow(one, words)
}
