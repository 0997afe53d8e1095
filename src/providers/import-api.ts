import { z } from 'zod'
import type { Request, Response } from 'express'
import type { Actor } from '../access/actor.js'
import { apiRoutes } from '../http/api.js'
import { readSmallBody } from '../verification/read-small-body.js'
import { actorOf } from '../http/route.js'
import { wordsIn } from '../http/words.js'
import { languageOf } from '../http/language.js'
import { hurryJob } from '../jobs.js'
import { notAllowed } from '../problems.js'
import type { World } from '../world.js'
import { confirmProfile } from './confirm-profile.js'
import { findProvider } from './find-provider.js'
import { importOpenBadge } from './import-open-badge.js'
import { importProfile } from './import-profile.js'
import type { Import } from './import.js'
import { importParams, importQuery, ownProfileInput, slugParams } from './import-input.js'
import { importAnswer, importJson } from './import-view.js'
import { openImport } from './open-import.js'
import { parsePlainJson } from './plain-json.js'
import { readText } from './read-bytes.js'
import { receiveCompletions } from './receive-completions.js'
import { receiveRoster } from './receive-roster.js'

type ImportQuery = z.output<typeof importQuery>

const wordsOf = (req: Request) => wordsIn(languageOf(req))

/** Evidence in: profiles, rosters and signed completions. */
export function importApi({ config, ports, secrets }: World) {
  const routes = apiRoutes()

  const bring = async (query: ImportQuery, actor: Actor, req: Request): Promise<Import> => {
    if (query.source === 'open-badge') {
      if (actor.learnerId === undefined) throw notAllowed('providers:problem.learnersOnly')
      return importOpenBadge(actor, await readSmallBody(req), { config, ports })
    }
    if (query.source === 'treehouse-profile') {
      if (actor.learnerId === undefined) throw notAllowed('providers:problem.learnersOnly')
      const document = parsePlainJson(await readText(req))
      return importProfile(actor, { document, isFetched: false }, ports)
    }
    const organization = await findProvider(actor, query.organization)
    const sender = { organization, startedBy: actor.accountId }
    const dryRun = query.dryRun === 'true'
    return receiveRoster(sender, { bytes: req, dryRun }, ports, config)
  }

  const answer = async (found: Import, req: Request, res: Response) => {
    const isLater = found.state === 'waiting'
    if (isLater) await hurryJob('continue imports')
    res.status(isLater ? 202 : 201)
    return importJson(found, wordsOf(req))
  }

  routes.add({
    method: 'post',
    path: '/imports',
    action: 'bring imports',
    summary:
      'Bring evidence: a Treehouse profile (JSON) by its learner; an Open Badge (JSON, JWS, baked PNG or SVG, CLR, or an export of Credly, Badgr or freeCodeCamp) by its learner; or a roster (CSV in UTF-8: email,course,completed_on[,score][,kind,item]) by its provider. Over 5,000 rows the answer is 202 and the import goes on in the background.',
    query: importQuery,
    rawBody: {
      types: [
        'application/json',
        'text/csv',
        'text/plain',
        'application/octet-stream',
        'application/vc+ld+json',
        'application/ld+json',
        'application/jwt',
        'application/vc+jwt',
        'image/png',
        'image/svg+xml',
      ],
      limit: 'stream',
    },
    answer: importAnswer,
    status: 201,
    errors: [413, 422],
    handle: async ({ query, req, res }) => answer(await bring(query, actorOf(req), req), req, res),
  })

  routes.add({
    method: 'get',
    path: '/imports/{id}',
    action: 'see imports',
    summary: 'One import of one’s own, with its progress',
    params: importParams,
    answer: importAnswer,
    errors: [404],
    handle: async ({ params, req }) =>
      importJson(await openImport(actorOf(req), params.id), wordsOf(req)),
  })

  routes.add({
    method: 'post',
    path: '/me/profiles',
    action: 'bring evidence',
    summary:
      'Say that a profile under another name is one’s own: what it says counts from now on. Again changes nothing.',
    body: ownProfileInput,
    answer: z.object({ name: z.string(), released: z.number(), awarded: z.array(z.string()) }),
    errors: [404, 422],
    handle: async ({ body, req }) => {
      const profile = { provider: 'treehouse', name: body.name }
      const { released, awarded } = await confirmProfile(actorOf(req), profile, ports)
      return { name: body.name, released, awarded: [...awarded] }
    },
  })

  routes.add({
    method: 'post',
    path: '/providers/{slug}/completions',
    action: 'sign completions',
    summary:
      'Completions from a provider’s own system. X-Waymark-Timestamp: seconds since 1970, at most five minutes off. X-Waymark-Signature: hex HMAC-SHA256, with the provider’s secret, of the timestamp, a dot and the body. Each signature counts once; one wrong completion refuses the call.',
    params: slugParams,
    rawBody: { types: ['application/json'], limit: 1_000_000 },
    answer: importAnswer,
    status: 201,
    errors: [404, 409, 413, 422],
    handle: async ({ params, req, res }) => {
      const call = {
        timestamp: req.get('X-Waymark-Timestamp') ?? '',
        signature: req.get('X-Waymark-Signature') ?? '',
        body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
      }
      const found = await receiveCompletions(params.slug, call, ports, secrets.seal)
      return answer(found, req, res)
    },
  })

  return routes
}
