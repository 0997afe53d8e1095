import type { Request, RequestHandler, Response } from 'express'
import { redirect } from './page.js'
import { paths } from './paths.js'
import { stateSince } from './shared-session.js'

const destroyed = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.destroy((error: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error('session', { cause: error }))
      else resolve()
    })
  })

/** Ends the session and has the browser forget what it kept of this site: cookies, stored pages, the chosen colors. */
export async function clearComputer(req: Request, res: Response, notice?: string): Promise<void> {
  await destroyed(req)
  res.clearCookie('waymark.sid').clearCookie('theme')
  res.set('Clear-Site-Data', '"cache", "storage"').set('Cache-Control', 'no-store')
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
