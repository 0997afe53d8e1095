import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { applyToPathway } from './apply-to-pathway.js'
import { decideApplication } from './decide-application.js'
import { applicationsQuery, applyBody, decideBody, pathwayParams } from './pathway-input.js'
import { pathwaysFrom } from './pathway-store.js'
import { applicationAnswer, applicationJson, pathwayAnswer, pathwayJson } from './pathway-view.js'
import { listApplications } from './read-pathway.js'

/** Accelerated pathways for outside tools. */
export function pathwayApi({ ports }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/pathways',
    action: 'see pathways',
    summary: 'Accelerated pathways that have not ended, the first to end first.',
    answer: listAnswer(pathwayAnswer),
    handle: async () => ({
      items: (await pathwaysFrom(dayOf(ports.now()))).map(pathwayJson),
    }),
  })

  routes.add({
    method: 'post',
    path: '/pathways/{id}/applications',
    action: 'apply to pathways',
    summary: 'Asks for a place. A second application while one is live is 409.',
    params: pathwayParams,
    body: applyBody,
    answer: applicationAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) =>
      applicationJson(await applyToPathway(params.id, body.why, actorOf(req), ports)),
  })

  routes.add({
    method: 'get',
    path: '/pathways/{id}/applications',
    action: 'run pathways',
    summary: 'The applications of one state (applied unless told), the first to apply first.',
    params: pathwayParams,
    query: applicationsQuery,
    answer: listAnswer(applicationAnswer),
    errors: [404, 422],
    handle: async ({ params, query: { state = 'applied', ...rest }, req }) => {
      const { page } = await listApplications(params.id, { ...rest, state }, actorOf(req), {
        now: ports.now(),
        channel: 'api',
      })
      return {
        items: page.items.map(({ application }) => applicationJson(application)),
        next: page.next,
      }
    },
  })

  routes.add({
    method: 'post',
    path: '/pathways/applications/{id}/decisions',
    action: 'run pathways',
    summary:
      'Accept, wait or decline (with `reason`). Accepting when no place is left puts the application on the waiting list.',
    params: pathwayParams,
    body: decideBody,
    answer: applicationAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) =>
      applicationJson(await decideApplication(params.id, body, actorOf(req), ports)),
  })

  return routes
}
