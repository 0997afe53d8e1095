import type { Request, Response } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { findAccount, findAccountsAt } from './account-store.js'
import {
  decideOrganization,
  editOrganization,
  findManagedOrganization,
} from './decide-organization.js'
import { changesOf } from './history-store.js'
import { changeTimeline } from './history-view.js'
import { allOrganizations, listOrganizations } from './list-organizations.js'
import {
  idParams,
  organizationDecision,
  organizationFacts,
  organizationsQuery,
} from './manager-input.js'
import {
  kindOptions,
  organizationColumns,
  organizationCsv,
  organizationPage,
  organizationRow,
  organizationStateOptions,
} from './manager-view.js'

const idOf = (req: Request) => parseParams(idParams, req.params).id
const managed = (req: Request) => findManagedOrganization(actorOf(req), idOf(req))

async function showOrganizations(req: Request, res: Response) {
  const query = parse(organizationsQuery, filtersOf(req))
  const { items, next } = await listOrganizations(actorOf(req), query)
  const words = wordsOf(req)
  page(req, res, 'access/organizations', {
    title: 'access:organizations.title',
    query,
    rows: items.map((organization) => organizationRow(organization, words)),
    kinds: kindOptions(words),
    states: organizationStateOptions(words),
    pages: pageLinks(req, next),
    csv: sameView(req, paths.organizationsCsv),
    paths,
  })
}

async function sendOrganizations(req: Request, res: Response) {
  const query = parse(organizationsQuery, filtersOf(req))
  const rows = async function* () {
    for await (const one of allOrganizations(actorOf(req), query)) yield organizationCsv(one)
  }
  await sendCsv(res, 'organizations.csv', organizationColumns, rows())
}

async function showOrganization(req: Request, res: Response) {
  const organization = await managed(req)
  const [people, registrar, changes] = await Promise.all([
    findAccountsAt(organization.id),
    organization.registeredBy === undefined ? undefined : findAccount(organization.registeredBy),
    changesOf('organizations', organization.id, [organization.communityId]),
  ])
  const shown = organizationPage(organization, people, registrar, wordsOf(req))
  page(req, res, 'access/organization', {
    title: organization.name,
    organization: shown,
    history: changeTimeline(changes, wordsOf(req)),
    decide: to(paths.decideOrganization, { id: organization.id }),
    edit: to(paths.editOrganization, { id: organization.id }),
    paths,
  })
}

/** A manager's list of organizations, deciding on new ones, and what is known of each. */
export function organizationPages({ ports }: World) {
  const routes = pageRoutes()
  routes.get(paths.organizations, 'manage organizations', showOrganizations)
  routes.get(paths.organizationsCsv, 'manage organizations', sendOrganizations)
  routes.get(paths.organization, 'manage organizations', showOrganization)

  routes.form(paths.editOrganization, 'manage organizations', {
    view: 'access/edit-organization',
    title: 'access:editOrganization.title',
    schema: organizationFacts,
    show: async (req) => {
      const { id, name, url, city } = await managed(req)
      return { facts: { name, url, city }, back: to(paths.organization, { id }) }
    },
    submit: async (facts, req) => {
      await editOrganization(actorOf(req), idOf(req), facts, ports.now())
      const path = to(paths.organization, { id: idOf(req) })
      return { to: path, notice: 'access:notice.organizationSaved' }
    },
  })

  routes.form(paths.decideOrganization, 'manage organizations', {
    view: 'access/decide-organization',
    title: 'access:decideOrganization.title',
    schema: organizationDecision,
    show: async (req) => {
      const { id, name } = await managed(req)
      return { name, back: to(paths.organization, { id }) }
    },
    submit: async (decision, req) => {
      await decideOrganization(actorOf(req), idOf(req), decision, ports.now())
      const path = to(paths.organization, { id: idOf(req) })
      return { to: path, notice: `access:notice.${decision.decision}` }
    },
  })
  return routes
}
