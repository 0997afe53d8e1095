import { apiRoutes } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { Problem } from '../problems.js'
import type { World } from '../world.js'
import { refreshInput, tokenInput } from './access-input.js'
import { meAnswer, meView, tokensAnswer } from './access-view.js'
import { endTokens, issueTokens, refreshTokens } from './issue-tokens.js'
import { findOrganization } from './organization-store.js'

/** Tokens for the API, and who one is. */
export function accessApi({ ports, secrets }: World) {
  const routes = apiRoutes()
  const setting = () => ({ secret: secrets.token, now: ports.now() })

  routes.add({
    method: 'post',
    path: '/tokens',
    action: 'get a token',
    summary: 'Sign in: an access token for 15 minutes, and a refresh token for the next one',
    body: tokenInput,
    answer: tokensAnswer,
    handle: async ({ body, req }) => {
      const tokens = await issueTokens({ ...body, address: req.ip ?? '' }, setting())
      if (!tokens) throw new Problem('not-signed-in', 'access:problem.wrongSignIn')
      return tokens
    },
  })
  routes.add({
    method: 'post',
    path: '/tokens/refresh',
    action: 'get a token',
    summary: 'New tokens for the newest refresh token; an older one ends them all',
    body: refreshInput,
    answer: tokensAnswer,
    handle: async ({ body }) => {
      const tokens = await refreshTokens(body.refreshToken, setting())
      if (!tokens) throw new Problem('not-signed-in', 'access:problem.refreshEnded')
      return tokens
    },
  })
  routes.add({
    method: 'delete',
    path: '/tokens',
    action: 'see oneself',
    summary: 'Sign out: the access token and its refresh token stop working',
    status: 204,
    handle: async ({ req }) => {
      const bearer = req.headers.authorization?.replace(/^Bearer\s+/i, '') ?? ''
      await endTokens(bearer, setting())
    },
  })
  routes.add({
    method: 'get',
    path: '/me',
    action: 'see oneself',
    summary: 'Who is signed in',
    answer: meAnswer,
    handle: async ({ req }) => {
      const actor = actorOf(req)
      const organizationId = actor.roles[0]?.organizationId
      return meView(actor, organizationId ? await findOrganization(organizationId) : undefined)
    },
  })
  return routes
}
