import type { Request, Response } from 'express'
import { statusOf } from '../http/errors.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { listTrustedIssuers, openEntry } from './list-trusted-issuers.js'
import { readerFor, type ReadAddress } from './read-address.js'
import { endTrust, previewPin, trustIssuer } from './trust-issuer.js'
import { entryPage, entryRow, pinPreviewPage } from './trusted-view.js'
import { endForm, entriesQuery, entryParams, newTrustQuery, pinForm } from './verify-input.js'

const idOf = (req: Request) => parseParams(entryParams, req.params).id
const typedIn = (req: Request) => req.body as Record<string, string>

interface Shown {
  readonly isOn: boolean
  readonly problem?: Problem
  /** What is filled in; what was typed unless told otherwise. */
  readonly values?: Readonly<Record<string, string>>
}

/** The name and id of the issuer whose keys are to be renewed; nothing for a new one. */
async function knownOf(req: Request): Promise<Record<string, string>> {
  const { entry } = parse(newTrustQuery, filtersOf(req))
  if (entry === undefined) return {}
  const { name, issuerId } = await openEntry(entry)
  return { name, issuerId }
}

function showForm(req: Request, res: Response, { isOn, problem, values = typedIn(req) }: Shown) {
  if (problem) res.status(statusOf(problem))
  const told = problem?.errors.length
    ? problem.errors
    : problem && [{ field: '', message: problem.message }]
  page(req, res, 'verification/trust', {
    title: 'verification:trusted.newTitle',
    paths,
    isOn,
    ...(told && { errors: told }),
    values,
  })
}

/** Shows the form again with what is wrong; anything else is not for this page. */
function againOrThrow(req: Request, res: Response, isOn: boolean, thrown: unknown) {
  if (!(thrown instanceof Problem) || !['invalid', 'refused'].includes(thrown.kind)) throw thrown
  showForm(req, res, { isOn, problem: thrown })
}

/** The preview is a page of its own: it changes nothing, and its form carries what it showed. */
async function showPreview(req: Request, res: Response, read: ReadAddress | undefined) {
  try {
    const found = await previewPin(parse(pinForm, req.body), read)
    const preview = pinPreviewPage(found, wordsOf(req))
    page(req, res, 'verification/trust-preview', {
      title: 'verification:trusted.previewTitle',
      preview,
      paths,
    })
  } catch (thrown) {
    againOrThrow(req, res, read !== undefined, thrown)
  }
}

/** A manager decides whose keys count besides our own. */
export function trustedPages({ config, ports }: World) {
  const routes = pageRoutes()
  const isOn = config.providerFetch
  const action = 'manage trusted issuers'

  routes.get(paths.trustedIssuers, action, async (req, res) => {
    const query = parse(entriesQuery, filtersOf(req))
    const { items, next } = await listTrustedIssuers(query)
    const rows = items.map((entry) => entryRow(entry, wordsOf(req)))
    const shown = { rows, state: query.state, links: pageLinks(req, next), paths }
    page(req, res, 'verification/trusted', { title: 'verification:trusted.title', ...shown })
  })
  routes.get(paths.newTrustedIssuer, action, async (req, res) => {
    req.wantsForm = true
    showForm(req, res, { isOn, values: await knownOf(req) })
  })
  routes.post(paths.previewTrustedIssuer, action, (req, res) =>
    showPreview(req, res, isOn ? readerFor(config) : undefined),
  )
  routes.post(paths.newTrustedIssuer, action, async (req, res) => {
    try {
      const id = await trustIssuer(actorOf(req), parse(pinForm, req.body), ports.now())
      redirect(req, res, to(paths.trustedIssuer, { id }), 'verification:notice.trusted')
    } catch (thrown) {
      againOrThrow(req, res, isOn, thrown)
    }
  })
  routes.get(paths.trustedIssuer, action, async (req, res) => {
    const entry = entryPage(await openEntry(idOf(req)), wordsOf(req))
    page(req, res, 'verification/trusted-issuer', { title: entry.name, entry, paths })
  })
  routes.form(paths.endTrustedIssuer, action, {
    view: 'verification/end-trust',
    title: 'verification:trusted.endTitle',
    schema: endForm,
    show: async (req) => ({ entry: entryPage(await openEntry(idOf(req)), wordsOf(req)), paths }),
    submit: async ({ reason }, req) => {
      await endTrust(actorOf(req), idOf(req), reason, ports.now())
      return { to: to(paths.trustedIssuer, { id: idOf(req) }), notice: 'verification:notice.ended' }
    },
  })
  return routes
}
