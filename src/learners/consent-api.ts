import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { consentParams, disclosureQuery, renewalBody } from './consent-input.js'
import {
  consentAnswer,
  consentJson,
  consentSigning,
  disclosureAnswer,
  disclosureJson,
  openedConsentAnswer,
  openedConsentJson,
} from './consent-view.js'
import { listDisclosedUnder, openConsent } from './open-consent.js'
import { renewConsent } from './renew-consent.js'

/** One consent of the learner for outside tools. */
export function consentApi({ ports, secrets }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/consents/{id}',
    action: 'give consent',
    summary: "One of the learner's own consents with the words that were signed and its history.",
    params: consentParams,
    answer: openedConsentAnswer,
    errors: [404],
    handle: async ({ params, req }) =>
      openedConsentJson(await openConsent(actorOf(req).learnerId, params.id), dayOf(ports.now())),
  })

  routes.add({
    method: 'get',
    path: '/consents/{id}/disclosures',
    action: 'give consent',
    summary: 'What was shown or sent under this consent, newest first.',
    params: consentParams,
    query: disclosureQuery,
    answer: listAnswer(disclosureAnswer),
    errors: [404, 422],
    handle: async ({ params, query, req }) => {
      const { consent } = await openConsent(actorOf(req).learnerId, params.id)
      const { items, next } = await listDisclosedUnder(consent, query.limit, query.cursor)
      return { items: items.map(disclosureJson), next }
    },
  })

  routes.add({
    method: 'post',
    path: '/consents/{id}/renewals',
    action: 'give consent',
    summary:
      'Signs a live consent anew, in the words in force, until `expiresOn` (at most twelve months, which is also the default). Asks for the password again.',
    params: consentParams,
    body: renewalBody,
    answer: consentAnswer,
    status: 201,
    errors: [404, 409, 422],
    handle: async ({ params, body, req }) => {
      const signing = consentSigning(wordsOf(req), req.ip, secrets)
      const consent = await renewConsent(params.id, body, actorOf(req), signing, ports)
      return consentJson(consent, dayOf(ports.now()))
    },
  })

  return routes
}
