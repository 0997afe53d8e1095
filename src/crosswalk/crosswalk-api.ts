import { dayOf } from '../calendar.js'
import { agreementAnswer, agreementJson } from '../credits/credit-view.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import type { World } from '../world.js'
import { crosswalkQuery, whatIfQuery } from './crosswalk-input.js'
import { listCrosswalk } from './list-crosswalk.js'
import { readWhatIf } from './read-what-if.js'
import { whatIfAnswer, whatIfJson } from './what-if-view.js'
import { withWorth } from './with-worth.js'

/** The crosswalk for outside tools. */
export function crosswalkApi({ ports }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/crosswalk',
    action: 'see the crosswalk',
    summary:
      'Agreements in force on a day (today unless `on` says otherwise), by course. `college` is an organization id, `badge` a slug.',
    query: crosswalkQuery,
    answer: listAnswer(agreementAnswer),
    errors: [422],
    handle: async ({ query }) => {
      const { items, next } = await listCrosswalk(query, dayOf(ports.now()))
      return {
        items: (await withWorth(items)).map(([one, worth]) => agreementJson(one, worth)),
        next,
      }
    },
  })

  routes.add({
    method: 'get',
    path: '/crosswalk/what-if',
    action: 'see the crosswalk',
    summary:
      'What these badges (`badge`, repeated) would be worth, at one college or all; a learner gets what they add to the own ones.',
    query: whatIfQuery,
    answer: whatIfAnswer,
    errors: [422],
    handle: async ({ query, visitor }) => whatIfJson(await readWhatIf(query, visitor, ports)),
  })

  return routes
}
