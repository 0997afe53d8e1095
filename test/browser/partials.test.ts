import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import ejs from 'ejs'
import type { Browser } from 'playwright-core'
import { missingKeys, translator } from '../../src/http/language.js'
import { securityHeaders } from '../../src/http/security.js'
import { axeViolations, launchBrowser, sticksOut } from '../support/chromium.js'
import { gallery } from './gallery.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
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
    nav: ['tracks', 'badges', 'crosswalk', 'centers', 'developers'].map((key, at) => ({
      href: `/${key}`,
      label: t(`common:footer.${key}`),
      current: at === 0,
    })),
    title: t('common:footer.tracks'),
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

const landing = {
  counters: ['learners', 'withAward', 'ready', 'referrals'].map((key) => ({
    key,
    value: '5,256',
    asOf: 'March 9, 2015, 10:04 a.m.',
  })),
  tracks: [
    { href: '#', title: 'Front End Web Development', summary: '', stepsTotal: 21 },
    {
      href: '#',
      title: 'PHP Development',
      summary: 'Pages that talk to a database.',
      stepsTotal: 15,
    },
  ],
}

const files: Record<string, string> = {
  gallery: `${root}test/browser/gallery.ejs`,
  form: `${root}test/browser/gallery-form.ejs`,
  mistakes: `${root}test/browser/gallery-form.ejs`,
  error: `${views}/error.ejs`,
  landing: `${views}/home/landing.ejs`,
  accessibility: `${views}/home/accessibility.ejs`,
  privacy: `${views}/home/privacy.ejs`,
  help: `${views}/home/help.ejs`,
}

/** `/<view>/<language>/<theme>/<ltr|rtl>`, view being a key of `files`. */
async function rendered(url: string): Promise<string> {
  const [, view = '', language = '', theme = '', dir = 'ltr'] = url.split('/')
  const code = language === 'es' ? 'es' : 'en'
  const t = translator(code)
  const locals = {
    ...frame(code, theme),
    dir,
    ...gallery(code),
    ...(view === 'mistakes' && { errors: mistakes, values: { name: 'Typed', place: 'b' } }),
    ...(view === 'landing' && { ...signedOut, ...landing }),
    ...(view === 'error' && {
      ...signedOut,
      message: t('common:problem.toHelp'),
      requestId: 'a1b2',
    }),
  }
  const body = await ejs.renderFile(files[view] ?? '', locals, options)
  return ejs.renderFile(`${views}/layout.ejs`, { ...locals, body }, options)
}

let turns = 0

/** A page whose number goes up at each visit and that is finished at the third. */
async function liveBody(): Promise<string> {
  turns += 1
  const live = turns < 3 ? ' data-live="0.05"' : ''
  const body = `<h1>Import</h1><p id="import-progress" role="status"${live}>turn ${turns}</p>`
  return ejs.renderFile(`${views}/layout.ejs`, { ...frame('en', 'light'), body }, options)
}

async function answer(address: string): Promise<{ type: string; body: string | Buffer }> {
  const url = new URL(address, 'http://localhost').pathname
  if (url === '/live') return { type: 'text/html; charset=utf-8', body: await liveBody() }
  if (!extname(url)) return { type: 'text/html; charset=utf-8', body: await rendered(url) }
  const body = await readFile(`${root}public${normalize(url)}`)
  return { type: types[extname(url)] ?? 'text/plain', body }
}

const headers = securityHeaders(false)

