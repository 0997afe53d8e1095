import { timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { databaseAnswers } from '../database.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { firstRun } from './first-run.js'

/** GET /healthz, /readyz and /metrics, for machines. */
export function healthPages({ config }: World) {
  const routes = pageRoutes()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  routes.get(paths.health, 'check health', (_req, res) => {
    res.json({ status: 'up' })
  })

  routes.get(paths.ready, 'check health', async (_req, res) => {
    const answers = await databaseAnswers()
    const isReady = answers && firstRun.complete
    res.status(isReady ? 200 : 503).json({ ready: isReady, database: answers, firstRun })
  })

  routes.get(paths.metrics, 'read metrics', async (req: Request, res: Response) => {
    if (!isBearer(req.headers.authorization, config.metricsToken)) throw notFound()
    res.type(registry.contentType).send(await registry.metrics())
  })
  return routes
}

function isBearer(header: string | undefined, token: string | undefined): boolean {
  if (!token || !header) return false
  const given = Buffer.from(header)
  const right = Buffer.from(`Bearer ${token}`)
  return given.length === right.length && timingSafeEqual(given, right)
}
