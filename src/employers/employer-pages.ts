import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { openRecord } from '../learners/open-record.js'
import type { World } from '../world.js'
import { consentingQuery, employerQuery, personParams } from './employer-input.js'
import { employerPage } from './employer-view.js'
import { everyConsenting, listConsenting } from './list-consenting.js'
import { lookForTalent } from './look-for-talent.js'
import { consentingColumns, consentingCsvRow, consentingRow, personPage } from './person-view.js'

/** Where an employer starts, and the learners who let it see their record. */
export function employerPages({ ports }: World) {
  const routes = pageRoutes()

  routes.get(paths.employer, 'see the employer page', async (req, res) => {
    const { skill } = parse(employerQuery, filtersOf(req))
    const employer = employerPage(await lookForTalent(actorOf(req), skill), skill, wordsOf(req))
    page(req, res, 'employers/home', { title: 'employers:home.title', employer, paths })
  })

  routes.get(paths.employerLearners, 'see the employer page', async (req, res) => {
    const query = parse(consentingQuery, filtersOf(req))
    const { items, next } = await listConsenting(actorOf(req), query, 'list', ports)
    page(req, res, 'employers/people', {
      title: 'employers:people.title',
      rows: items.map((one) => consentingRow(one, wordsOf(req))),
      csv: wordsOf(req).href(paths.employerLearnersCsv),
      pages: pageLinks(req, next),
      paths,
    })
  })

  routes.get(paths.employerLearnersCsv, 'see the employer page', async (req, res) => {
    const words = wordsOf(req)
    const rows = async function* () {
      for await (const one of everyConsenting(actorOf(req), ports))
        yield consentingCsvRow(one, words)
    }
    await sendCsv(res, 'people.csv', consentingColumns(words), rows())
  })

  routes.get(paths.employerLearner, 'see the employer page', async (req, res) => {
    const { id } = parseParams(personParams, req.params)
    const person = personPage(await openRecord(actorOf(req), id, ports), wordsOf(req))
    page(req, res, 'employers/person', { title: person.name, person })
  })
  return routes
}
