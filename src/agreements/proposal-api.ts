import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import type { World } from '../world.js'
import { listProposals } from './list-proposals.js'
import { openProposal, standingOf } from './open-proposal.js'
import { proposalBody, proposalParams, proposalQuery, stepBody } from './proposal-input.js'
import { proposalAnswer, proposalJson } from './proposal-view.js'
import type { Proposal, Standing } from './proposal.js'
import { proposeAgreement } from './propose-agreement.js'
import { reviewProposal } from './review-proposal.js'
import type { Actor } from '../access/actor.js'

const nobody = (actor: Actor): Standing => ({
  accountId: actor.accountId,
  isCollege: false,
  isProposer: false,
})
const jsonFor = (proposal: Proposal, actor: Actor) =>
  proposalJson(proposal, standingOf(actor, proposal) ?? nobody(actor))

/** Proposals of agreements for outside tools. */
export function proposalApi({ ports }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/proposals',
    action: 'propose agreements',
    summary: "The proposals at the asker's college, or those a provider made; last changed first.",
    query: proposalQuery,
    answer: listAnswer(proposalAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const actor = actorOf(req)
      const { items, next } = await listProposals(actor, query)
      return { items: items.map((item) => jsonFor(item, actor)), next }
    },
  })

  routes.add({
    method: 'post',
    path: '/proposals',
    action: 'propose agreements',
    summary:
      'Proposes an agreement, or the next version of `series`, to a college; it is reviewed there.',
    body: proposalBody,
    answer: proposalAnswer,
    status: 201,
    errors: [404, 422],
    handle: async ({ body: { college, series, ...form }, req }) => {
      const actor = actorOf(req)
      return jsonFor(await proposeAgreement(actor, { college, series }, form, ports), actor)
    },
  })

  routes.add({
    method: 'get',
    path: '/proposals/{id}',
    action: 'propose agreements',
    summary: 'One proposal, with the steps the asker may take now.',
    params: proposalParams,
    answer: proposalAnswer,
    errors: [404],
    handle: async ({ params, req }) => {
      const { proposal, who } = await openProposal(params.id, actorOf(req))
      return proposalJson(proposal, who)
    },
  })

  routes.add({
    method: 'post',
    path: '/proposals/{id}/steps',
    action: 'propose agreements',
    summary:
      'One step of the review: route (with `reviewers`, account ids), approve (of `revision`), refuse (with `reason`), publish or withdraw.',
    params: proposalParams,
    body: stepBody,
    answer: proposalAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) => {
      const actor = actorOf(req)
      return jsonFor(await reviewProposal(params.id, body, actor, ports), actor)
    },
  })

  return routes
}
