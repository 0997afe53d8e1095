import type { Request } from 'express'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { appealClaim } from './appeal-claim.js'
import { answerClaim } from './answer-claim.js'
import { appealable } from './appeal.js'
import { answerForm, appealForm, claimBody, claimParams, withdrawForm } from './claim-input.js'
import { lastReason } from './claim.js'
import { ownCreditPage, withdrawPage } from './credit-page-view.js'
import { fileClaim } from './file-claim.js'
import { openCredit } from '../credits/open-credit.js'
import { findOwnClaim } from './own-claim.js'
import { readOwnCredit } from '../credits/read-own-credit.js'
import { findWithdrawable, withdrawClaim } from './withdraw-claim.js'

async function showOwn(req: Request, { ports }: World) {
  const credit = ownCreditPage(await readOwnCredit(actorOf(req), ports), wordsOf(req))
  return { credit, paths }
}

const idOf = (req: Request): string => parseParams(claimParams, req.params).id

/** A learner's own credit: matches, claims, answers. */
export function creditPages(world: World) {
  const routes = pageRoutes()

  routes.get(paths.credit, 'claim credit', async (req, res) => {
    page(req, res, 'claims/own', { title: 'claims:own.title', ...(await showOwn(req, world)) })
  })
  routes.form(paths.newClaim, 'claim credit', {
    view: 'claims/own',
    title: 'claims:own.title',
    schema: claimBody,
    show: (req) => showOwn(req, world),
    submit: async ({ agreement }, req) => {
      await fileClaim(agreement, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'claims:notice.filed' }
    },
  })
  routes.form(paths.answerClaim, 'claim credit', {
    view: 'claims/answer',
    title: 'claims:answer.title',
    schema: answerForm,
    show: async (req) => {
      const claim = await findOwnClaim(idOf(req), actorOf(req))
      if (claim.state !== 'more') throw notFound()
      const asked = claim.events.findLast(({ kind }) => kind === 'more')?.reason
      return { asked, college: claim.collegeName, paths }
    },
    submit: async ({ answer }, req) => {
      await answerClaim(idOf(req), answer, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'claims:notice.answered' }
    },
  })
  routes.get(paths.signedCredit, 'see signed credit', async (req, res) => {
    const document = await openCredit(idOf(req), actorOf(req), 'export', world)
    res.set('Cache-Control', 'private, no-store').attachment('credit.json')
    res.type('application/vc+ld+json').send(JSON.stringify(document))
  })
  routes.form(paths.appealClaim, 'claim credit', {
    view: 'claims/appeal',
    title: 'claims:appeal.title',
    schema: appealForm,
    show: async (req) => {
      const claim = await findOwnClaim(idOf(req), actorOf(req))
      if (!appealable(claim)) throw notFound()
      return { said: lastReason(claim), college: claim.collegeName, paths }
    },
    submit: async ({ reason }, req) => {
      await appealClaim(idOf(req), reason, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'claims:notice.appealed' }
    },
  })
  routes.form(paths.withdrawClaim, 'claim credit', {
    view: 'claims/withdraw',
    title: 'claims:withdraw.title',
    schema: withdrawForm,
    show: async (req) => {
      const claim = await findWithdrawable(idOf(req), actorOf(req))
      return { claim: withdrawPage(claim, wordsOf(req)), paths }
    },
    submit: async ({ reason }, req) => {
      await withdrawClaim(idOf(req), reason, actorOf(req), world.ports)
      return { to: paths.credit, notice: 'claims:notice.withdrawn' }
    },
  })

  return routes
}
