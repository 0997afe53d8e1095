import { createHash } from 'node:crypto'
import type { Response } from 'express'
import { z } from 'zod'
import { idText, parseParams, slugText } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import type { World } from '../world.js'
import { readAchievement } from './read-achievement.js'
import { readDidDocument, readJwk, readJwks } from './read-published.js'
import { readStatusList } from './read-status-list.js'

const idParams = z.strictObject({ id: idText })
const keyParams = z.strictObject({ id: z.string().regex(/^[\w-]{43}$/) })
const slugParams = z.strictObject({ slug: slugText })

/** Sends what other programs read, from any origin: to be kept for so many seconds, then asked for again by its ETag. */
function publish(res: Response, type: string, seconds: number, text: string): void {
  res.set({
    'Cache-Control': `public, max-age=${seconds}`,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ETag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`,
  })
  res.type(type).send(text)
}

const minute = 60
const hour = 3600

/** What anybody needs to check a signature of ours: keys, status lists, and what the badges are. */
export function publishedPages(world: World) {
  const routes = pageRoutes()
  routes.get(paths.didDocument, 'check signatures', async (_req, res) => {
    const document = await readDidDocument('', world)
    publish(res, 'application/did+ld+json', 5 * minute, JSON.stringify(document))
  })
  routes.get(paths.issuerDid, 'check signatures', async (req, res) => {
    const { id } = parseParams(idParams, req.params)
    const document = await readDidDocument(id, world)
    publish(res, 'application/did+ld+json', 5 * minute, JSON.stringify(document))
  })
  routes.get(paths.jwks, 'check signatures', async (_req, res) => {
    const keys = await readJwks(world)
    publish(res, 'application/jwk-set+json', 5 * minute, JSON.stringify(keys))
  })
  routes.get(paths.signingKey, 'check signatures', async (req, res) => {
    const { id } = parseParams(keyParams, req.params)
    publish(res, 'application/jwk+json', hour, JSON.stringify(await readJwk(id)))
  })
  routes.get(paths.statusList, 'check signatures', async (req, res) => {
    const { id } = parseParams(idParams, req.params)
    publish(res, 'application/vc+ld+json', minute, (await readStatusList(id, world)).text)
  })
  routes.get(paths.achievement, 'check signatures', async (req, res) => {
    const { slug } = parseParams(slugParams, req.params)
    const achievement = await readAchievement(slug, world)
    publish(res, 'application/ld+json', 5 * minute, JSON.stringify(achievement))
  })
  return routes
}
