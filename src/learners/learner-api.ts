import { z } from 'zod'
import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { idText } from '../http/parse.js'
import { actorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { consentBody, consentParams, disclosureQuery } from './consent-input.js'
import { consentsOf } from './consent-store.js'
import {
  consentAnswer,
  consentJson,
  consentSigning,
  disclosureAnswer,
  disclosureJson,
} from './consent-view.js'
import { giveConsent } from './give-consent.js'
import { listDisclosures } from './list-disclosures.js'
import { openRecord } from './open-record.js'
import { recordAnswer, recordJson } from './record-view.js'
import { withdrawConsent } from './withdraw-consent.js'

/** A learner's record, consents and disclosures for outside tools. */
export function learnerApi({ ports, secrets }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/me/record',
    action: 'see own record',
    summary: 'The whole record of the learner who asks.',
    answer: recordAnswer,
    errors: [404],
    handle: async ({ req }) => {
      const actor = actorOf(req)
      if (actor.learnerId === undefined) throw notFound()
      return recordJson(await openRecord(actor, actor.learnerId, ports, 'api'), wordsOf(req))
    },
  })

  routes.add({
    method: 'get',
    path: '/learners/{id}/record',
    action: 'read a record',
    summary:
      'The record of one learner, cut to what a pairing or a live consent covers; every read is disclosed to the learner.',
    params: z.strictObject({ id: idText }),
    answer: recordAnswer,
    errors: [404],
    handle: async ({ params, req }) =>
      recordJson(await openRecord(actorOf(req), params.id, ports, 'api'), wordsOf(req)),
  })

  routes.add({
    method: 'post',
    path: '/consents',
    action: 'give consent',
    summary:
      'Lets the organizations named in `parties` see `records` for one purpose, until `expiresOn` (at most twelve months, which is also the default). Asks for the password again.',
    body: consentBody,
    answer: consentAnswer,
    status: 201,
    errors: [422],
    handle: async ({ body, req }) => {
      const signing = consentSigning(wordsOf(req), req.ip, secrets)
      const consent = await giveConsent(body, actorOf(req), signing, ports)
      return consentJson(consent, dayOf(ports.now()))
    },
  })

  routes.add({
    method: 'delete',
    path: '/consents/{id}',
    action: 'give consent',
    summary: 'Stops a consent: from the next read on it opens nothing. Again changes nothing.',
    params: consentParams,
    status: 204,
    errors: [404],
    handle: async ({ params, req }) => withdrawConsent(params.id, actorOf(req), ports),
  })

  routes.add({
    method: 'get',
    path: '/me/consents',
    action: 'give consent',
    summary: "The learner's consents, live and ended, oldest first.",
    answer: listAnswer(consentAnswer),
    handle: async ({ req }) => {
      const consents = await consentsOf(actorOf(req).learnerId ?? '')
      return { items: consents.map((consent) => consentJson(consent, dayOf(ports.now()))) }
    },
  })

  routes.add({
    method: 'get',
    path: '/me/disclosures',
    action: 'see who looked',
    summary: 'Who looked at the record of the learner who asks, newest first, with the hash chain.',
    query: disclosureQuery,
    answer: listAnswer(disclosureAnswer),
    errors: [422],
    handle: async ({ query, req }) => {
      const { learnerId = '' } = actorOf(req)
      const { items, next } = await listDisclosures(learnerId, query.limit, query.cursor)
      return { items: items.map(disclosureJson), next }
    },
  })

  return routes
}
