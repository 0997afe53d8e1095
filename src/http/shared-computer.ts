import type { Request, RequestHandler, Response } from 'express'
import { redirect } from './page.js'
import { paths } from './paths.js'
import { promised } from './promised.js'
import { stateSince } from './shared-session.js'

/** Has the browser forget what it kept of this site besides the session: stored pages, the chosen colors. */
export function forgetHere(res: Response): void {
  res.clearCookie('theme')
  res.set('Clear-Site-Data', '"cache", "storage"').set('Cache-Control', 'no-store')
}

/** Ends the session and has the browser forget what it kept of this site: cookies, stored pages, the chosen colors. */
export async function clearComputer(req: Request, res: Response, notice?: string): Promise<void> {
  await promised((done) => req.session.destroy(done))
  res.clearCookie('waymark.sid')
  forgetHere(res)
  redirect(req, res, paths.clearComputer, notice)
}

/** Clears a shared computer at the first request after the idle time, whatever was asked for. */
export const watchSharedComputer =
  (now: () => Date): RequestHandler =>
  (req, res, next) => {
    const { shared } = req.session
    const state = shared ? stateSince(shared.seenAt, now()) : 'fresh'
    if (state === 'idle') {
      clearComputer(req, res, 'access:notice.idle').catch(next)
      return
    }
    if (state === 'stale') req.session.shared = { seenAt: now().toISOString() }
    next()
  }
