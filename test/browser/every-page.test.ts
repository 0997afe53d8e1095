import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { declaredRoutes } from '../../src/http/route.js'
import { axeViolations, sticksOut } from '../support/chromium.js'
import { makeThings, type Things } from './site-things.js'
import { openStage, type Stage } from './stage.js'
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

  async function open(page: Page, language: string, { path, status = 200 }: Visit) {
    const answer = await page.goto(
      stage.site.url + (path === '/' ? language || '/' : language + path),
    )
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

  async function faultsOf(page: Page, visit: Visit, turn: number): Promise<string[]> {
    const faults: string[] = []
    const [first = '', other = ''] = turn % 2 === 0 ? languages : [...languages].reverse()
    const inTurn = themes[Math.floor(turn / 2) % 2] ?? 'light'
    const look = async (language: string, theme: Theme, isSecond: boolean) => {
      const place = `${language}${visit.path} ${theme}`
      faults.push(...(await faultsIn(page, theme, isSecond)).map((fault) => `${place}: ${fault}`))
    }
    const opened = async (language: string) => {
      const answers = await open(page, language, visit)
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
        faults.push(...(await faultsOf(page, visit, turn)))
      await context.close()

      expect(faults.slice(0, 20)).to.deep.equal([])
    })
  }

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
