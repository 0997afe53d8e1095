import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ejs from 'ejs'
import type { Request, Response } from 'express'
import type { Actor } from '../access/actor.js'
import type { FieldError } from '../problems.js'
import {
  inLanguage,
  isKey,
  languageOf,
  languages,
  say,
  translator,
  type Language,
} from './language.js'
import type { MarkEnglish } from './language-marks.js'
import { paths, withQuery } from './paths.js'
import { csrfTokenOf } from './sessions.js'
import { idleMinutes, isShared } from './shared-session.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const viewsFolder = `${root}views`

export interface NavLink {
  readonly href: string
  /** Locale key. */
  readonly label: string
  /** The beginning of pages that lie elsewhere but belong to this place: the case of somebody, to the caseload. */
  readonly over?: RegExp
}

export interface NavGroup {
  /** Locale key. */
  readonly label: string
  readonly links: readonly NavLink[]
}

/** The main navigation: one line of links, and the rest under "More" in groups. */
export interface Navigation {
  readonly links: readonly NavLink[]
  readonly more: readonly NavGroup[]
}

export interface PageSettings {
  readonly navigation: (visitor: Actor | undefined) => Navigation
  /** Whether the program runs on demonstration data; every page says so. */
  readonly isDemonstration: () => boolean
  /** Marks what stands in English on a page of another language, names of courses and badges for one. */
  readonly markEnglish?: MarkEnglish
  /** Templates are compiled once; off while developing. */
  readonly cacheViews: boolean
}

let settings: PageSettings = {
  navigation: () => ({ links: [], more: [] }),
  isDemonstration: () => false,
  cacheViews: true,
}

/** Set once by app.ts: what the frame of every page needs to know of the product. */
export function setUpPages(given: PageSettings): void {
  settings = given
}

const assetHashes = new Map<string, string>()

/** The URL of a file in public/, with a fingerprint so that it may be cached for good. */
export function asset(file: string): string {
  let hash = assetHashes.get(file)
  if (hash === undefined) {
    const path = `${root}public/${file}`
    hash = existsSync(path)
      ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)
      : ''
    assetHashes.set(file, hash)
  }
  return `/${file}?v=${hash}`
}

const languageNames = { en: 'English', es: 'Español' } as const

function noticeOf(req: Request) {
  const key = req.query['notice']
  if (typeof key !== 'string' || !/^[a-z]+:notice\.\w+$/i.test(key) || !isKey(key)) return null
  return { kind: 'success', text: say(languageOf(req), key) }
}

const themeOf = (req: Request) => {
  const theme = /(?:^|;\s*)theme=(dark|light)(?:;|$)/.exec(req.headers.cookie ?? '')
  return theme?.[1] ?? 'system'
}

type PageError = FieldError & { readonly params?: Readonly<Record<string, string | number>> }

interface PageData {
  /** Locale key or plain text. */
  readonly title: string
  readonly titleParams?: Record<string, string | number>
  readonly errors?: readonly PageError[]
  readonly values?: Readonly<Record<string, unknown>>
  readonly [local: string]: unknown
}

/** How much of the address of a page a link stands for; 0 where the page lies elsewhere. */
function nearness({ href, over }: NavLink, path: string): number {
  const here = `${path}/`
  const under = here.startsWith(`${href}/`) ? href.length : 0
  return Math.max(under, over?.exec(here)?.[0].length ?? 0)
}

/** The links of this visitor. Of those the page lies under, only the nearest is current: /staff is not, at /staff/ready. */
function navigationOf(req: Request, language: Language) {
  const { links, more } = settings.navigation(req.user)
  const nearest = Math.max(
    1,
    ...[links, ...more.map((group) => group.links)].flat().map((link) => nearness(link, req.path)),
  )
  const shown = (link: NavLink) => ({
    href: inLanguage(language, link.href),
    label: say(language, link.label),
    current: nearness(link, req.path) === nearest,
  })
  return {
    nav: links.map(shown),
    navMore: more.map((group) => ({
      label: say(language, group.label),
      links: group.links.map(shown),
    })),
  }
}

function frameOf(req: Request, data: PageData) {
  const language = languageOf(req)
  const here = req.originalUrl.replace(/^\/es(?=\/|\?|$)/, '').replace(/^(?!\/)/, '/')
  const visitor = req.user
  return {
    ...data,
    t: translator(language),
    say: (text: string, params?: Record<string, string | number>) => say(language, text, params),
    lang: language,
    dir: 'ltr',
    href: (path: string) => (path.startsWith('/') ? inLanguage(language, path) : path),
    languages: languages.map((code) => ({
      code,
      name: languageNames[code],
      href: inLanguage(code, here),
      current: code === language,
    })),
    theme: themeOf(req),
    themeHref: (to: string) =>
      withQuery(inLanguage(language, paths.theme), { to, back: req.originalUrl }),
    actor: visitor
      ? { name: visitor.name, roles: [...new Set(visitor.roles.map((at) => at.role))] }
      : null,
    ...navigationOf(req, language),
    title: say(language, data.title, data.titleParams),
    csrfToken: csrfTokenOf(req),
    shared: isShared(req)
      ? { minutes: idleMinutes, clearHref: inLanguage(language, paths.clearComputer) }
      : null,
    asset,
    notice: noticeOf(req),
    errors: (data.errors ?? []).map(({ field, message, params }) => ({
      field,
      message: say(language, message, params),
    })),
    values: data.values ?? {},
    demo: settings.isDemonstration(),
    path: req.path,
  }
}

/** The option with the harsh name spares a copy of all locals per include; they have no prototype to read from. */
const viewOptions = { root: viewsFolder, unsafePrototypeLocals: true }

/**
 * Renders `views/<view>.ejs` inside the layout. Sole writer of what templates see: `data` must be finished, plain view
 * data. Pages for signed-in people, on shared computers and in answer to a form are not stored; public ones revalidate by
 * ETag.
 */
export function page(req: Request, res: Response, view: string, data: PageData): void {
  const locals = frameOf(req, data)
  const isPublic = !req.user && !isShared(req) && ['GET', 'HEAD'].includes(req.method)
  res.set('Cache-Control', isPublic ? 'no-cache' : 'private, no-store')
  res.vary('Cookie')
  const render = (file: string, given: object, then: (html: string) => void) => {
    ejs.renderFile(
      `${viewsFolder}/${file}.ejs`,
      Object.assign(Object.create(null), given) as object,
      { ...viewOptions, cache: settings.cacheViews },
      (error: Error | null, html?: string) => {
        if (error) req.next?.(error)
        else then(html ?? '')
      },
    )
  }
  render(view, locals, (body) => {
    render('layout', { ...locals, body }, (html) => {
      res
        .type('html')
        .send((locals.lang === 'en' ? undefined : settings.markEnglish?.(html)) ?? html)
    })
  })
}

/** 303 to a page of ours, in the same language. `notice` is a locale key `feature:notice.name`, shown there once. */
export function redirect(req: Request, res: Response, path: string, notice?: string): void {
  const [bare = '/', query = ''] = path.split('?')
  const search = new URLSearchParams(query)
  if (notice) search.set('notice', notice)
  const text = search.toString()
  seeOther(res, inLanguage(languageOf(req), bare) + (text ? `?${text}` : ''))
}

/**
 * 303 to an address, without a body: express-session sends the head of an answer that has one before the session is kept,
 * and a browser that goes on at once would come too early.
 */
export function seeOther(res: Response, address: string): void {
  res.status(303).location(address).set('Content-Length', '0').end()
}
