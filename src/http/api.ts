import type { IncomingMessage } from 'node:http'
import express, { Router, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Actor } from '../access/actor.js'
import type { Action } from '../access/policy.js'
import { malformed } from '../problems.js'
import { filtersOf } from './list.js'
import { parse, parseParams } from './parse.js'
import { allow, declareRoute } from './route.js'

type Infer<S> = S extends z.ZodType ? z.output<S> : undefined

interface Call<P, Q, B> {
  readonly params: Infer<P>
  readonly query: Infer<Q>
  readonly body: Infer<B>
  readonly visitor: Actor | undefined
  readonly req: Request
  readonly res: Response
}

export interface ApiRoute<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below /api/v1, in OpenAPI's form: `/learners/{id}/record`. */
  readonly path: string
  readonly action: Action
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  /** JSON body. */
  readonly body?: B
  /** Another body than JSON: read as bytes up to `limit`, or left unread on `req` ('stream'). */
  readonly rawBody?: { readonly types: readonly string[]; readonly limit: number | 'stream' }
  /** Schema of the answer; undefined for 204. */
  readonly answer?: z.ZodType
  readonly status?: 200 | 201 | 202 | 204
  /** Statuses of the problems it may answer, besides 400, 401, 403 and 429. */
  readonly errors?: readonly number[]
  /** The use-case: what it gives back is the JSON answer. */
  readonly handle: (call: Call<P, Q, B>) => unknown
}

export type DeclaredCall = Omit<
  ApiRoute<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined>,
  'handle'
>

/** Every declared API call, for openapi.json and the test that walks the routes. */
export const declaredCalls: DeclaredCall[] = []

const jsonLimit = 8 * 1024 * 1024

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('__proto__ is not allowed')
  return value
}

const readJson = express.json({ limit: jsonLimit, reviver: refuseProto, type: isJson })

function isJson(req: IncomingMessage): boolean {
  return /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(req.headers['content-type'] ?? '')
}

const passOn = (_req: Request, _res: Response, next: NextFunction) => {
  next()
}

function bodyReader(route: DeclaredCall) {
  if (!route.rawBody) return route.body ? readJson : passOn
  const { types, limit } = route.rawBody
  const raw = express.raw({
    type: [...types],
    ...(limit !== 'stream' && { limit }),
  })
  return (req: Request, res: Response, next: NextFunction) => {
    if (isJson(req) && route.body) readJson(req, res, next)
    else if (!req.is([...types])) next(malformed('http:problem.wrongContentType'))
    else if (limit === 'stream') next()
    else raw(req, res, next)
  }
}

/** The API calls of one feature; each names its action and its schemas, openapi.json is made from them. */
export function apiRoutes() {
  const router = Router({ caseSensitive: true })
  return {
    router,
    add<
      P extends z.ZodType | undefined = undefined,
      Q extends z.ZodType | undefined = undefined,
      B extends z.ZodType | undefined = undefined,
    >(route: ApiRoute<P, Q, B>) {
      const path = route.path.replace(/\{(\w+)\}/g, ':$1')
      const known = declaredCalls.findIndex(
        (call) => call.method === route.method && call.path === route.path,
      )
      if (known < 0) declaredCalls.push(route)
      else declaredCalls[known] = route
      declareRoute({ method: route.method, path: `/api/v1${path}`, action: route.action })
      router[route.method](path, allow(route.action), bodyReader(route), async (req, res) => {
        const answer = await route.handle({
          params: (route.params && parseParams(route.params, req.params)) as Infer<P>,
          query: (route.query && parse(route.query, filtersOf(req))) as Infer<Q>,
          body: bodyOf(route, req) as Infer<B>,
          visitor: req.user,
          req,
          res,
        })
        if (res.headersSent) return
        res.set('Cache-Control', req.user ? 'private, no-store' : 'no-cache')
        if (answer === undefined) res.status(route.status ?? 204).end()
        else
          res.status(res.statusCode !== 200 ? res.statusCode : (route.status ?? 200)).json(answer)
      })
    },
  }
}

function bodyOf(route: DeclaredCall, req: Request): unknown {
  const body: unknown = req.body
  if (!route.body || Buffer.isBuffer(body)) return undefined
  if (body === undefined && route.rawBody) return undefined
  if (body === undefined) throw malformed('http:problem.jsonNeeded')
  return parse(route.body, body)
}

/** What every list answers. */
export const listAnswer = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() })
