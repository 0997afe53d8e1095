import type { Request, Response } from 'express'
import { visitorOf, pageRoutes } from '../http/route.js'
import { languageOf, inLanguage } from '../http/language.js'
import { page } from '../http/page.js'
import { paths } from '../http/paths.js'

const themes = new Set(['dark', 'light', 'system'])
const year = 365 * 86_400_000

/** A path of ours to go back to; anything else leads to the start. */
const ownPath = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : '/'

function setTheme(req: Request, res: Response) {
  const wanted = req.query['to']
  const theme = typeof wanted === 'string' && themes.has(wanted) ? wanted : 'system'
  res.cookie('theme', theme, { maxAge: year, sameSite: 'lax' })
  res.redirect(303, ownPath(req.query['back']))
}

/** The public front page, the theme switch and the pages about the product itself. */
export function homePages() {
  const routes = pageRoutes()
  routes.get(paths.landing, 'see public pages', (req, res) => {
    page(req, res, 'home/landing', { title: 'home:landing.title', counters: [], tracks: [] })
  })
  routes.get(paths.home, 'go home', (req, res) => {
    res.redirect(303, inLanguage(languageOf(req), visitorOf(req) ? paths.landing : paths.landing))
  })
  routes.get(paths.theme, 'see public pages', setTheme)
  for (const name of ['accessibility', 'privacy', 'help'] as const) {
    routes.get(paths[name], 'see public pages', (req, res) => {
      page(req, res, `home/${name}`, { title: `home:${name}.title` })
    })
  }
  return routes
}
