import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { listOpenings } from './list-openings.js'
import { listShares } from './list-shares.js'
import { makeShare } from './make-share.js'
import { openShare } from './open-share.js'
import { shareBody, shareListQuery, shareParams } from './share-input.js'
import {
  collectionAnswer,
  collectionJson,
  openingAnswer,
  openingJson,
  shareAnswer,
  shareJson,
} from './share-view.js'
import { stopShare } from './stop-share.js'

/** Shares for outside tools. */
export function shareApi({ config, ports }: World) {
  const routes = apiRoutes()
  const today = () => dayOf(ports.now())

  routes.add({
    method: 'post',
    path: '/shares',
    action: 'share badges',
    summary:
      'Shows own credentials to whoever has the link, until `expiresOn` (at most two years; 180 days unless given).',
    body: shareBody,
    answer: shareAnswer,
    status: 201,
    errors: [409, 422],
    handle: async ({ body, req }) =>
      shareJson(await makeShare(body, actorOf(req), ports), config.baseUrl, today()),
  })

  routes.add({
    method: 'get',
    path: '/me/shares',
    action: 'share badges',
    summary: "The learner's own shares, live and ended, newest first.",
    query: shareListQuery,
    answer: listAnswer(shareAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { items, next } = await listShares(actorOf(req), query)
      return { items: items.map(({ share }) => shareJson(share, config.baseUrl, today())), next }
    },
  })

  routes.add({
    method: 'get',
    path: '/shares/{id}',
    action: 'see shared badges',
    summary:
      'What a live share shows; each `url` answers the signed document. Every read is counted.',
    params: shareParams,
    answer: collectionAnswer,
    errors: [404],
    handle: async ({ params, visitor, req }) => {
      const counts = req.method !== 'HEAD'
      const { share, learner, awards } = await openShare(params.id, visitor, ports, counts)
      return collectionJson(share, learner.name, awards, config.baseUrl)
    },
  })

  routes.add({
    method: 'get',
    path: '/shares/{id}/openings',
    action: 'share badges',
    summary:
      'Who opened an own share and when, newest first; the same within one hour is one line.',
    params: shareParams,
    query: shareListQuery,
    answer: listAnswer(openingAnswer),
    errors: [404, 422],
    handle: async ({ params, query, req }) => {
      const { items, next } = await listOpenings(params.id, actorOf(req), query)
      return { items: items.map(openingJson), next }
    },
  })

  routes.add({
    method: 'delete',
    path: '/shares/{id}',
    action: 'share badges',
    summary: 'Stops an own share at once. Again changes nothing.',
    params: shareParams,
    status: 204,
    errors: [404],
    handle: async ({ params, req }) => stopShare(params.id, actorOf(req), ports),
  })

  return routes
}
