import { page } from '../http/page.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import { apiGuide } from './developer-view.js'

/** The API description as a page to read. */
export function developerPages() {
  const routes = pageRoutes()
  routes.get(paths.developers, 'read the api description', (req, res) => {
    page(req, res, 'home/developers', { title: 'developers:title', groups: apiGuide() })
  })
  return routes
}
