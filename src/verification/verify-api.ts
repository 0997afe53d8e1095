import type { Request, Response } from 'express'
import { apiRoutes } from '../http/api.js'
import { problemBody, statusOf } from '../http/errors.js'
import { languageOf } from '../http/language.js'
import { parse } from '../http/parse.js'
import { visitorOf } from '../http/route.js'
import { wordsIn, type Words } from '../http/words.js'
import { malformed, Problem } from '../problems.js'
import type { World } from '../world.js'
import { readSmallBody } from './read-small-body.js'
import { completed, type CheckName } from './verification.js'
import { namingTheCheck, verifyFile } from './verify-file.js'
import { unwrapped } from './unwrapped.js'
import { recipientText } from './verify-input.js'
import { messageOf, verificationAnswer, verificationJson } from './verify-view.js'

/** What a badge may be sent as; it is told by its bytes all the same. */
const bodyTypes = [
  'application/json',
  'application/vc+ld+json',
  'application/ld+json',
  'application/vc',
  'application/jwt',
  'application/vc+jwt',
  'text/plain',
  'text/html',
  'image/png',
  'image/svg+xml',
  'application/octet-stream',
  '*/*',
]

/** Badges checked for anybody. */
export function verifyApi(world: World) {
  const routes = apiRoutes()
  routes.add({
    method: 'post',
    path: '/verifications',
    action: 'check a badge',
    summary:
      'Check a badge: Open Badges 2.0 to 3.0 or CLR 2.0 as JSON, a JWS, a baked PNG or SVG, one of our links, or an exported chain. The header X-Recipient-Email, or a JSON body {credential, recipient}, asks whether it belongs to that address; the address is not kept. A body that is no badge answers 413 or 422, with the failing check named in errors and checks.',
    rawBody: { types: bodyTypes, limit: 'stream' },
    answer: verificationAnswer,
    errors: [413, 422],
    handle: async ({ req, res }) => {
      const words = wordsIn(languageOf(req))
      try {
        return verificationJson(await verify(req, world), words)
      } catch (thrown) {
        return refusedAnswer(thrown, req, res, words)
      }
    },
  })
  return routes
}

async function verify(req: Request, world: World) {
  if ((req.get('content-encoding') ?? 'identity') !== 'identity')
    throw malformed('http:problem.wrongEncoding')
  const body = await readSmallBody(req)
  const { badge, recipient } = await namingTheCheck(async () => unwrapped(body))
  return verifyFile(
    {
      badge,
      recipient: recipient ?? parse(recipientText, req.get('x-recipient-email') ?? ''),
      address: req.ip ?? '',
      visitor: visitorOf(req),
      channel: 'api',
    },
    world,
  )
}

/** A body that cannot be read answers as a problem, and as a verdict too: the named check failed, no other was made. */
function refusedAnswer(thrown: unknown, req: Request, res: Response, words: Words) {
  const name = thrown instanceof Problem ? thrown.errors[0]?.field : undefined
  if (!(thrown instanceof Problem) || (name !== 'parse' && name !== 'endorsements')) throw thrown
  const problem = problemBody(req, thrown)
  res.status(statusOf(thrown)).type('application/problem+json')
  const failed = { name: name as CheckName, outcome: 'fail', why: 'refused' } as const
  const checks = completed([failed]).map((check) => ({
    name: check.name,
    outcome: check.outcome,
    message: check.name === name ? problem.detail : messageOf(check, words),
  }))
  return { ...problem, overall: 'fail', checks }
}
