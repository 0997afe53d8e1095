import type { Request } from 'express'
import { languageOf } from '../http/language.js'
import { filtersOf } from '../http/list.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { mailSoon } from '../messages/deliver-mail.js'
import type { World } from '../world.js'
import { completeReferral } from './complete-referral.js'
import { detailsPage } from './details-page.js'
import { handOnPage } from './hand-on-page.js'
import { handOnWithConsent } from './hand-on-with-consent.js'
import { chosenCenter, detailsForm, forwardForm, idParams } from './referral-input.js'

const idOf = (req: Request): string => parseParams(idParams, req.params).id

/** Sending a prepared referral, telling a center more, and handing a referral on to another center. */
export function handOffPages({ ports, secrets }: World) {
  const routes = pageRoutes()
  const signingOf = (req: Request, text: string) => ({
    text,
    language: languageOf(req),
    address: req.ip ?? '',
    secret: secrets.seal,
  })

  routes.form(paths.referralDetails, 'answer a referral', {
    view: 'referrals/details',
    title: 'handoff:details.titlePlain',
    schema: detailsForm,
    show: (req) => detailsPage(actorOf(req), idOf(req), wordsOf(req), ports),
    submit: async (input, req) => {
      const id = idOf(req)
      const { text, details } = await detailsPage(actorOf(req), id, wordsOf(req), ports)
      await completeReferral(actorOf(req), id, input, signingOf(req, text), ports)
      mailSoon()
      const notice = details.isDraft ? 'referrals:notice.asked' : 'referrals:notice.answered'
      return { to: to(paths.referral, { id }), notice }
    },
  })

  routes.form(paths.handOnReferral, 'answer a referral', {
    view: 'referrals/hand-on',
    title: 'handoff:handOn.title',
    schema: forwardForm,
    show: (req) => {
      const { center } = parse(chosenCenter, { center: filtersOf(req)['center'] })
      return handOnPage(actorOf(req), idOf(req), center, wordsOf(req), ports)
    },
    submit: async (input, req) => {
      const id = idOf(req)
      const words = wordsOf(req)
      const { text } = await handOnPage(actorOf(req), id, input.center, words, ports)
      const signing = signingOf(req, text)
      const next = await handOnWithConsent(actorOf(req), id, input, signing, ports)
      mailSoon()
      return next.state === 'draft'
        ? { to: to(paths.referral, { id }), notice: 'handoff:notice.prepared' }
        : { to: to(paths.referral, { id: next.id }), notice: 'handoff:notice.handedOn' }
    },
  })

  return routes
}
