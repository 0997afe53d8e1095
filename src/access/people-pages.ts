import type { Request, Response } from 'express'
import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import type { Account } from './account.js'
import { communitiesOf } from './actor.js'
import { changeState, findManagedAccount } from './change-roles.js'
import { changesOf } from './history-store.js'
import { changeTimeline } from './history-view.js'
import { listPeople, peopleFilter } from './list-people.js'
import { idParams, peopleQuery } from './manager-input.js'
import {
  personColumns,
  personCsv,
  personPage,
  personRow,
  roleOptions,
  stateOptions,
} from './manager-view.js'
import { organizationNames } from './organization-names.js'
import { everybodyIn } from './people-store.js'
import { rolesPages } from './roles-pages.js'

const namesFor = (people: readonly Account[]) =>
  organizationNames(people.flatMap((one) => one.roles.map((at) => at.organizationId)))

const idOf = (req: Request) => parseParams(idParams, req.params).id

async function showPeople(req: Request, res: Response) {
  const query = parse(peopleQuery, filtersOf(req))
  const { items, next } = await listPeople(actorOf(req), query)
  const names = await namesFor(items)
  const words = wordsOf(req)
  page(req, res, 'access/people', {
    title: 'access:people.title',
    query,
    rows: items.map((account) => personRow(account, names, words)),
    roles: roleOptions(words),
    states: stateOptions(words),
    pages: pageLinks(req, next),
    csv: sameView(req, paths.peopleCsv),
    paths,
  })
}

async function sendPeople(req: Request, res: Response) {
  const filter = peopleFilter(actorOf(req), parse(peopleQuery, filtersOf(req)))
  const rows = async function* () {
    for await (const account of everybodyIn(filter)) {
      yield personCsv(account, await namesFor([account]))
    }
  }
  await sendCsv(res, 'people.csv', personColumns, rows())
}

async function showPerson(req: Request, res: Response) {
  const actor = actorOf(req)
  const words = wordsOf(req)
  const account = await findManagedAccount(actor, idOf(req))
  const changes = await changesOf('people', account.id, communitiesOf(actor, 'manager'))
  page(req, res, 'access/person', {
    title: account.name,
    person: personPage(account, await namesFor([account]), words),
    isOneself: account.id === actor.accountId,
    history: changeTimeline(changes, words),
    paths,
    to,
  })
}

const askState = (what: 'deactivate' | 'reactivate') => async (req: Request, res: Response) => {
  const { id, name } = await findManagedAccount(actorOf(req), idOf(req))
  const back = to(paths.person, { id })
  page(req, res, 'access/change-state', { title: `access:${what}.title`, what, name, back })
}

/** A manager's list of people, and the page of one of them. */
export function peoplePages(world: World) {
  const routes = pageRoutes()
  routes.get(paths.people, 'manage people', showPeople)
  routes.get(paths.peopleCsv, 'manage people', sendPeople)
  rolesPages(routes, world)
  routes.get(paths.person, 'manage people', showPerson)

  routes.get(paths.deactivatePerson, 'manage people', askState('deactivate'))
  routes.post(paths.deactivatePerson, 'manage people', async (req, res) => {
    await changeState(actorOf(req), idOf(req), 'deactivated', world.ports.now())
    redirect(req, res, to(paths.person, { id: idOf(req) }), 'access:notice.deactivated')
  })
  routes.get(paths.reactivatePerson, 'manage people', askState('reactivate'))
  routes.post(paths.reactivatePerson, 'manage people', async (req, res) => {
    await changeState(actorOf(req), idOf(req), 'active', world.ports.now())
    redirect(req, res, to(paths.person, { id: idOf(req) }), 'access:notice.reactivated')
  })
  return routes
}
