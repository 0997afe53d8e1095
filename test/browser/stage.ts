import type { Browser, BrowserContext } from 'playwright-core'
import { paths } from '../../src/http/paths.js'
import { demoPassword } from '../../src/seeding/demo-people.js'
import { launchBrowser } from '../support/chromium.js'
import { press, type } from '../support/keyboard.js'
import { openSite, type Site } from '../support/site.js'

/** The demonstration in a real browser. */
export interface Stage {
  readonly site: Site
  readonly browser: Browser
  /** A browser of its own in which this demonstration person signed in by keyboard; the public when nobody is named. */
  enter(who: string, size: { width: number; height: number }): Promise<BrowserContext>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const site = await openSite()
  const browser = await launchBrowser()
  return {
    site,
    browser,
    enter: async (who, viewport) => {
      const context = await browser.newContext({ viewport })
      if (!who) return context
      const page = await context.newPage()
      await page.goto(site.url + paths.signIn)
      await type(page, page.locator('input[name=email]'), `${who}@example.org`)
      await type(page, page.locator('input[name=password]'), demoPassword)
      await press(page, page.locator('main button[type=submit]'))
      await page.close()
      return context
    },
    close: async () => {
      await browser.close()
      await site.close()
    },
  }
}
