import { z } from 'zod'
import type { Actor } from '../access/actor.js'
import { apiRoutes, listAnswer, type ApiRoute } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { appealClaim } from './appeal-claim.js'
import {
  appealForm,
  changesQuery,
  claimBody,
  claimParams,
  decisionBody,
  queueQuery,
  takeBackForm,
  withdrawForm,
} from './claim-input.js'
import { claimsOf } from './claim-store.js'
import type { Claim } from './claim.js'
import { claimAnswer, claimJson } from '../credits/credit-view.js'
import { decideClaim } from './decide-claim.js'
import { fileClaim } from './file-claim.js'
import { listClaimChanges, listClaims } from './list-claims.js'
import { readClaim } from './open-claim.js'
import { openCredit } from '../credits/open-credit.js'
import { takeBackCredit } from './take-back-credit.js'
import { withdrawClaim } from './withdraw-claim.js'

/** Claims for outside tools. */
export function claimApi(world: World) {
  const { ports } = world
  const routes = apiRoutes()

  routes.add({
    method: 'post',
    path: '/claims',
    action: 'claim credit',
    summary:
      'Asks the college for the credit of an agreement. Needs a live consent that lets it see badges and credential.',
    body: claimBody,
    answer: claimAnswer,
    status: 201,
    errors: [409, 422],
    handle: async ({ body, req }) =>
      claimJson(await fileClaim(body.agreement, actorOf(req), ports)),
  })

  routes.add({
    method: 'get',
    path: '/me/claims',
    action: 'claim credit',
    summary: "The learner's own claims, newest first.",
    answer: listAnswer(claimAnswer),
    handle: async ({ req }) => ({
      items: (await claimsOf(actorOf(req).learnerId ?? '')).map(claimJson),
    }),
  })

  routes.add({
    method: 'get',
    path: '/claims',
    action: 'decide on claims',
    summary:
      "The queue of the asker's college, oldest first; `state` is one state, open or all, `agreement` the series of one, `overdue=yes` what the college has not answered within its target.",
    query: queueQuery,
    answer: listAnswer(claimAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { items, next } = await listClaims(actorOf(req), query, ports.now(), 'api')
      return { items: items.map(({ claim }) => claimJson(claim)), next }
    },
  })

  routes.add({
    method: 'get',
    path: '/claims/changes',
    action: 'decide on claims',
    summary:
      "Claims of the asker's college in the order they last changed. `next` is always given: asked again later, it gives what changed since, and once more what changed in the two minutes before.",
    query: changesQuery,
    answer: listAnswer(claimAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { items, next } = await listClaimChanges(actorOf(req), query, ports.now())
      return { items: items.map(claimJson), next }
    },
  })

  routes.add({
    method: 'get',
    path: '/claims/{id}',
    action: 'decide on claims',
    summary: "One claim of the asker's college, as the queue has it.",
    params: claimParams,
    answer: claimAnswer,
    errors: [404],
    handle: async ({ params, req }) => claimJson(await readClaim(params.id, actorOf(req), ports)),
  })

  routes.add({
    method: 'get',
    path: '/claims/{id}/credential',
    action: 'see signed credit',
    summary:
      'What the college gave as a signed Open Badges 3.0 credential of the course, for the learner and the college; by the program where the college has no key.',
    params: claimParams,
    answer: z
      .looseObject({ id: z.string(), type: z.array(z.string()) })
      .meta({ description: 'OpenBadgeCredential with an embedded proof' }),
    errors: [404, 409],
    handle: async ({ params, req }) => openCredit(params.id, actorOf(req), 'api', world),
  })

  /** A step on one claim: its body goes to a use-case, the claim as it stands afterwards is the answer. */
  const step = <B extends z.ZodType>(
    name: string,
    call: Pick<ApiRoute<undefined, undefined, B>, 'action' | 'summary'> & { readonly body: B },
    take: (id: string, body: z.output<B>, actor: Actor) => Promise<Claim>,
  ) => {
    routes.add({
      ...call,
      method: 'post',
      path: `/claims/{id}/${name}`,
      params: claimParams,
      answer: claimAnswer,
      status: 201,
      errors: [404, 409, 422],
      handle: async ({ params, body, req }) =>
        claimJson(await take(params.id, body as z.output<B>, actorOf(req))),
    })
  }

  step(
    'appeals',
    {
      action: 'claim credit',
      summary:
        'Asks the college once to look again at a refusal, a part, or credit taken back; somebody else there decides, and it cannot become less.',
      body: appealForm,
    },
    (id, { reason }, actor) => appealClaim(id, reason, actor, ports),
  )
  step(
    'withdrawals',
    {
      action: 'claim credit',
      summary:
        'Takes back a claim that is not decided yet, or the appeal on it; `reason` is optional. A withdrawn claim may be filed anew.',
      body: withdrawForm,
    },
    (id, { reason }, actor) => withdrawClaim(id, reason, actor, ports),
  )
  step(
    'revocations',
    {
      action: 'decide on claims',
      summary:
        'The college takes back the credit it gave: what was signed of it is revoked, and the learner may appeal.',
      body: takeBackForm,
    },
    (id, { reason }, actor) => takeBackCredit(id, reason, actor, ports),
  )
  step(
    'decisions',
    {
      action: 'decide on claims',
      summary:
        "The college's word: grant, part (with `credits` below the full amount), refuse, or more. All but grant need a reason.",
      body: decisionBody,
    },
    (id, decision, actor) => decideClaim(id, decision, actor, world),
  )

  return routes
}