describe('the parts of every page', () => {
  let server: Server
  let browser: Browser
  let base = ''

  before(async function () {
    this.timeout(60_000)
    server = createServer((req, res) => {
      headers(req, res, () => undefined)
      answer(req.url ?? '/').then(
        ({ type, body }) => {
          res.setHeader('Content-Type', type)
          res.end(body)
        },
        (error: unknown) => {
          res.statusCode = 500
          res.end(String(error))
        },
      )
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    server.close()
  })

  async function findings(path: string): Promise<readonly string[]> {
    const page = await browser.newPage()
    const found: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') found.push(message.text())
    })
    page.on('response', (response) => {
      if (response.status() >= 400) found.push(`${response.status()} ${response.url()}`)
    })
    await page.goto(base + path)
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 })
      const here = [...(await axeViolations(page)), ...(await sticksOut(page))]
      found.push(...here.map((line) => `at ${width}: ${line}`))
    }
    await page.close()
    return found.map((line) => `${path} ${line}`)
  }

  for (const language of ['en', 'es']) {
    for (const theme of ['light', 'dark']) {
      it(`hold up in ${language}, ${theme}, at 1280 and 320 px`, async function () {
        this.timeout(90_000)

        const found: string[] = []
        for (const view of Object.keys(files)) {
          found.push(...(await findings(`/${view}/${language}/${theme}`)))
        }

        expect(found).to.deep.equal([])
      })
    }
  }

  it('fit a page that reads from right to left', async function () {
    this.timeout(60_000)

    const found = await findings('/gallery/en/light/rtl')

    expect(found).to.deep.equal([])
  })

  it('find all their words in both languages', async () => {
    for (const language of ['en', 'es']) {
      for (const view of Object.keys(files)) await rendered(`/${view}/${language}/light`)
    }

    expect([...missingKeys].filter((key) => /^(common|home):/.test(key))).to.deep.equal([])
  })

  it('lead the keyboard from the problems to the fields', async function () {
    this.timeout(30_000)
    const page = await browser.newPage()
    await page.goto(`${base}/mistakes/en/light`)
    const focused = () => page.evaluate<string>('document.activeElement.id')

    const atFirst = await focused()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const afterLink = await focused()
    await page.close()

    expect(atFirst).to.equal('error-summary')
    expect(afterLink).to.be.oneOf(['field-name', 'field-email'])
  })

  it('open and close the menu of a phone without any script', async function () {
    this.timeout(30_000)
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
    })
    const page = await context.newPage()
    await page.goto(`${base}/gallery/en/light`)
    const item = page.locator('#site-nav').getByRole('link', { name: 'Tracks' })

    const before = await item.isVisible()
    await page.getByRole('button', { name: 'Menu' }).click()
    const after = await item.isVisible()
    await context.close()

    expect([before, after]).to.deep.equal([false, true])
  })

  it('follow work under way until it is finished, then stop asking', async function () {
    this.timeout(30_000)
    const page = await browser.newPage()
    turns = 0
    await page.goto(`${base}/live`)

    await page.getByText('turn 3').waitFor()
    await page.waitForTimeout(300)
    await page.close()

    expect(turns).to.equal(3)
  })

  it('change colors at once and tell the server', async function () {
    this.timeout(30_000)
    const page = await browser.newPage()
    await page.goto(`${base}/gallery/en/light`)
    const told = page.waitForRequest((request) => request.url().endsWith('/theme?to=dark'))

    await page.getByRole('link', { name: 'Dark' }).click()
    await told
    const theme = await page.evaluate('document.documentElement.dataset.theme')
    const current = await page.locator('[data-theme-to][aria-current]').innerText()
    await page.close()

    expect([theme, current.trim()]).to.deep.equal(['dark', 'Dark'])
  })

  it('send a form once, however often its button is pressed', async function () {
    this.timeout(30_000)
    const page = await browser.newPage()
    let posts = 0
    await page.route('**/*', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      posts += 1
      await new Promise((slow) => setTimeout(slow, 300))
      return route.fulfill({ status: 200, contentType: 'text/html', body: 'sent' })
    })
    await page.goto(`${base}/form/en/light`)

    await page.evaluate(`(() => {
      const button = document.querySelector('main button[type="submit"]')
      button.click()
      setTimeout(() => button.click(), 100)
    })()`)
    await page.getByText('sent').waitFor()
    await page.close()

    expect(posts).to.equal(1)
  })

  it('weigh little on a first visit', async () => {
    const sizes = await Promise.all([
      readFile(`${root}public/build/app.css`).then((css) => gzipSync(css).length),
      readFile(`${root}public/app.js`).then((script) => gzipSync(script).length),
      readFile(`${root}public/fonts/merriweather-bold.woff2`).then((font) => font.length),
    ])

    expect(sizes[0], 'style sheet, compressed').to.be.below(40_000)
    expect(sizes.reduce((sum, size) => sum + size)).to.be.below(75_000)
  })
})
