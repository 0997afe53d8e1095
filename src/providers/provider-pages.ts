import type { Request } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import type { World } from '../world.js'
import { attestCompletion } from './attest-completion.js'
import { findCourses } from './find-courses.js'
import { findProvider } from './find-provider.js'
import { attestInput, importListQuery } from './import-input.js'
import { importCsvRow, importRow } from './import-view.js'
import { everyImport, listImports } from './list-imports.js'
import { receiveRoster } from './receive-roster.js'
import { renewWebhookSecret } from './renew-webhook-secret.js'
import { findWebhookSecret } from './webhook-store.js'

const csvColumns = [
  'id',
  'startedAt',
  'source',
  'file',
  'state',
  'dryRun',
  'read',
  'recorded',
  'alreadyKnown',
  'refused',
].map((key) => ({ key, header: key }))

/** Where a provider's staff confirm what learners finished. */
export function providerPages({ config, ports, secrets }: World) {
  const routes = pageRoutes()

  routes.get(paths.provider, 'confirm completions', async (req, res) => {
    const { id, communityId, name } = await findProvider(actorOf(req))
    const query = parse(importListQuery, filtersOf(req))
    const { items, next } = await listImports({ communityId, organizationId: id }, query)
    const rows = items.map((one) => importRow(one, wordsOf(req)))
    const shown = { name, rows, pages: pageLinks(req, next), paths }
    page(req, res, 'providers/home', { title: 'providers:home.title', ...shown })
  })

  routes.get(paths.providerCsv, 'confirm completions', async (req, res) => {
    const { id, communityId } = await findProvider(actorOf(req))
    const rows = csvRows({ communityId, organizationId: id })
    await sendCsv(res, 'imports.csv', csvColumns, rows)
  })

  const roster = uploadRoute({
    view: 'providers/new-roster',
    title: 'providers:newRoster.title',
    show: async (req) => ({ paths, courses: await coursesFor(req) }),
    submit: async ({ file, filename, fields }, req) => {
      const actor = actorOf(req)
      const sender = { organization: await findProvider(actor), startedBy: actor.accountId }
      const sent = {
        bytes: file,
        fileName: filename.slice(0, 200),
        dryRun: fields['dryRun'] === 'true',
      }
      const found = await receiveRoster(sender, sent, ports, config)
      if (found.state === 'waiting') await hurryJob('continue imports')
      return to(paths.import, { id: found.id })
    },
  })
  routes.get(paths.newRoster, 'confirm completions', roster.show)
  routes.upload(paths.newRoster, 'confirm completions', roster.take)

  routes.form(paths.attest, 'confirm completions', {
    view: 'providers/attest',
    title: 'providers:attest.title',
    schema: attestInput,
    show: async (req) => ({ paths, courses: await coursesFor(req) }),
    submit: async (attestation, req) => {
      const { recorded } = await attestCompletion(actorOf(req), attestation, ports)
      const notice = recorded > 0 ? 'providers:notice.attested' : 'providers:notice.attestedBefore'
      return { to: paths.attest, notice }
    },
  })

  const webhook = async (req: Request) => {
    const { id, slug } = await findProvider(actorOf(req))
    const kept = await findWebhookSecret(id)
    const address = `${config.baseUrl}/api/v1/providers/${slug}/completions`
    const madeAt = kept ? wordsOf(req).time(kept.madeAt) : ''
    return { title: 'providers:webhookPage.title', paths, address, madeAt }
  }

  routes.get(paths.webhook, 'confirm completions', async (req, res) => {
    page(req, res, 'providers/webhook', { ...(await webhook(req)), secret: '' })
  })

  routes.post(paths.webhook, 'confirm completions', async (req, res) => {
    const secret = await renewWebhookSecret(actorOf(req), undefined, ports, secrets.seal)
    page(req, res, 'providers/webhook', { ...(await webhook(req)), secret })
  })

  return routes
}

async function coursesFor(req: Request) {
  const { slug } = await findProvider(actorOf(req))
  const courses = [...(await findCourses(slug))].map(([value, label]) => ({ value, label }))
  return courses.sort((one, other) => one.label.localeCompare(other.label))
}

async function* csvRows(filter: Parameters<typeof everyImport>[0]) {
  for await (const one of everyImport(filter)) yield importCsvRow(one)
}
