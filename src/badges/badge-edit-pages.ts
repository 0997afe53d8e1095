import type { Request, Response } from 'express'
import { z } from 'zod'
import { filtersOf, listQuery, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams, slugText } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound, Problem } from '../problems.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { World } from '../world.js'
import { awardRow, badgeEditPage, badgePreview } from './badge-edit-view.js'
import { badgeForm } from './badge-form-input.js'
import { findBadge, findBadges } from './badge-store.js'
import { countNewlyEarning, nextBadge, publishBadge } from './edit-badge.js'
import { listAwards } from './list-awards.js'
import { readNames } from './read-badge.js'

const slugOf = (req: Request) => parseParams(z.strictObject({ slug: slugText }), req.params).slug

/** The slug of the badge that is edited; undefined on the page for a new one. */
const editedSlug = (req: Request) => (slugOf(req) === 'new' ? undefined : slugOf(req))

async function editData(req: Request, typed: unknown) {
  const slug = editedSlug(req)
  const badge = slug === undefined ? undefined : await findBadge(slug)
  if (slug !== undefined && !badge) throw notFound()
  return {
    title: 'badges:edit.title',
    edit: badgeEditPage(badge, typed, wordsOf(req)),
    paths,
    values: typed as Readonly<Record<string, unknown>>,
  }
}

async function previewData(req: Request) {
  const form = parse(badgeForm, filtersOf(req))
  const badge = await nextBadge(editedSlug(req), form)
  const [before, all, versions] = await Promise.all([
    findBadge(badge.slug),
    findBadges(),
    findTrackVersions(),
  ])
  const names = await readNames(before ? [badge, before] : [badge], all, versions)
  const effect = await countNewlyEarning(badge)
  return badgePreview({ badge, before, names, effect, form }, wordsOf(req))
}

/** The preview is a page of its own, by GET: it changes nothing, and its form carries what it showed. */
async function showPreview(req: Request, res: Response) {
  try {
    page(req, res, 'badges/preview', {
      title: 'badges:preview.title',
      preview: await previewData(req),
    })
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.kind !== 'invalid') throw thrown
    res.status(422)
    page(req, res, 'badges/edit', { ...(await editData(req, req.query)), errors: thrown.errors })
  }
}

/** Managers change what a badge takes, as a new version, and see who has it. */
export function badgeEditPages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.editBadges, 'edit badges', async (req, res) => {
    page(req, res, 'badges/edit-list', {
      title: 'badges:edit.listTitle',
      badges: await findBadges(),
      paths,
    })
  })
  routes.get(paths.editBadge, 'edit badges', async (req, res) => {
    page(req, res, 'badges/edit', await editData(req, {}))
  })
  routes.get(paths.previewBadge, 'edit badges', showPreview)
  routes.post(paths.previewBadge, 'edit badges', async (req, res) => {
    const badge = await nextBadge(editedSlug(req), parse(badgeForm, req.body))
    await publishBadge(badge, ports)
    redirect(req, res, to(paths.badge, { slug: badge.slug }), 'badges:notice.published')
  })
  routes.get(paths.badgeAwards, 'withdraw awards', async (req, res) => {
    const query = parse(z.strictObject(listQuery), filtersOf(req))
    const { badge, items, next } = await listAwards(actorOf(req), slugOf(req), query, ports)
    const rows = items.map(({ award, name }) => awardRow(award, name, wordsOf(req)))
    const links = pageLinks(req, next)
    page(req, res, 'badges/awards', { title: 'badges:awards.title', badge, rows, links, paths })
  })
  return routes
}
