import type {} from 'passport'
import type {} from 'pino-http'
import { Router, type NextFunction, type Request, type Response } from 'express'
import type { Actor } from '../access/actor.js'
import { mayTry, type Action } from '../access/policy.js'
import { notAllowed, notSignedIn } from '../problems.js'
import { formRoute, type FormPage } from './form.js'
import { receiveUpload, type Upload } from './upload.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express's own way to type req.user
  namespace Express {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merges Actor into User
    interface User extends Actor {}
  }
}

export type Handler = (req: Request, res: Response) => void | Promise<void>

/** One declared route, for the test that walks them all. */
export interface DeclaredRoute {
  readonly method: string
  readonly path: string
  readonly action: Action
}

export const declaredRoutes: DeclaredRoute[] = []

/** Notes a route for those who walk them all; the same one of another application in this process counts once. */
export function declareRoute({ method, path, action }: DeclaredRoute): void {
  const isKnown = declaredRoutes.some(
    (route) => route.method === method && route.path === path && route.action === action,
  )
  if (!isKnown) declaredRoutes.push({ method, path, action })
}

/** The person asking, signed in by session or token. Throws not-signed-in. */
export function actorOf(req: Request): Actor {
  if (!req.user) throw notSignedIn()
  return req.user
}

/** The person asking, if signed in. */
export const visitorOf = (req: Request): Actor | undefined => req.user

/** Lets the request through when the policy table does; remembers its action for the test that walks the routes. */
export function allow(action: Action) {
  const check = (req: Request, _res: Response, next: NextFunction): void => {
    if (mayTry(action, req.user)) next()
    else throw req.user ? notAllowed() : notSignedIn()
  }
  return Object.assign(check, { action })
}

const refuseMultipart = (req: Request, res: Response, next: NextFunction): void => {
  if (req.is('multipart/form-data')) res.status(415)
  next(req.is('multipart/form-data') ? notAllowed('http:problem.noFilesHere') : undefined)
}

/** The pages of one feature. There is no way to add a route without naming the action it needs. */
export function pageRoutes() {
  const router = Router({ caseSensitive: true })
  const declare = (method: string, path: string, action: Action) =>
    declareRoute({ method, path, action })
  const routes = {
    router,
    get(path: string, action: Action, handler: Handler) {
      declare('get', path, action)
      router.get(path, allow(action), handler)
    },
    /** The CSRF token was checked before. */
    post(path: string, action: Action, handler: Handler) {
      declare('post', path, action)
      router.post(path, allow(action), refuseMultipart, handler)
    },
    /**
     * A multipart POST that changes nothing and is open to everybody: it needs no CSRF token, so its page holds none and
     * may be cached. The handler reads the form (http/small-form.ts).
     */
    question(path: string, action: Action, handler: Handler) {
      declare('post', path, action)
      router.post(path, allow(action), handler)
    },
    /** A page with one form: GET shows it, POST takes it, and a wrong input shows it again. */
    form<T>(path: string, action: Action, form: FormPage<T>) {
      const { show, take } = formRoute(form)
      routes.get(path, action, show)
      routes.post(path, action, take)
    },
    /**
     * A multipart POST with one file, which must be the form's last field. The CSRF token is checked before the file is
     * read; the handler gets the file as a stream and must consume it.
     */
    upload(
      path: string,
      action: Action,
      handler: (req: Request, res: Response, upload: Upload) => Promise<void>,
    ) {
      declare('post', path, action)
      router.post(path, allow(action), async (req, res) => {
        await handler(req, res, await receiveUpload(req))
      })
    },
  }
  return routes
}

export type PageRoutes = ReturnType<typeof pageRoutes>
