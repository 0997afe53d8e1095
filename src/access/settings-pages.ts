import { actorOf, pageRoutes } from '../http/route.js'
import { page, redirect } from '../http/page.js'
import { paths } from '../http/paths.js'
import { clearComputer } from '../http/shared-computer.js'
import { isShared } from '../http/shared-session.js'
import type { World } from '../world.js'
import { detailsInput, passwordChange } from './access-input.js'
import { endSessions } from './account-secret-store.js'
import { findAccount } from './account-store.js'
import { endSession, startSession } from './by-session.js'
import { changeDetails } from './change-details.js'
import { changePassword } from './change-password.js'
import { askForConfirmation } from './confirm-email.js'

/** One's own name, language and password. */
export function settingsPages({ ports, secrets }: World) {
  const routes = pageRoutes()

  routes.form(paths.settings, 'change own settings', {
    view: 'access/settings',
    title: 'access:settings.title',
    schema: detailsInput,
    show: async (req) => {
      const { accountId, name, email, language, roles } = actorOf(req)
      const account = await findAccount(accountId)
      const isConfirmed = account?.emailConfirmedAt !== undefined
      return { paths, details: { name, email, language, isConfirmed, hasRole: roles.length > 0 } }
    },
    submit: async (details, req) => {
      await changeDetails(actorOf(req), details)
      return { to: paths.settings, notice: 'access:notice.settingsSaved' }
    },
  })

  routes.form(paths.changePassword, 'change own settings', {
    view: 'access/change-password',
    title: 'access:changePassword.title',
    schema: passwordChange,
    show: (req) => ({ paths, email: actorOf(req).email }),
    submit: async ({ currentPassword, password }, req) => {
      const choice = { current: currentPassword, next: password }
      await startSession(req, await changePassword(actorOf(req), choice))
      return { to: paths.settings, notice: 'access:notice.passwordChanged' }
    },
  })

  routes.get(paths.signOutEverywhere, 'change own settings', (req, res) => {
    page(req, res, 'access/sign-out-everywhere', { title: 'access:everywhere.title', paths })
  })
  routes.post(paths.signOutEverywhere, 'change own settings', async (req, res) => {
    await endSessions(actorOf(req).accountId)
    if (isShared(req)) return clearComputer(req, res, 'access:notice.everywhere')
    await endSession(req)
    res.clearCookie('waymark.sid')
    redirect(req, res, paths.signIn, 'access:notice.everywhere')
  })

  routes.get(paths.sendConfirmation, 'change own settings', (req, res) => {
    page(req, res, 'access/send-confirmation', {
      title: 'access:sendConfirmation.title',
      email: actorOf(req).email,
    })
  })
  routes.post(paths.sendConfirmation, 'change own settings', async (req, res) => {
    const setting = { now: ports.now(), secret: secrets.token }
    await askForConfirmation(actorOf(req).accountId, setting)
    redirect(req, res, paths.settings, 'access:notice.confirmationSent')
  })
  return routes
}
