import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import type { World } from '../world.js'
import { centerQuery } from './center-input.js'
import { centerAnswer, centerJson } from './center-view.js'
import { findCenters } from './find-centers.js'

/** The directory for outside tools. */
export function centerApi({ ports }: Pick<World, 'ports'>) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/centers',
    action: 'see centers',
    summary:
      'Job centers by name, or nearest first to a town (`near`); a center is known by its organization id. Null means unknown.',
    query: centerQuery,
    answer: listAnswer(centerAnswer),
    errors: [422],
    handle: async ({ query }) => {
      const now = ports.now()
      const { items, next } = await findCenters(query, now)
      return { items: items.map((found) => centerJson(found, dayOf(now))), next }
    },
  })

  return routes
}
