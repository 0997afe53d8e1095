import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { Problem, type ProblemKind } from '../problems.js'
import { languageOf, say } from './language.js'
import { page, redirect } from './page.js'
import { withQuery } from './paths.js'

const statuses: Readonly<Record<ProblemKind, number>> = {
  malformed: 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  refused: 409,
  gone: 410,
  'too-large': 413,
  invalid: 422,
  'too-many': 429,
}

/** The one place where a kind of problem becomes an HTTP status. */
export const statusOf = (problem: Problem): number => statuses[problem.kind]

const bodyErrors: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'http:problem.brokenJson',
  'entity.too.large': 'http:problem.tooLarge',
  'encoding.unsupported': 'http:problem.wrongEncoding',
  'charset.unsupported': 'http:problem.wrongEncoding',
  'parameters.too.many': 'http:problem.tooManyFields',
  'request.size.invalid': 'http:problem.brokenUpload',
  'request.aborted': 'http:problem.brokenUpload',
}

interface HttpError {
  readonly status: number
  readonly type?: string
}

const isHttpError = (thrown: unknown): thrown is HttpError =>
  thrown instanceof Error &&
  'status' in thrown &&
  typeof thrown.status === 'number' &&
  thrown.status >= 400 &&
  thrown.status < 500

/** What Express and its parsers throw at bad requests, as our problems; undefined for a bug of ours. */
function problemOf(thrown: unknown): Problem | undefined {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof URIError) return new Problem('malformed', 'http:problem.badUrl')
  if (!isHttpError(thrown)) return undefined
  const message = bodyErrors[thrown.type ?? ''] ?? 'http:problem.malformed'
  return new Problem(thrown.status === 413 ? 'too-large' : 'malformed', message)
}

/** RFC 9457 problem details; `errors` names each field. */
export function problemBody(req: Request, problem: Problem, status = statusOf(problem)) {
  const language = languageOf(req)
  return {
    type: `urn:waymark:problem:${problem.kind}`,
    title: say('en', `http:title.${problem.kind}`),
    status,
    detail: say(language, problem.message, problem.params),
    ...(problem.errors.length > 0 && {
      errors: problem.errors.map(({ field, message, params }) => ({
        field,
        message: say(language, message, params),
      })),
    }),
  }
}

const requestIdOf = (req: Request) => (typeof req.id === 'string' ? req.id : '')

const isRepeatable = (req: Request) => req.method === 'GET' || req.method === 'HEAD'

/** Answers every error of a page with a page that says what to do next; a bug is logged and shown bare. */
export function answerAsPage(log: Logger, signInPath: string) {
  return (thrown: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(thrown)
      return
    }
    const problem = problemOf(thrown)
    if (!problem) log.error({ err: thrown, requestId: req.id }, 'unexpected error')
    if (problem?.kind === 'not-signed-in') {
      const back = isRepeatable(req) ? req.originalUrl : undefined
      redirect(req, res, withQuery(signInPath, { returnTo: back }))
      return
    }
    res.status(problem ? statusOf(problem) : 500)
    if (problem?.kind === 'too-many')
      res.set('Retry-After', String(problem.params['seconds'] ?? 60))
    page(req, res, 'error', {
      title: `http:title.${problem?.kind ?? 'bug'}`,
      message: say(languageOf(req), problem?.message ?? 'http:problem.bug', problem?.params ?? {}),
      errors: problem?.errors ?? [],
      requestId: requestIdOf(req),
    })
  }
}

/** Answers every error of the API as application/problem+json; a bug is logged and answered bare. */
export function answerAsJson(log: Logger) {
  return (thrown: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(thrown)
      return
    }
    const problem = problemOf(thrown)
    if (!problem) log.error({ err: thrown, requestId: req.id }, 'unexpected error')
    const status = problem ? statusOf(problem) : 500
    if (status === 401) res.set('WWW-Authenticate', 'Bearer')
    if (problem?.kind === 'too-many')
      res.set('Retry-After', String(problem.params['seconds'] ?? 60))
    const body = problem
      ? problemBody(req, problem)
      : {
          type: 'urn:waymark:problem:bug',
          title: say('en', 'http:title.bug'),
          status,
          detail: say(languageOf(req), 'http:problem.bug'),
          requestId: requestIdOf(req),
        }
    res.status(status).type('application/problem+json').send(JSON.stringify(body))
  }
}
