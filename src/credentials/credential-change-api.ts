import { z } from 'zod'
import { managedCommunity } from '../access/managed-community.js'
import { apiRoutes } from '../http/api.js'
import { languageOf, say } from '../http/language.js'
import { actorOf } from '../http/route.js'
import { hurryJob } from '../jobs.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { World } from '../world.js'
import { changeCredentials } from './change-credentials.js'
import { changeBody } from './credential-input.js'
import { signingJson } from './signing-view.js'
import { readSigning, wantSigning } from './want-signing.js'

const changedAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      outcome: z.enum(['done', 'refused']),
      message: z.string().optional(),
    }),
  ),
})

const signingAnswer = z.object({
  state: z.enum(['never', 'running', 'ended']),
  done: z.number(),
  total: z.number(),
  signed: z.number(),
})

/** A manager's changes of signed badges, for outside tools. */
export function credentialChangeApi(world: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'post',
    path: '/credentials/changes',
    action: 'manage signed badges',
    summary:
      'Withdraws badges, puts signed ones on hold, ends a hold, or signs them again, each with the reason its learner is mailed. What is not possible for one stops nothing.',
    body: changeBody,
    answer: changedAnswer,
    errors: [422],
    handle: async ({ body: { ids, ...change }, req }) => {
      const changed = await changeCredentials(actorOf(req), ids, change, world)
      mailSoon()
      return {
        items: changed.map(({ id, outcome, why }) => ({
          id,
          outcome,
          ...(why !== undefined && { message: say(languageOf(req), why) }),
        })),
      }
    },
  })

  routes.add({
    method: 'post',
    path: '/credentials/signing',
    action: 'manage signed badges',
    summary: 'Has every badge of the program signed in the background.',
    answer: signingAnswer,
    status: 202,
    errors: [409],
    handle: async ({ req }) => {
      await wantSigning(managedCommunity(actorOf(req)), world.ports)
      await hurryJob('sign everything')
      return signingJson(await readSigning(actorOf(req)))
    },
  })

  routes.add({
    method: 'get',
    path: '/credentials/signing',
    action: 'manage signed badges',
    summary: 'How far the signing of every badge is, or how it went last.',
    answer: signingAnswer,
    handle: async ({ req }) => signingJson(await readSigning(actorOf(req))),
  })
  return routes
}
