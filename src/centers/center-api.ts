import { apiRoutes, listAnswer } from '../http/api.js'
import { centerQuery } from './center-input.js'
import { centerAnswer, centerJson } from './center-view.js'
import { findCenters } from './find-centers.js'

/** The directory for outside tools. */
export function centerApi() {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/centers',
    action: 'see centers',
    summary: 'Job centers by name; a center is known by its organization id. Null means unknown.',
    query: centerQuery,
    answer: listAnswer(centerAnswer),
    errors: [422],
    handle: async ({ query }) => {
      const { items, next } = await findCenters(query)
      return { items: items.map(centerJson), next }
    },
  })

  return routes
}
