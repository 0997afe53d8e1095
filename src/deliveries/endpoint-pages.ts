import type { Request, Response } from 'express'
import { filtersOf, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { addEndpoint, type AddedEndpoint } from './add-endpoint.js'
import { connectingOf } from './connecting.js'
import { editEndpoint } from './edit-endpoint.js'
import {
  deliveriesQuery,
  deliveryParams,
  endpointForm,
  endpointParams,
  newEndpointForm,
  pageStep,
} from './endpoint-input.js'
import { endpointsOf } from './endpoint-store.js'
import {
  deliveryPage,
  deliveryRow,
  deliveryWords,
  endpointPage,
  endpointRow,
  kindOptions,
} from './endpoint-view.js'
import { listDeliveries, openDelivery } from './list-deliveries.js'
import { openEndpoint } from './open-endpoint.js'
import { ownOrganization, ownOrganizations } from './own-organization.js'
import { rotateSecret } from './rotate-secret.js'
import { replayOne, stepEndpoint } from './step-endpoint.js'

const here = (req: Request) => parseParams(endpointParams, req.params).id
const noticeOf = (step: string) => `deliveries:notice.${step}`

async function listData(req: Request) {
  const own = await ownOrganizations(actorOf(req))
  const names = new Map(own.map(({ id, name }) => [id, name]))
  const endpoints = await endpointsOf([...names.keys()])
  const words = wordsOf(req)
  return endpoints.map((one) => endpointRow(one, names.get(one.organizationId) ?? '', words))
}

async function newData(req: Request) {
  const own = await ownOrganizations(actorOf(req))
  return {
    organizations: own.map(({ id, name }) => ({ value: id, label: name })),
    kinds: kindOptions([...new Set(own.map(({ kind }) => kind))], wordsOf(req)),
    paths,
  }
}

async function editData(req: Request) {
  const endpoint = await openEndpoint(here(req), actorOf(req))
  const organization = await ownOrganization(actorOf(req), endpoint.organizationId)
  const kinds = kindOptions([organization.kind], wordsOf(req))
  return { endpoint, kinds, paths }
}

/** The systems of other organizations that are told of what happens, and what became of each event. */
export function endpointPages(world: World) {
  const routes = pageRoutes()
  const { ports } = world
  const connecting = connectingOf(world)
  const showSecret = (req: Request, res: Response, { endpoint, secret }: AddedEndpoint) => {
    const { id, url } = endpoint
    page(req, res, 'deliveries/secret', {
      title: 'deliveries:secret.title',
      id,
      url,
      secret,
      paths,
    })
  }

  routes.get(paths.endpoints, 'connect systems', async (req, res) => {
    const rows = await listData(req)
    page(req, res, 'deliveries/endpoints', { title: 'deliveries:list.title', rows, paths })
  })
  routes.form(paths.newEndpoint, 'connect systems', {
    view: 'deliveries/new-endpoint',
    title: 'deliveries:new.title',
    schema: newEndpointForm,
    show: newData,
    submit: async (form, req, res) => {
      showSecret(req, res, await addEndpoint(actorOf(req), form, connecting))
      return undefined
    },
  })
  routes.form(paths.editEndpoint, 'connect systems', {
    view: 'deliveries/edit-endpoint',
    title: 'deliveries:edit.title',
    schema: endpointForm,
    show: editData,
    submit: async (form, req) => {
      await editEndpoint(here(req), form, actorOf(req), connecting)
      return { to: to(paths.endpoint, { id: here(req) }), notice: 'deliveries:notice.kept' }
    },
  })

  routes.get(paths.endpoint, 'connect systems', async (req, res) => {
    const query = parse(deliveriesQuery, filtersOf(req))
    const listed = await listDeliveries(here(req), query, actorOf(req))
    const words = wordsOf(req)
    page(req, res, 'deliveries/endpoint', {
      title: 'deliveries:endpoint.title',
      endpoint: endpointPage(listed.endpoint, listed.dead, ports.now(), words),
      rows: listed.page.items.map((one) => deliveryRow(one, words)),
      state: query.state ?? '',
      words: deliveryWords(words),
      pages: pageLinks(req, listed.page.next),
      paths,
    })
  })
  routes.post(paths.endpoint, 'connect systems', async (req, res) => {
    const { step } = parse(pageStep, req.body)
    if (step === 'rotate') {
      showSecret(req, res, await rotateSecret(here(req), actorOf(req), connecting))
      return
    }
    await stepEndpoint(here(req), step, actorOf(req), ports)
    const next = step === 'end' ? paths.endpoints : to(paths.endpoint, { id: here(req) })
    redirect(req, res, next, noticeOf(step))
  })

  routes.get(paths.delivery, 'connect systems', async (req, res) => {
    const { endpoint, delivery } = await openDelivery(
      parseParams(deliveryParams, req.params),
      actorOf(req),
    )
    page(req, res, 'deliveries/delivery', {
      title: 'deliveries:delivery.title',
      delivery: deliveryPage(delivery, wordsOf(req)),
      endpoint: { id: endpoint.id, url: endpoint.url },
      paths,
    })
  })
  routes.post(paths.delivery, 'connect systems', async (req, res) => {
    const params = parseParams(deliveryParams, req.params)
    await replayOne(params, actorOf(req), ports)
    redirect(req, res, to(paths.delivery, params), noticeOf('replay'))
  })

  return routes
}
