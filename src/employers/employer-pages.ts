import { filtersOf } from '../http/list.js'
import { page } from '../http/page.js'
import { parse } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { employerQuery } from './employer-input.js'
import { employerPage } from './employer-view.js'
import { lookForTalent } from './look-for-talent.js'

/** Where an employer starts. */
export function employerPages() {
  const routes = pageRoutes()
  routes.get(paths.employer, 'see the employer page', async (req, res) => {
    const { skill } = parse(employerQuery, filtersOf(req))
    const employer = employerPage(await lookForTalent(actorOf(req), skill), skill, wordsOf(req))
    page(req, res, 'employers/home', { title: 'employers:home.title', employer })
  })
  return routes
}
