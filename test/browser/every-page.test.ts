import { expect } from 'chai'
import type { Browser, BrowserContext } from 'playwright-core'
import { demoPassword } from '../../src/seeding/demo-people.js'
import { axeViolations, launchBrowser, sticksOut } from '../support/chromium.js'
import { openSite, type Site } from '../support/site.js'

type Combination = readonly ['' | '/es', 'light' | 'dark']

const combinations: readonly Combination[] = [
  ['', 'light'],
  ['/es', 'dark'],
  ['/es', 'light'],
  ['', 'dark'],
]

/** Start pages and forms are looked at in every combination, the others in one each, in turn. */
const pages: Readonly<Record<string, { each: readonly string[]; inTurn: readonly string[] }>> = {
  '': {
    each: ['/', '/sign-in', '/register', '/forgot-password'],
    inTurn: [
      '/tracks',
      '/tracks/front-end-web-development',
      '/badges',
      '/badges/first-badge',
      '/crosswalk',
      '/centers',
      '/developers',
      '/help',
      '/privacy',
      '/accessibility',
      '/program-agreement',
      '/register/organization',
      '/no-such-page',
    ],
  },
  learner: {
    each: ['/home', '/evidence/new', '/profile', '/consents/new?purpose=credit', '/settings'],
    inTurn: [
      '/record',
      '/readiness',
      '/credit',
      '/consents',
      '/consents/reads',
      '/referrals',
      '/my-mentors',
      '/settings/password',
      '/sign-out',
    ],
  },
  mentor: { each: ['/mentor'], inTurn: ['/mentor/capacity'] },
  staff: { each: ['/staff'], inTurn: ['/staff/ready', '/staff/referrals'] },
  college: { each: ['/college'], inTurn: ['/college/agreements'] },
  employer: { each: ['/employer'], inTurn: [] },
  provider: {
    each: ['/provider', '/provider/rosters/new', '/provider/attest'],
    inTurn: ['/provider/webhook'],
  },
  manager: {
    each: ['/manager', '/people/invite'],
    inTurn: ['/people', '/organizations', '/messages', '/people/invitations'],
  },
}

describe('every page', function () {
  this.timeout(300_000)
  let site: Site
  let browser: Browser

  before(async () => {
    site = await openSite()
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await site.close()
  })

  async function contextOf(who: string): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 320, height: 700 } })
    if (!who) return context
    const page = await context.newPage()
    await page.goto(`${site.url}/sign-in`)
    await page.fill('input[name=email]', `${who}@example.org`)
    await page.fill('input[name=password]', demoPassword)
    await Promise.all([page.waitForEvent('load'), page.press('input[name=password]', 'Enter')])
    await page.close()
    return context
  }

  async function faultsOf(context: BrowserContext, path: string, [language, theme]: Combination) {
    await context.addCookies([{ name: 'theme', value: theme, url: site.url }])
    const page = await context.newPage()
    const answer = await page.goto(`${site.url}${language}${language && path === '/' ? '' : path}`)
    const faults = [...(await axeViolations(page)), ...(await sticksOut(page))]
    const status = answer?.status() ?? 0
    const expected = path === '/no-such-page' ? 404 : 200
    await page.close()
    return [...(status === expected ? [] : [`answered ${String(status)}`]), ...faults].map(
      (fault) => `${language}${path} ${theme}: ${fault}`,
    )
  }

  for (const [who, { each, inTurn }] of Object.entries(pages)) {
    it(`is open to everyone's hands and eyes: ${who || 'the public'}`, async () => {
      const context = await contextOf(who)
      const faults: string[] = []
      for (const path of each)
        for (const combination of combinations)
          faults.push(...(await faultsOf(context, path, combination)))
      for (const [at, path] of inTurn.entries()) {
        const combination = combinations[at % combinations.length] ?? ['', 'light']
        faults.push(...(await faultsOf(context, path, combination)))
      }
      await context.close()

      expect(faults.slice(0, 20)).to.deep.equal([])
    })
  }
})
