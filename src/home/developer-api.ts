import { z } from 'zod'
import { apiRoutes } from '../http/api.js'
import { openApi } from '../http/openapi.js'
import type { World } from '../world.js'

/** GET /api/v1/openapi.json: the API description for machines. */
export function developerApi({ config }: World) {
  const routes = apiRoutes()
  routes.add({
    method: 'get',
    path: '/openapi.json',
    action: 'read the api description',
    summary: 'This description, OpenAPI 3.1',
    answer: z.looseObject({ openapi: z.string() }),
    handle: () => openApi(config.baseUrl),
  })
  return routes
}
