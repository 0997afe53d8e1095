import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import ejs from 'ejs'
import type { Browser } from 'playwright-core'
import { missingKeys, translator } from '/work/wt/look/src/http/language.js'
import { axeViolations, launchBrowser, sticksOut } from '/work/wt/look/test/support/chromium.js'
import { gallery } from '/work/wt/look/test/browser/gallery.js'

const root = '/work/wt/look/'
const views = `${root}views`
const options = { root: views, views: [views] }
const types: Record<string, string> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

function frame(language: 'en' | 'es', theme: string) {
  const t = translator(language)
  return {
    t,
    lang: language,
    dir: 'ltr',
    href: (path: string) => (language === 'es' ? `/es${path}` : path),
    languages: [
      { code: 'en', name: 'English', href: '/', current: language === 'en' },
      { code: 'es', name: 'Español', href: '/es', current: language === 'es' },
    ],
    theme,
    themeHref: (to: string) => `/theme?to=${to}`,
    actor: { name: 'Ana Lucía Fernández', roles: ['learner'] },
    nav: ['home', 'tracks', 'badges', 'credit', 'readiness'].map((key, at) => ({
      href: `/${key}`,
      label: t(`common:nav.${key}`),
      current: at === 0,
    })),
    title: t('common:nav.home'),
    csrfToken: 'token',
    asset: (path: string) => `/${path}`,
    notice: { kind: 'success', text: t('common:status.ready.means') },
    errors: [] as { field: string; message: string }[],
    values: {},
    demo: true,
  }
}

const mistakes = [
  'name',
  'email',
  'password',
  'on',
  'minutes',
  'note',
  'center',
  'file',
  'place',
  'records',
].map((field) => ({ field, message: `Check: ${field}` }))

const signedOut = { actor: null, nav: [], csrfToken: '', notice: null, demo: false }

const files: Record<string, string> = {
  gallery: `${root}test/browser/gallery.ejs`,
  form: `${root}test/browser/gallery-form.ejs`,
  mistakes: `${root}test/browser/gallery-form.ejs`,
  error: `${views}/error.ejs`,
}

/** `/<view>/<language>/<theme>/<ltr|rtl>`, view being gallery, form, mistakes or error. */
async function rendered(url: string): Promise<string> {
  const [, view = '', language = '', theme = '', dir = 'ltr'] = url.split('/')
  const code = language === 'es' ? 'es' : 'en'
  const t = translator(code)
  const locals = {
    ...frame(code, theme),
    dir,
    ...gallery(code),
    ...(view === 'mistakes' && { errors: mistakes, values: { name: 'Typed', place: 'b' } }),
    ...(view === 'error' && {
      ...signedOut,
      message: t('common:problem.toHelp'),
      requestId: 'a1b2',
    }),
  }
  const body = await ejs.renderFile(files[view] ?? '', locals, options)
  return ejs.renderFile(`${views}/layout.ejs`, { ...locals, body }, options)
}

async function answer(url: string): Promise<{ type: string; body: string | Buffer }> {
  if (!extname(url)) return { type: 'text/html; charset=utf-8', body: await rendered(url) }
  const body = await readFile(`${root}public${normalize(url)}`)
  return { type: types[extname(url)] ?? 'text/plain', body }
}


const server = createServer((req, res) => { answer(req.url ?? '/').then(({type, body}) => { res.setHeader('Content-Type', type); res.setHeader('Content-Security-Policy', "default-src 'self'"); res.end(body) }, (e) => { res.statusCode = 500; res.end(String(e)) }) })
await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const browser = await launchBrowser()
const [path, width, part = '1600', scheme] = process.argv.slice(2)
const page = await browser.newPage({ viewport: { width: Number(width), height: 900 } , colorScheme: scheme as any})
await page.goto(base + path)
const total = await page.evaluate<number>('document.documentElement.scrollHeight')
console.log(total)
for (let at = 0, y = 0; y < total; at++, y += Number(part)) await page.screenshot({ fullPage: true, path: `/tmp/s/${path!.slice(1).replaceAll('/','-')}-${width}-${at}.png`, clip: { x: 0, y, width: Number(width), height: Math.min(Number(part), total - y) } })
await browser.close(); server.close()
