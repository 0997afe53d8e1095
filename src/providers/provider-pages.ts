import type { Request } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths, to, withQuery } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import type { World } from '../world.js'
import { attestCompletion } from './attest-completion.js'
import { findCourses } from './find-courses.js'
import { findProvider, ownProviders } from './find-provider.js'
import { attestInput, importListQuery, speakerQuery } from './import-input.js'
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
    const query = parse(importListQuery, filtersOf(req))
    const { id, communityId, name } = await speaker(req)
    const { items, next } = await listImports({ communityId, organizationId: id }, query)
    const rows = items.map((one) => importRow(one, wordsOf(req)))
    const shown = { name, rows, pages: pageLinks(req, next), ...(await voices(req)) }
    page(req, res, 'providers/home', { title: 'providers:home.title', ...shown })
  })

  routes.get(paths.providerCsv, 'confirm completions', async (req, res) => {
    const { id, communityId } = await speaker(req)
    const rows = csvRows({ communityId, organizationId: id })
    await sendCsv(res, 'imports.csv', csvColumns, rows)
  })

  const roster = uploadRoute({
    view: 'providers/new-roster',
    title: 'providers:newRoster.title',
    show: async (req) => ({ ...(await voices(req)), courses: await coursesFor(req) }),
    submit: async ({ file, filename, fields }, req) => {
      const actor = actorOf(req)
      const sender = { organization: await speaker(req), startedBy: actor.accountId }
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
    show: async (req) => ({ ...(await voices(req)), courses: await coursesFor(req) }),
    submit: async (attestation, req) => {
      const organizationId = (await speaker(req)).id
      const said = { ...attestation, organizationId }
      const { recorded } = await attestCompletion(actorOf(req), said, ports)
      const notice = recorded > 0 ? 'providers:notice.attested' : 'providers:notice.attestedBefore'
      return { to: spoken(req, paths.attest), notice }
    },
  })

  const webhook = async (req: Request) => {
    const { id, slug } = await speaker(req)
    const kept = await findWebhookSecret(id)
    const address = `${config.baseUrl}/api/v1/providers/${slug}/completions`
    const madeAt = kept ? wordsOf(req).time(kept.madeAt) : ''
    return { title: 'providers:webhookPage.title', ...(await voices(req)), address, madeAt }
  }

  routes.get(paths.webhook, 'confirm completions', async (req, res) => {
    page(req, res, 'providers/webhook', { ...(await webhook(req)), secret: '' })
  })

  routes.post(paths.webhook, 'confirm completions', async (req, res) => {
    const secret = await renewWebhookSecret(actorOf(req), chosen(req), ports, secrets.seal)
    page(req, res, 'providers/webhook', { ...(await webhook(req)), secret })
  })

  return routes
}

const chosen = (req: Request) =>
  parse(speakerQuery, { organization: req.query['organization'] }).organization
const speaker = (req: Request) => findProvider(actorOf(req), chosen(req))

/** The address of a page, for the provider somebody has chosen to speak for. */
const spoken = (req: Request, path: string) => withQuery(path, { organization: chosen(req) })

/** Links to the provider's pages for the one chosen, and to this page for each of the others. */
async function voices(req: Request) {
  const [own, { id }] = await Promise.all([ownProviders(actorOf(req)), speaker(req)])
  const { href } = wordsOf(req)
  const tabs = own.map((one) => ({
    href: href(withQuery(req.path, { organization: one.id })),
    text: one.name,
    current: one.id === id,
  }))
  return {
    voices: tabs.length > 1 ? tabs : [],
    paths: {
      provider: spoken(req, paths.provider),
      providerCsv: spoken(req, paths.providerCsv),
      newRoster: spoken(req, paths.newRoster),
      attest: spoken(req, paths.attest),
      webhook: spoken(req, paths.webhook),
    },
  }
}

async function coursesFor(req: Request) {
  const { slug } = await speaker(req)
  const courses = [...(await findCourses(slug))].map(([value, label]) => ({ value, label }))
  return courses.sort((one, other) => one.label.localeCompare(other.label))
}

async function* csvRows(filter: Parameters<typeof everyImport>[0]) {
  for await (const one of everyImport(filter)) yield importCsvRow(one)
}
