import type { Request, Response } from 'express'
import { page, redirect } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { invalid } from '../problems.js'
import { signInInput } from './access-input.js'
import { checkPassword, endSession, startSession } from './by-session.js'
import { ownPath } from './own-path.js'

const returnToOf = (raw: unknown) => (typeof raw === 'string' ? ownPath(raw) : undefined)

/** Sign in and sign out. */
export function signInPages() {
  const routes = pageRoutes()

  routes.form(paths.signIn, 'sign in', {
    view: 'access/sign-in',
    title: 'access:signIn.title',
    schema: signInInput,
    show: (req) => ({ returnTo: returnToOf(req.query['returnTo']) ?? '', paths }),
    submit: async ({ returnTo }, req) => {
      const person = await checkPassword(req)
      if (!person) throw invalid([{ field: 'password', message: 'access:problem.wrongSignIn' }])
      await startSession(req, person)
      return ownPath(returnTo) ?? paths.home
    },
  })

  routes.get(paths.signOut, 'sign out', (req, res) => {
    page(req, res, 'access/sign-out', { title: 'access:signOut.title', name: actorOf(req).name })
  })
  routes.post(paths.signOut, 'sign out', leave)
  return routes
}

async function leave(req: Request, res: Response) {
  await endSession(req)
  res.clearCookie('waymark.sid')
  redirect(req, res, paths.landing)
}
