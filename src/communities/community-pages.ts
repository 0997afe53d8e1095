import { sendCsv } from '../http/csv.js'
import { filtersOf, pageLinks, sameView } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { communityParams, communityQuery } from './community-input.js'
import { communityFacts, findTotals } from './community-store.js'
import * as view from './community-view.js'
import { namedOf } from './community.js'
import { everyCommunity, listCommunities } from './list-communities.js'
import { readCommunity } from './read-community.js'

/** The public directory of TechHire communities, and the page of each. */
export function communityPages() {
  const routes = pageRoutes()
  routes.get(paths.communities, 'see communities', async (req, res) => {
    const [query, words] = [parse(communityQuery, filtersOf(req)), wordsOf(req)]
    const [{ items, next }, facts, totals] = await Promise.all([
      listCommunities(query),
      communityFacts(),
      findTotals(),
    ])
    const states = facts.map(({ state }) => state)
    page(req, res, 'communities/list', {
      title: 'communities:list.title',
      fields: view.communityFields(query, states, words),
      rows: items.map((one) => view.communityRow(one, words)),
      national: view.namedWords(namedOf(facts, totals), words),
      totals: view.totalRows(totals, words),
      pages: pageLinks(req, next),
      csv: sameView(req, paths.communitiesCsv),
      paths,
    })
  })
  routes.get(paths.communitiesCsv, 'see communities', async (req, res) => {
    const [query, words] = [parse(communityQuery, filtersOf(req)), wordsOf(req)]
    const rows = async function* () {
      for await (const one of everyCommunity(query)) yield view.communityCells(one, words)
    }
    await sendCsv(res, 'communities.csv', view.communityColumns(words), rows())
  })
  routes.get(paths.community, 'see communities', async (req, res) => {
    const { slug } = parseParams(communityParams, req.params)
    const community = view.communityPage(await readCommunity(slug), wordsOf(req))
    page(req, res, 'communities/show', { title: community.name, community, paths })
  })
  return routes
}
