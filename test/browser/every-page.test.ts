import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { paths, withQuery } from '../../src/http/paths.js'
import { declaredRoutes } from '../../src/http/route.js'
import { demoPassword } from '../../src/seeding/demo-people.js'
import { englishTexts } from '../../src/seeding/english-texts.js'
import { readReference } from '../../src/seeding/reference.js'
import { aJwks } from '../support/build-issuers.js'
import { axeViolations, sticksOut } from '../support/chromium.js'
import { makeThings, type Things } from './site-things.js'
import { signIn, visitor } from '../support/person.js'
import { openStage, type Stage } from './stage.js'
import { unmarkedEnglish } from './unmarked-english.js'
import { lookers, visitsOf, withoutPage, type Looker, type Visit } from './visits.js'

const languages = ['', '/es'] as const
const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]

/** The narrowest window: 1280 px at four times the size of text (WCAG 1.4.10). */
const narrow = { width: 320, height: 700 }

describe('every page', function () {
  this.timeout(300_000)
  let stage: Stage
  let things: Things

  before(async () => {
    stage = await openStage()
    things = await makeThings(stage.site)
  })
  after(() => stage.close())

  /** Of each page that was read in Spanish: the English it shows without saying so. */
  const unmarked = new Map<string, readonly string[]>()
  const catalog = new Set(englishTexts(readReference()))

  async function open(page: Page, looker: Looker, language: string, visit: Visit) {
    const { path, status = 200 } = visit
    const answer = await page.goto(
      stage.site.url + (path === '/' ? language || '/' : language + path),
    )
    if (language !== '' && status === 200)
      unmarked.set(`${looker} ${path}`, unmarkedEnglish((await answer?.text()) ?? '', catalog))
    return answer?.status() === status ? [] : [`answers ${String(answer?.status())}`]
  }

  /** Both themes are one layout in other colors, so that the second is only asked about colors. */
  async function faultsIn(page: Page, theme: Theme, isSecond: boolean) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
    return isSecond
      ? axeViolations(page, ['color-contrast', 'link-in-text-block'])
      : [...(await axeViolations(page)), ...(await sticksOut(page))]
  }

  const isForm = async (page: Page) => (await page.locator('main form[method=post]').count()) > 0

  async function faultsOf(
    page: Page,
    looker: Looker,
    visit: Visit,
    turn: number,
  ): Promise<string[]> {
    const faults: string[] = []
    const [first = '', other = ''] = turn % 2 === 0 ? languages : [...languages].reverse()
    const inTurn = themes[Math.floor(turn / 2) % 2] ?? 'light'
    const look = async (language: string, theme: Theme, isSecond: boolean) => {
      const place = `${language}${visit.path} ${theme}`
      faults.push(...(await faultsIn(page, theme, isSecond)).map((fault) => `${place}: ${fault}`))
    }
    const opened = async (language: string) => {
      const answers = await open(page, looker, language, visit)
      faults.push(...answers.map((fault) => `${language}${visit.path} ${fault}`))
    }
    await opened(first)
    await look(first, inTurn, false)
    if (!visit.isStart && !(await isForm(page))) return faults
    await look(first, inTurn === 'light' ? 'dark' : 'light', true)
    await opened(other)
    await look(other, 'light', false)
    await look(other, 'dark', true)
    return faults
  }

  for (const looker of lookers) {
    it(`is open to everyone's hands and eyes: ${looker || 'the public'}`, async () => {
      const context = await stage.enter(looker, narrow)
      const page = await context.newPage()
      const faults: string[] = []
      for (const [turn, visit] of visitsOf[looker](things).entries())
        faults.push(...(await faultsOf(page, looker, visit, turn)))
      await context.close()

      expect(faults.slice(0, 20)).to.deep.equal([])
    })
  }

  /** Pages that only a sent form leads to: where it stands, and what is typed. */
  const sent = (): readonly [string, Readonly<Record<string, string>>][] => [
    [
      withQuery(paths.newTrustedIssuer, { entry: things.trustedIssuer }),
      { document: JSON.stringify(aJwks('k2')) },
    ],
    [
      withQuery(paths.changeCredentials, { kind: 'lift', whole: 'page' }),
      { reason: 'It is not on hold.' },
    ],
  ]

  it('is open to everyone after a form was sent, where that leads to a page of its own', async () => {
    const context = await stage.enter('manager', narrow)
    const page = await context.newPage()
    const faults: string[] = []
    for (const [form, fields] of sent())
      for (const language of languages) {
        await page.goto(stage.site.url + language + form)
        const before = await page.textContent('h1')
        for (const [name, value] of Object.entries(fields))
          await page.fill(`main [name=${name}]`, value)
        await Promise.all([page.waitForEvent('load'), page.click('main form[method=post] button')])
        const heading = await page.textContent('h1')
        if (heading === before) faults.push(`${form} leads nowhere`)
        for (const theme of themes) {
          const found = await faultsIn(page, theme, theme === 'dark')
          faults.push(...found.map((fault) => `${language}${form} ${theme}: ${fault}`))
        }
      }
    await context.close()

    expect(faults.slice(0, 20)).to.deep.equal([])
  })

  it('says of every English name of the catalog that it is English, on Spanish pages', async () => {
    const { app } = stage.site
    for (const looker of lookers) {
      const account = { email: `${looker}@example.org`, password: demoPassword }
      const person = looker === '' ? visitor(app) : await signIn(app, account)
      for (const { path, status } of visitsOf[looker](things)) {
        const place = `${looker} ${path}`
        if (status !== undefined || unmarked.has(place)) continue
        const { text } = await person.get(path === '/' ? '/es' : `/es${path}`)
        unmarked.set(place, unmarkedEnglish(text, catalog))
      }
    }
    const faults = [...unmarked].flatMap(([place, names]) =>
      names.map((name) => `${place}: ${name}`),
    )

    expect(unmarked.size).to.be.greaterThan(150)
    expect(faults.slice(0, 20)).to.deep.equal([])
  })

  it('is in the table of visits, or has no page to look at', () => {
    const visited = (lookers as readonly Looker[]).flatMap((looker) =>
      visitsOf[looker](things).map(({ route }) => route),
    )
    const known = new Set([...visited, ...Object.keys(withoutPage)])
    const pages = declaredRoutes.filter(
      ({ method, path }) => method === 'get' && !path.startsWith('/api/'),
    )
    const all = new Set(pages.map(({ path }) => path))

    expect([...all].filter((path) => !known.has(path))).to.deep.equal([])
    expect([...known].filter((path) => path && !all.has(path))).to.deep.equal([])
  })
})
