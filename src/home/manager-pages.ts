import { communitiesOf } from '../access/actor.js'
import { findCounters } from '../communities/counter-store.js'
import { findProgram } from '../communities/program-store.js'
import { page } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound } from '../problems.js'
import { managerView } from './manager-view.js'

/** The start page of a program manager. */
export function managerPages() {
  const routes = pageRoutes()
  routes.get(paths.manager, 'see the program', async (req, res) => {
    const [communityId = ''] = communitiesOf(actorOf(req), 'manager')
    const program = await findProgram(communityId)
    if (!program) throw notFound('manager:noProgram')
    const view = managerView(program, await findCounters(communityId), wordsOf(req))
    page(req, res, 'home/manager', { title: 'manager:title', program: view, paths })
  })
  return routes
}
