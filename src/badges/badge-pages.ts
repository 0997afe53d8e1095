import { z } from 'zod'
import { filtersOf } from '../http/list.js'
import { page } from '../http/page.js'
import { parse, parseParams, slugText } from '../http/parse.js'
import { paths } from '../http/paths.js'
import { pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import type { World } from '../world.js'
import { badgeCatalog, badgePage } from './badge-view.js'
import { listBadges } from './list-badges.js'
import { readBadge } from './read-badge.js'

const slugParams = z.strictObject({ slug: slugText })
const catalogQuery = z.strictObject({ track: slugText.or(z.literal('')).optional() })

/** The public pages of the badges. */
export function badgePages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.badges, 'see badges', async (req, res) => {
    const { track = '' } = parse(catalogQuery, filtersOf(req))
    const catalog = badgeCatalog(await listBadges(track, visitorOf(req)), track, wordsOf(req))
    page(req, res, 'badges/index', { title: 'badges:index.title', catalog, paths })
  })
  routes.get(paths.badge, 'see badges', async (req, res) => {
    const { slug } = parseParams(slugParams, req.params)
    const badge = badgePage(await readBadge(slug, visitorOf(req), ports), wordsOf(req))
    page(req, res, 'badges/show', { title: badge.title, badge, paths })
  })
  return routes
}
