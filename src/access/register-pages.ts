import type { Request } from 'express'
import { languageOf } from '../http/language.js'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import type { World } from '../world.js'
import { chosenPassword, emailInput, linkParams, noFields, registerInput } from './access-input.js'
import { confirmEmail } from './confirm-email.js'
import { programChoices } from './program-choice.js'
import { registerLearner, type Circumstance } from './register-learner.js'
import { askForReset, checkResetLink, resetPassword } from './reset-password.js'

/** Opening an account, and what the links in its mails lead to. */
export function registerPages({ ports, secrets }: World) {
  const routes = pageRoutes()
  const circumstance = (req: Request): Circumstance => ({
    address: req.ip ?? '',
    now: ports.now(),
    secret: secrets.token,
  })

  routes.form(paths.register, 'open an account', {
    view: 'access/register',
    title: 'access:register.title',
    schema: registerInput,
    show: async () => ({ paths, programs: await programChoices() }),
    submit: async (given, req) => {
      await registerLearner({ ...given, language: languageOf(req) }, circumstance(req))
      return paths.registered
    },
  })
  routes.get(paths.registered, 'open an account', (req, res) => {
    page(req, res, 'access/registered', { title: 'access:registered.title', paths })
  })
  routes.get(paths.agreement, 'see public pages', (req, res) => {
    page(req, res, 'access/agreement', { title: 'access:agreement.title' })
  })

  routes.form(paths.confirmEmail, 'use a link from a mail', {
    view: 'access/confirm-email',
    title: 'access:confirm.title',
    schema: noFields,
    submit: async (_, req) => {
      const { account, token } = parseParams(linkParams, req.params)
      await confirmEmail(account, token, ports.now())
      const to = req.user ? paths.home : paths.signIn
      return { to, notice: 'access:notice.confirmed' }
    },
  })

  routes.form(paths.forgotPassword, 'sign in', {
    view: 'access/forgot-password',
    title: 'access:forgot.title',
    schema: emailInput,
    submit: async ({ email }, req) => {
      await askForReset(email, circumstance(req))
      return paths.resetSent
    },
  })
  routes.get(paths.resetSent, 'sign in', (req, res) => {
    page(req, res, 'access/reset-sent', { title: 'access:resetSent.title', paths })
  })

  routes.form(paths.resetPassword, 'use a link from a mail', {
    view: 'access/reset-password',
    title: 'access:reset.title',
    schema: chosenPassword,
    show: async (req) => {
      const { account, token } = parseParams(linkParams, req.params)
      await checkResetLink(account, token, ports.now())
      return {}
    },
    submit: async ({ password }, req) => {
      const { account, token } = parseParams(linkParams, req.params)
      await resetPassword(account, token, password, ports.now())
      return { to: paths.signIn, notice: 'access:notice.passwordReset' }
    },
  })
  return routes
}
