import type { Request } from 'express'
import { dayOf } from '../calendar.js'
import { filtersOf, pageLinks } from '../http/list.js'
import { page, redirect } from '../http/page.js'
import { parse, parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes, visitorOf } from '../http/route.js'
import { wordsOf } from '../http/words.js'
import { notFound, Problem } from '../problems.js'
import type { World } from '../world.js'
import { listOpenings } from './list-openings.js'
import { listShares } from './list-shares.js'
import { makeShare } from './make-share.js'
import { openOwnShare } from './open-own-share.js'
import { openShare, sharedAwards } from './open-share.js'
import { ownBadges } from './own-badges.js'
import { shareAsked, shareForm, shareListQuery, shareParams } from './share-input.js'
import { collectionPage, openingRow, sharePanel, shareRow } from './share-view.js'
import { isShareLive, latestEnd, usualEnd } from './share.js'
import { stopShare } from './stop-share.js'

const namesOf = (awards: readonly { readonly id: string; readonly name: string }[]) =>
  new Map(awards.map(({ id, name }) => [id, name]))

async function formFor(req: Request, now: Date) {
  const { credential } = parse(shareAsked, req.query)
  const words = wordsOf(req)
  const awards = (await ownBadges(actorOf(req))).filter(({ state }) => state === 'live')
  const today = dayOf(now)
  return {
    badges: awards.map(({ id, name, awardedOn, evidenceLevel }) => ({
      value: id,
      label: name,
      hint: words.t('sharing:new.earned', {
        on: words.day(awardedOn),
        level: words.t(`common:level.${evidenceLevel}.word`).toLowerCase(),
      }),
    })),
    checked: credential === undefined ? [] : [credential],
    end: { value: usualEnd(today), min: today, max: latestEnd(today) },
    paths,
  }
}

/** The form has one group of checkboxes where the use-case names each badge by its place. */
function byField(thrown: unknown): never {
  if (!(thrown instanceof Problem)) throw thrown
  const errors = thrown.errors.map((error) => ({
    ...error,
    field: error.field.replace(/\[\d+\]$/, ''),
  }))
  throw new Problem(thrown.kind, thrown.message, errors.slice(0, 1), thrown.params)
}

async function panelFor(req: Request, { config, ports }: World) {
  const share = await openOwnShare(parseParams(shareParams, req.params).id, actorOf(req))
  const setting = { baseUrl: config.baseUrl, today: dayOf(ports.now()) }
  return { share, panel: sharePanel(share, await sharedAwards(share), setting, wordsOf(req)) }
}

/** Sharing: what a learner shows by link, until when, and who opened it. */
export function sharePages(world: World) {
  const { ports } = world
  const routes = pageRoutes()

  routes.get(paths.shares, 'share badges', async (req, res) => {
    const { items, next } = await listShares(actorOf(req), parse(shareListQuery, filtersOf(req)))
    const [named, today] = [namesOf(await ownBadges(actorOf(req))), dayOf(ports.now())]
    const rows = items.map((listed) => shareRow(listed, named, today, wordsOf(req)))
    const pages = pageLinks(req, next)
    page(req, res, 'sharing/shares', { title: 'sharing:list.title', rows, pages, paths })
  })

  routes.form(paths.newShare, 'share badges', {
    view: 'sharing/new-share',
    title: 'sharing:new.title',
    schema: shareForm,
    show: (req) => formFor(req, ports.now()),
    submit: async (asked, req) => {
      const { id } = await makeShare(asked, actorOf(req), ports).catch(byField)
      return { to: to(paths.shareOpenings, { id }), notice: 'sharing:notice.made' }
    },
  })

  routes.get(paths.shareOpenings, 'share badges', async (req, res) => {
    const { share, panel } = await panelFor(req, world)
    const query = parse(shareListQuery, filtersOf(req))
    const { items, next } = await listOpenings(share.id, actorOf(req), query)
    const named = namesOf(await ownBadges(actorOf(req)))
    const rows = items.map((opening) => openingRow(opening, named, wordsOf(req)))
    const pages = pageLinks(req, next)
    page(req, res, 'sharing/openings', { title: panel.name, panel, rows, pages, paths })
  })

  routes.get(paths.stopShare, 'share badges', async (req, res) => {
    const { share, panel } = await panelFor(req, world)
    if (!isShareLive(share, dayOf(ports.now()))) throw notFound()
    page(req, res, 'sharing/stop-share', { title: 'sharing:stop.title', panel, share, paths })
  })
  routes.post(paths.stopShare, 'share badges', async (req, res) => {
    await stopShare(parseParams(shareParams, req.params).id, actorOf(req), ports)
    redirect(req, res, paths.shares, 'sharing:notice.stopped')
  })

  routes.get(paths.share, 'see shared badges', async (req, res) => {
    const { id } = parseParams(shareParams, req.params)
    const counts = req.method !== 'HEAD'
    const { share, learner, awards, own } = await openShare(id, visitorOf(req), ports, counts)
    const collection = collectionPage(share, learner.name, awards, own, wordsOf(req))
    const { demonstration } = learner
    const title = collection.heading
    res.set('X-Robots-Tag', 'noindex')
    page(req, res, 'sharing/collection', { title, collection, demonstration })
  })

  return routes
}
