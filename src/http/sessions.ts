import MongoStore from 'connect-mongo'
import { csrfSync } from 'csrf-sync'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import session, { type SessionData } from 'express-session'
import type { MongoClient } from 'mongodb'
import { stageOf, type JointRead } from '../joint-read.js'
import { Problem } from '../problems.js'

const day = 86_400

/** What is read along with a session, so that who is asking costs no round trip more; `keep` is told at each read. */
export interface Companion<T> {
  readonly read: JointRead<T>
  readonly keep: (session: SessionData, found: T) => void
}

type Kept = SessionData & { lastModified?: Date }

class AccompaniedStore<T> extends MongoStore {
  readonly #companion: Companion<T>

  constructor(options: ConstructorParameters<typeof MongoStore>[0], companion: Companion<T>) {
    super(options)
    this.#companion = companion
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#find(id).then((found) => {
      done(null, found)
    }, done)
  }

  async #find(id: string): Promise<SessionData | null> {
    const { read, keep } = this.#companion
    const [row] = await (
      await this.collectionP
    )
      .aggregate<{ session: Kept; lastModified?: Date; found: unknown[] }>([
        { $match: { _id: id, expires: { $gt: new Date() } } },
        stageOf('found', read),
      ])
      .toArray()
    if (!row) return null
    const { session: kept, lastModified, found } = row
    if (lastModified) kept.lastModified = lastModified
    keep(kept, read.take(found))
    return kept
  }
}

/** Session cookies for pages; sessions live in MongoDB and end after 14 days without a visit. */
export function sessions<T>(
  client: MongoClient,
  secret: string,
  secure: boolean,
  companion: Companion<T>,
): RequestHandler {
  return session({
    name: 'waymark.sid',
    secret,
    resave: false,
    saveUninitialized: false,
    store: new AccompaniedStore(
      { client, collectionName: 'sessions', ttl: 14 * day, touchAfter: day, stringify: false },
      companion,
    ),
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: 14 * day * 1000 },
  })
}

const csrf = csrfSync({
  getTokenFromRequest: (req) => (req.body as Record<string, string> | undefined)?.['_csrf'],
  size: 32,
})

/** The session's CSRF token, if a page asks for one by `needsCsrfToken`; '' on pages without a session. */
export function csrfTokenOf(req: Request): string {
  if (!('session' in req)) return ''
  const started = csrf.getTokenFromState(req)
  if (started) return started
  return req.user || req.wantsForm ? csrf.generateToken(req) : ''
}

/** Marks a page that shows a form to people who are not signed in, so that it gets a token (and so a session). */
export function wantsForm(req: Request, _res: Response, next: NextFunction): void {
  req.wantsForm = true
  next()
}

/** Compares a token that came with an upload, where the body is not read yet. */
export const isCsrfToken = (req: Request, token: string): boolean =>
  token !== '' && csrf.getTokenFromState(req) === token

/**
 * Checks the token of every changing request to a page and takes it out of the body, so that no schema mentions it.
 * Uploads are checked by http/upload.ts when their first field arrives.
 */
export function checkCsrf(req: Request, _res: Response, next: NextFunction): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method) || req.is('multipart/form-data')) {
    next()
    return
  }
  if (!csrf.isRequestValid(req)) {
    next(new Problem('not-allowed', 'http:problem.lostToken'))
    return
  }
  delete (req.body as Record<string, unknown>)['_csrf']
  next()
}

declare module 'express-serve-static-core' {
  interface Request {
    wantsForm?: boolean
  }
}
