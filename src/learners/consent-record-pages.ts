import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { refused } from '../problems.js'
import type { World } from '../world.js'
import { consentParams, disclosureQuery, renewalForm } from './consent-input.js'
import { consentPage, consentSigning, consentText, openedConsentJson } from './consent-view.js'
import { isLive, latestExpiry } from './consent.js'
import { listDisclosedUnder, openConsent } from './open-consent.js'
import { renewConsent } from './renew-consent.js'
import { disclosureRows } from './looks-view.js'

const opened = (req: Request) =>
  openConsent(actorOf(req).learnerId, parseParams(consentParams, req.params).id)

async function renewalOf(req: Request, now: Date) {
  const consent = await opened(req)
  const today = dayOf(now)
  if (!isLive(consent.consent, today)) throw refused('learners:problem.consentEnded')
  return {
    card: consentPage(consent, today, wordsOf(req)),
    text: consentText(wordsOf(req)),
    today,
    latest: latestExpiry(today),
    back: to(paths.consent, { id: consent.consent.id }),
  }
}

/** One consent of the learner: what it says and did, a copy of it, and signing it anew. */
export function consentRecordPages({ ports, secrets }: World) {
  const routes = pageRoutes()

  routes.get(paths.consent, 'give consent', async (req, res) => {
    const one = await opened(req)
    const { limit, cursor } = parse(disclosureQuery, filtersOf(req))
    const { items, next } = await listDisclosedUnder(one.consent, limit, cursor)
    page(req, res, 'learners/consent', {
      title: 'learners:consent.title',
      consent: consentPage(one, dayOf(ports.now()), wordsOf(req)),
      rows: disclosureRows(items, wordsOf(req), one.consent.learnerId),
      pages: pageLinks(req, next),
      to: (pattern: string) => to(pattern, { id: one.consent.id }),
      paths,
    })
  })

  routes.get(paths.consentCopy, 'give consent', async (req, res) => {
    const one = await opened(req)
    res.set('Cache-Control', 'private, no-store').attachment(`consent-${one.consent.id}.json`)
    res.json(openedConsentJson(one, dayOf(ports.now())))
  })

  routes.form(paths.renewConsent, 'give consent', {
    view: 'learners/renew-consent',
    title: 'learners:renewConsent.title',
    schema: renewalForm,
    show: (req) => renewalOf(req, ports.now()),
    submit: async (asked, req) => {
      const { id } = parseParams(consentParams, req.params)
      const signing = consentSigning(wordsOf(req), req.ip, secrets)
      await renewConsent(id, asked, actorOf(req), signing, ports)
      return { to: to(paths.consent, { id }), notice: 'learners:notice.consentRenewed' }
    },
  })

  return routes
}
