import { z } from 'zod'
import { apiRoutes, listAnswer } from '../http/api.js'
import { slugText } from '../http/parse.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { endorseBadge, withdrawEndorsement } from './endorse-badge.js'
import { endorsementBody, endorsementParams } from './endorsement-input.js'
import { endorsementsOfBadge } from './endorsement-store.js'
import { endorsementJson } from './endorsement-view.js'

const answer = z.object({
  id: z.string(),
  badge: z.string(),
  organization: z.object({ id: z.string(), name: z.string() }),
  comment: z.string(),
  state: z.enum(['live', 'withdrawn']),
  createdAt: z.string(),
})

/** Endorsements of badges, for outside tools. */
export function endorsementApi(world: World) {
  const routes = apiRoutes()
  routes.add({
    method: 'get',
    path: '/badges/{slug}/endorsements',
    action: 'check signatures',
    summary: 'Who endorses a badge; each signed document is at /endorsements/{id}',
    params: z.strictObject({ slug: slugText }),
    answer: listAnswer(answer),
    handle: async ({ params }) => ({
      items: (await endorsementsOfBadge(params.slug)).map(endorsementJson),
    }),
  })
  routes.add({
    method: 'post',
    path: '/endorsements',
    action: 'endorse badges',
    summary: 'Endorse a badge for one’s college or employer, signed with its own key',
    body: endorsementBody,
    answer,
    status: 201,
    errors: [409, 422],
    handle: async ({ body, req }) => endorsementJson(await endorseBadge(actorOf(req), body, world)),
  })
  routes.add({
    method: 'delete',
    path: '/endorsements/{id}',
    action: 'endorse badges',
    summary: 'Take an endorsement back; badges that carry it say so when checked',
    params: endorsementParams,
    errors: [404, 409],
    handle: async ({ params, req }) => {
      await withdrawEndorsement(actorOf(req), params.id, world)
    },
  })
  return routes
}
