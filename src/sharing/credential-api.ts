import { z } from 'zod'
import { apiRoutes } from '../http/api.js'
import type { World } from '../world.js'
import { openAsked, sendCredential } from './credential-pages.js'
import { credentialParams } from './share-input.js'

/** The signed document of one award for outside tools. */
export function credentialApi(world: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/credentials/{id}',
    action: 'see credentials',
    summary:
      'The Open Badges 3.0 document of an award, for its learner, readers with consent, and anybody while it is shared. By Accept: application/vc+ld+json (also application/ld+json, application/json), text/plain (JWS), image/png, image/svg+xml; or by suffix: .json, .jws, .png, .svg.',
    params: z.object({ id: credentialParams.shape.id }),
    answer: z
      .looseObject({ id: z.string(), type: z.array(z.string()) })
      .meta({ description: 'OpenBadgeCredential with an embedded proof' }),
    errors: [404],
    handle: async ({ req, res }) => {
      const { form, opened, type } = await openAsked(req, 'json', world)
      await sendCredential(req, res, opened, form === 'page' ? 'json' : form, type)
    },
  })

  return routes
}
