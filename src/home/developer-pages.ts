import { page } from '../http/page.js'
import { openApi } from '../http/openapi.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import type { World } from '../world.js'
import { apiGuide } from './developer-view.js'

/** The API description, for machines and as a page to read. */
export function developerPages({ config }: World) {
  const routes = pageRoutes()
  routes.get(paths.openapi, 'read the api description', (_req, res) => {
    res.json(openApi(config.baseUrl))
  })
  routes.get(paths.developers, 'read the api description', (req, res) => {
    page(req, res, 'home/developers', { title: 'developers:title', groups: apiGuide() })
  })
  return routes
}
