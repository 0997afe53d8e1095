import { dayOf } from '../calendar.js'
import { apiRoutes, listAnswer } from '../http/api.js'
import { actorOf } from '../http/route.js'
import { wordsIn } from '../http/words.js'
import { languageOf } from '../http/language.js'
import type { World } from '../world.js'
import { staleAnswer, staleJson } from './course-view.js'
import { crosswalkImportParams, importQuery, reportQuery } from './crosswalk-file-input.js'
import {
  crosswalkImportAnswer,
  crosswalkImportJson,
  reportAnswer,
  reportJson,
} from './crosswalk-file-view.js'
import { importCrosswalk } from './import-crosswalk.js'
import { listStale } from './list-stale.js'
import { openCrosswalkImport } from './open-crosswalk-import.js'
import { readCreditReport } from '../claims/read-credit-report.js'
import { readText } from './read-text.js'

/** A college's crosswalk in as a file, what it gave in a year, and what it should look at again, for outside tools. */
export function crosswalkFileApi({ ports }: World) {
  const routes = apiRoutes()

  routes.add({
    method: 'post',
    path: '/crosswalk-imports',
    action: 'keep agreements',
    summary:
      "Takes the asker's college's crosswalk in: CSV in UTF-8 with the columns of its export. A wrong row is refused by itself; `dryRun=true` publishes none. The same file again records nothing.",
    query: importQuery,
    rawBody: { types: ['text/csv'], limit: 'stream' },
    answer: crosswalkImportAnswer,
    status: 201,
    errors: [413, 422],
    handle: async ({ query, req }) => {
      const sent = { text: await readText(req), fileName: '', dryRun: query.dryRun === 'true' }
      const done = await importCrosswalk(sent, actorOf(req), ports)
      return crosswalkImportJson(done, wordsIn(languageOf(req)))
    },
  })

  routes.add({
    method: 'get',
    path: '/crosswalk-imports/{id}',
    action: 'keep agreements',
    summary: "What came of a crosswalk file of the asker's college.",
    params: crosswalkImportParams,
    answer: crosswalkImportAnswer,
    errors: [404],
    handle: async ({ params, req }) => {
      const found = await openCrosswalkImport(params.id, actorOf(req))
      return crosswalkImportJson(found, wordsIn(languageOf(req)))
    },
  })

  routes.add({
    method: 'get',
    path: '/credit-report',
    action: 'keep agreements',
    summary:
      "Credit for prior learning that the asker's college decided on in an academic year (`year`, such as 2014-15; this one unless told).",
    query: reportQuery,
    answer: reportAnswer,
    errors: [422],
    handle: async ({ query, req }) =>
      reportJson(await readCreditReport(actorOf(req), query.year, dayOf(ports.now()))),
  })

  routes.add({
    method: 'get',
    path: '/agreements/stale',
    action: 'keep agreements',
    summary:
      "The agreements of the asker's college in force today whose course, badges or catalog changed since they were decided.",
    answer: listAnswer(staleAnswer),
    handle: async ({ req }) => ({ items: (await listStale(actorOf(req), ports)).map(staleJson) }),
  })

  return routes
}
