import type { Request, Response } from 'express'
import type { Role } from '../access/actor.js'
import { findAllCounters } from '../communities/counter-store.js'
import { sumTiles } from '../communities/counter-view.js'
import { findPrograms } from '../communities/program-store.js'
import { page, redirect, seeOther } from '../http/page.js'
import { paths } from '../http/paths.js'
import { actorOf, pageRoutes, type Handler } from '../http/route.js'
import { isShared } from '../http/shared-session.js'
import { wordsOf } from '../http/words.js'
import { learnerHome } from '../learners/learner-pages.js'
import type { World } from '../world.js'
import { findTracks } from '../tracks/track-store.js'
import { programLink, trackTiles } from './landing-view.js'

const themes = new Set(['dark', 'light', 'system'])
const year = 365 * 86_400_000

/** A path of ours to go back to; anything else leads to the start. */
const ownPath = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : '/'

function setTheme(req: Request, res: Response) {
  const wanted = req.query['to']
  const theme = typeof wanted === 'string' && themes.has(wanted) ? wanted : 'system'
  res.cookie('theme', theme, { sameSite: 'lax', ...(!isShared(req) && { maxAge: year }) })
  seeOther(res, ownPath(req.query['back']))
}

async function showLanding(req: Request, res: Response) {
  const words = wordsOf(req)
  const [tracks, programs, counters] = await Promise.all([
    findTracks(),
    findPrograms(),
    findAllCounters(),
  ])
  const [program] = programs.length === 1 ? programs : []
  page(req, res, 'home/landing', {
    title: 'home:landing.title',
    counters: sumTiles(counters, words),
    program: program && programLink(program, words),
    tracks: trackTiles(tracks, words),
  })
}

/** Where each role begins its day, a learner at /home itself. Somebody with several roles starts at the first. */
const startPages: readonly (readonly [Role, string])[] = [
  ['staff', paths.staff],
  ['college', paths.college],
  ['manager', paths.manager],
  ['provider', paths.provider],
  ['mentor', paths.mentor],
  ['employer', paths.employer],
]

const goHome =
  (showLearnerHome: Handler): Handler =>
  (req, res) => {
    const held = new Set(actorOf(req).roles.map((at) => at.role))
    const [, path] = startPages.find(([role]) => held.has(role)) ?? []
    if (path !== undefined) redirect(req, res, path)
    else if (held.has('learner')) return showLearnerHome(req, res)
    else redirect(req, res, paths.settings)
  }

/** The public front page, the theme switch and the pages about the product itself. */
export function homePages(world: World) {
  const routes = pageRoutes()
  routes.get(paths.landing, 'see public pages', showLanding)
  routes.get(paths.home, 'go home', goHome(learnerHome(world)))
  routes.get(paths.theme, 'see public pages', setTheme)
  for (const name of ['accessibility', 'privacy', 'help'] as const) {
    routes.get(paths[name], 'see public pages', (req, res) => {
      page(req, res, `home/${name}`, { title: `home:${name}.title` })
    })
  }
  return routes
}
