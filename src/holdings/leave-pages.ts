import { endSession } from '../access/by-session.js'
import { filtersOf, pageLinks, pageOf, decodeCursor } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { forgetHere } from '../http/shared-computer.js'
import { isShared } from '../http/shared-session.js'
import { wordsOf } from '../http/words.js'
import { managedCommunity } from '../access/managed-community.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { askToLeave } from './ask-to-leave.js'
import { holdRecord, liftRecord } from './hold-record.js'
import { findHold, liveHolds } from './hold-store.js'
import {
  holdInput,
  holdParams,
  holdQuery,
  keepInput,
  liftInput,
  passwordOnly,
} from './holding-input.js'
import { keepAccount } from './keep-account.js'
import { holdRows, leavePage } from './leave-view.js'
import { termsOfLeaving } from './read-terms.js'

/** Leaving and coming back, and a manager's holds. */
export function leavePages({ ports }: World) {
  const routes = pageRoutes()

  routes.form(paths.deleteAccount, 'delete own account', {
    view: 'holdings/leave',
    title: 'holdings:leave.title',
    schema: passwordOnly,
    show: async (req) => {
      const terms = await termsOfLeaving(actorOf(req).learnerId ?? '', ports.now())
      return { leaving: leavePage(terms, wordsOf(req)), paths }
    },
    submit: async ({ password }, req, res) => {
      await askToLeave(password, actorOf(req), ports)
      if (isShared(req)) forgetHere(res)
      await endSession(req)
      res.clearCookie('waymark.sid')
      return paths.leavingAccount
    },
  })

  routes.get(paths.leavingAccount, 'sign in', (req, res) => {
    page(req, res, 'holdings/leaving', { title: 'holdings:leaving.title', paths })
  })

  routes.form(paths.keepAccount, 'sign in', {
    view: 'holdings/keep',
    title: 'holdings:keep.title',
    schema: keepInput,
    show: () => ({ paths }),
    submit: async (given, req) => {
      await keepAccount({ ...given, address: req.ip ?? '' }, ports.now())
      return { to: paths.signIn, notice: 'holdings:notice.kept' }
    },
  })

  routes.form(paths.legalHolds, 'hold records', {
    view: 'holdings/holds',
    title: 'holdings:holds.title',
    schema: holdInput,
    show: async (req) => {
      const { limit, cursor } = parse(holdQuery, filtersOf(req))
      const after = decodeCursor(cursor, 1)?.[0]
      const community = managedCommunity(actorOf(req))
      const holds = await liveHolds(
        community,
        limit + 1,
        after === undefined ? undefined : String(after),
      )
      const { items, next } = pageOf(holds, limit, ({ learnerId }) => [learnerId])
      const rows = holdRows(items, (id) => to(paths.liftHold, { id }), wordsOf(req))
      return { rows, pages: pageLinks(req, next), paths }
    },
    submit: async (given, req) => {
      await holdRecord(given, actorOf(req), ports)
      return { to: paths.legalHolds, notice: 'holdings:notice.held' }
    },
  })

  routes.form(paths.liftHold, 'hold records', {
    view: 'holdings/lift',
    title: 'holdings:lift.title',
    schema: liftInput,
    show: async (req) => {
      const { id } = parseParams(holdParams, req.params)
      const hold = await findHold(id)
      if (!hold?.isLive || hold.communityId !== managedCommunity(actorOf(req), hold.communityId))
        throw notFound()
      return { reason: hold.trail.at(-1)?.reason, learnerId: id, paths }
    },
    submit: async ({ reason }, req) => {
      const { id } = parseParams(holdParams, req.params)
      await liftRecord({ learnerId: id, reason }, actorOf(req), ports)
      return { to: paths.legalHolds, notice: 'holdings:notice.lifted' }
    },
  })

  return routes
}
