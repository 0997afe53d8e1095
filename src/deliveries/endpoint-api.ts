import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { addEndpoint } from './add-endpoint.js'
import { connectingOf } from './connecting.js'
import { editEndpoint } from './edit-endpoint.js'
import {
  deliveriesQuery,
  deliveryParams,
  endpointForm,
  endpointParams,
  newEndpointForm,
  stepBody,
} from './endpoint-input.js'
import { endpointsOf } from './endpoint-store.js'
import {
  deliveryAnswer,
  deliveryJson,
  endpointAnswer,
  endpointJson,
  secretAnswer,
} from './endpoint-view.js'
import { listDeliveries, openDelivery } from './list-deliveries.js'
import { openEndpoint } from './open-endpoint.js'
import { ownOrganizations } from './own-organization.js'
import { rotateSecret } from './rotate-secret.js'
import { replayOne, stepEndpoint } from './step-endpoint.js'

/** Endpoints and what was sent to them, for the people who run the systems behind them. */
export function endpointApi(world: World) {
  const routes = apiRoutes()
  const { ports } = world
  const connecting = connectingOf(world)
  const action = 'connect systems'

  routes.add({
    method: 'get',
    path: '/endpoints',
    action,
    summary: "The endpoints of the asker's own organizations, which we send events to.",
    answer: listAnswer(endpointAnswer),
    handle: async ({ req }) => {
      const own = await ownOrganizations(actorOf(req))
      return { items: (await endpointsOf(own.map(({ id }) => id))).map(endpointJson) }
    },
  })

  routes.add({
    method: 'post',
    path: '/endpoints',
    action,
    summary: 'Connects an https address; `secret`, which signs what we send, is given this once.',
    body: newEndpointForm,
    answer: secretAnswer,
    status: 201,
    errors: [409, 422],
    handle: async ({ body, req }) => {
      const { endpoint, secret } = await addEndpoint(actorOf(req), body, connecting)
      return { ...endpointJson(endpoint), secret }
    },
  })

  routes.add({
    method: 'put',
    path: '/endpoints/{id}',
    action,
    summary: 'Changes address and kinds; what is in line already goes to the new address.',
    params: endpointParams,
    body: endpointForm,
    answer: endpointAnswer,
    errors: [404, 409, 422],
    handle: async ({ params: { id }, body, req }) => {
      await editEndpoint(id, body, actorOf(req), connecting)
      return endpointJson(await openEndpoint(id, actorOf(req)))
    },
  })

  routes.add({
    method: 'post',
    path: '/endpoints/{id}/secrets',
    action,
    summary: 'A new secret, given this once; for a day each event is signed with the old one too.',
    params: endpointParams,
    answer: secretAnswer,
    status: 201,
    errors: [404, 409],
    handle: async ({ params: { id }, req }) => {
      const { endpoint, secret } = await rotateSecret(id, actorOf(req), connecting)
      return { ...endpointJson(endpoint), secret }
    },
  })

  routes.add({
    method: 'post',
    path: '/endpoints/{id}/steps',
    action,
    summary:
      'pause, resume, end, test (sends a test event) or replay (sends again what was given up).',
    params: endpointParams,
    body: stepBody,
    errors: [404, 409, 422],
    handle: async ({ params: { id }, body: { step }, req }) => {
      await stepEndpoint(id, step, actorOf(req), ports)
    },
  })

  routes.add({
    method: 'get',
    path: '/endpoints/{id}/deliveries',
    action,
    summary: 'What was sent to an endpoint, the newest first, with its last tries.',
    params: endpointParams,
    query: deliveriesQuery,
    answer: listAnswer(deliveryAnswer),
    errors: [404, 422],
    handle: async ({ params: { id }, query, req }) => {
      const { page } = await listDeliveries(id, query, actorOf(req))
      return { items: page.items.map(deliveryJson), next: page.next }
    },
  })

  routes.add({
    method: 'post',
    path: '/endpoints/{id}/deliveries/{delivery}/replays',
    action,
    summary: 'Sends one event again, with the same id.',
    params: deliveryParams,
    answer: deliveryAnswer,
    status: 201,
    errors: [404, 409],
    handle: async ({ params, req }) => {
      await replayOne(params, actorOf(req), ports)
      return deliveryJson((await openDelivery(params, actorOf(req))).delivery)
    },
  })

  return routes
}
