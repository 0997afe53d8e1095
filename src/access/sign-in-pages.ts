import type { Request, Response } from 'express'
import { page, redirect } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { clearComputer } from '../http/shared-computer.js'
import { isShared, shareSession } from '../http/shared-session.js'
import { invalid } from '../problems.js'
import type { World } from '../world.js'
import { signInInput } from './access-input.js'
import { checkPassword, endSession, startSession } from './by-session.js'
import { ownPath } from './own-path.js'

const returnToOf = (raw: unknown) => (typeof raw === 'string' ? ownPath(raw) : undefined)

/** Sign in and sign out, also on a computer that others use next. */
export function signInPages({ ports }: World) {
  const routes = pageRoutes()

  routes.form(paths.signIn, 'sign in', {
    view: 'access/sign-in',
    title: 'access:signIn.title',
    schema: signInInput,
    show: (req) => ({
      returnTo: returnToOf(req.query['returnTo']) ?? '',
      wantsShared: isShared(req) || req.query['shared'] === 'yes',
      paths,
    }),
    submit: async ({ returnTo, shared }, req) => {
      const person = await checkPassword(req)
      if (!person) throw invalid([{ field: 'password', message: 'access:problem.wrongSignIn' }])
      await startSession(req, person)
      if (shared) shareSession(req, ports.now())
      return ownPath(returnTo) ?? paths.home
    },
  })

  routes.get(paths.signOut, 'sign out', (req, res) => {
    page(req, res, 'access/sign-out', { title: 'access:signOut.title', name: actorOf(req).name })
  })
  routes.post(paths.signOut, 'sign out', leave)

  routes.get(paths.clearComputer, 'sign in', (req, res) => {
    page(req, res, 'access/cleared', { title: 'access:cleared.title', paths })
  })
  // Without a token: it must also work when the session has ended meanwhile.
  routes.question(paths.clearComputer, 'sign in', clearComputerNow)
  return routes
}

const clearComputerNow = (req: Request, res: Response) => clearComputer(req, res)

async function leave(req: Request, res: Response) {
  if (isShared(req)) return clearComputer(req, res)
  await endSession(req)
  res.clearCookie('waymark.sid')
  redirect(req, res, paths.landing)
}
