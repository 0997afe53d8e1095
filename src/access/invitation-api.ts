import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { communitiesOf } from './actor.js'
import { registerBody } from './access-input.js'
import { invitationAnswer, invitationJson, registeredAnswer } from './access-view.js'
import { invitePerson, inviterOf } from './invite-person.js'
import { settleInvitation } from './invitation-store.js'
import { listInvitations } from './list-invitations.js'
import { idParams, invitationBody, invitationsQuery } from './manager-input.js'
import { registerLearner } from './register-learner.js'

/** Registering as a learner, and inviting everybody else. */
export function invitationApi({ ports, secrets }: World) {
  const routes = apiRoutes()
  const moment = () => ({ now: ports.now(), secret: secrets.token })

  routes.add({
    method: 'post',
    path: '/learners',
    action: 'open an account',
    summary:
      'Registers a learner, who thereby accepts the program agreement. The answer is the same for an address that has an account: only its mailbox is told.',
    body: registerBody,
    answer: registeredAnswer,
    status: 202,
    errors: [409, 422],
    handle: async ({ body, req }) => {
      await registerLearner(body, { ...moment(), address: req.ip ?? '' })
      return { email: body.email, next: 'confirm-email' as const }
    },
  })

  routes.add({
    method: 'post',
    path: '/invitations',
    action: 'manage people',
    summary: 'Invites somebody by e-mail to a role at an approved organization of your program.',
    body: invitationBody,
    answer: invitationAnswer,
    status: 201,
    errors: [422],
    handle: async ({ body, req }) => {
      const { invitation } = await invitePerson(body, inviterOf(actorOf(req)), moment())
      return invitationJson(invitation, ports.now())
    },
  })

  routes.add({
    method: 'get',
    path: '/invitations',
    action: 'manage people',
    summary: 'The invitations of your program, newest first.',
    query: invitationsQuery,
    answer: listAnswer(invitationAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { items, next } = await listInvitations(actorOf(req), query)
      return { items: items.map((one) => invitationJson(one, ports.now())), next }
    },
  })

  routes.add({
    method: 'delete',
    path: '/invitations/{id}',
    action: 'manage people',
    summary: 'Withdraws an invitation nobody has accepted yet; its link stops working.',
    params: idParams,
    status: 204,
    errors: [404],
    handle: async ({ params: { id }, req }) => {
      const communityIds = communitiesOf(actorOf(req), 'manager')
      if (!(await settleInvitation({ id, communityIds }, 'withdrawn', ports.now())))
        throw notFound()
    },
  })

  return routes
}
