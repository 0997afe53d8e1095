import { z } from 'zod'
import { apiRoutes } from '../http/api.js'
import type { World } from '../world.js'
import { transcriptQuery } from './share-input.js'
import { sendChain, sendPdf, sendTranscript } from './take-pages.js'

/** The whole record as files, for outside tools of the learner. */
export function takeApi(world: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'get',
    path: '/me/record.pdf',
    action: 'take the record along',
    summary: 'The whole record of the learner who asks as a tagged PDF, without contact details.',
    answer: z.string().meta({ description: 'application/pdf' }),
    handle: ({ req, res }) => sendPdf(world)(req, res),
  })
  routes.add({
    method: 'get',
    path: '/me/chain',
    action: 'take the record along',
    summary:
      'The record as one HTML file: signed parts, each with the hash of the one before, and a reader that checks them offline.',
    answer: z.string().meta({ description: 'text/html' }),
    handle: ({ req, res }) => sendChain(world)(req, res),
  })
  routes.add({
    method: 'get',
    path: '/me/transcript',
    action: 'take the record along',
    summary:
      'A signed CLR 2.0 transcript of the own credentials named by `credentials` (repeat it for several).',
    query: transcriptQuery,
    answer: z
      .looseObject({ id: z.string(), type: z.array(z.string()) })
      .meta({ description: 'ClrCredential with an embedded proof' }),
    errors: [422],
    handle: ({ req, res }) => sendTranscript(world)(req, res),
  })

  return routes
}
