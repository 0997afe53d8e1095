import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { listTrustedIssuers, openEntry } from './list-trusted-issuers.js'
import { readerFor } from './read-address.js'
import { endTrust, previewPin, trustIssuer } from './trust-issuer.js'
import { entryAnswer, entryJson, previewAnswer, previewJson } from './trusted-view.js'
import { endForm, entriesQuery, entryParams, pinBody, trustBody } from './verify-input.js'

/** Whose keys count besides our own, for outside tools of managers. */
export function trustedApi({ config, ports }: World) {
  const routes = apiRoutes()
  const action = 'manage trusted issuers'

  routes.add({
    method: 'get',
    path: '/trusted-issuers',
    action,
    summary: 'Issuers whose badges count as verified, or once did (state=ended), by name.',
    query: entriesQuery,
    answer: listAnswer(entryAnswer),
    errors: [422],
    handle: async ({ query }) => {
      const { items, next } = await listTrustedIssuers(query)
      return { items: items.map(entryJson), next }
    },
  })
  routes.add({
    method: 'get',
    path: '/trusted-issuers/{id}',
    action,
    summary: 'One issuer with the keys that count for it.',
    params: entryParams,
    answer: entryAnswer,
    errors: [404],
    handle: async ({ params }) => entryJson(await openEntry(params.id)),
  })
  routes.add({
    method: 'post',
    path: '/trusted-issuers/previews',
    action,
    summary:
      'What trusting an issuer would mean; changes nothing. Give its DID document, JWKS or Open Badges 2 profile; without one, its own address is asked if PROVIDER_FETCH is on.',
    body: pinBody,
    answer: previewAnswer,
    errors: [422],
    handle: async ({ body }) =>
      previewJson(await previewPin(body, config.providerFetch ? readerFor(config) : undefined)),
  })
  routes.add({
    method: 'post',
    path: '/trusted-issuers',
    action,
    summary:
      'Trusts an issuer by the keys of this document, which take the place of those it had. `fingerprints` names each of them, compared with the issuer by another way.',
    body: trustBody,
    answer: entryAnswer,
    status: 201,
    errors: [409, 422],
    handle: async ({ body, req }) =>
      entryJson(await openEntry(await trustIssuer(actorOf(req), body, ports.now()))),
  })
  routes.add({
    method: 'post',
    path: '/trusted-issuers/{id}/end',
    action,
    summary: 'Ends the trust, with the reason. Nothing decided before changes.',
    params: entryParams,
    body: endForm,
    answer: entryAnswer,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) => {
      await endTrust(actorOf(req), params.id, body.reason, ports.now())
      return entryJson(await openEntry(params.id))
    },
  })
  return routes
}
