import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { ChainData } from '../../src/sharing/chain.js'
import { testApp } from '../support/app.js'
import {
  chainFile,
  dataText,
  flipped,
  keepChainWorld,
  withData,
  withText,
} from '../support/build-chain.js'
import { axeViolations, launchBrowser, sticksOut } from '../support/chromium.js'
import { emptyDatabase } from '../support/database.js'

describe('the reader in a chain file, from the disk and without a network', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'waymark-chain-'))
  const file = join(folder, 'record.html')
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let html: string
  let spanish: string
  const asked: string[] = []

  before(async () => {
    await emptyDatabase()
    const world = testApp()
    await keepChainWorld(world)
    html = await chainFile(world)
    spanish = await chainFile(world, 'es')
    browser = await launchBrowser()
    context = await browser.newContext({ viewport: { width: 320, height: 700 }, offline: true })
    page = await context.newPage()
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) asked.push(request.url())
    })
  })
  after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(text: string): Promise<string> {
    writeFileSync(file, text)
    await page.goto(pathToFileURL(file).href)
    await page.waitForSelector('html[data-chain]', { state: 'attached' })
    return page.evaluate<string>('document.documentElement.dataset.chain')
  }
  const banner = () => page.locator('.banner').innerText()

  it('finds it intact, says what it can not know, and asks nobody', async () => {
    expect(await open(html)).to.equal('intact')

    expect(await banner())
      .to.contain('Intact; signer not confirmed')
      .and.to.contain('All 7 parts')
    const shown = await page.locator('main').innerText()
    for (const part of [
      'Badge: Badge html',
      'College credit: CIS 122 at The pcc',
      'Signed for The pcc by did:web:localhost%3A3000',
      'Keys',
    ])
      expect(shown).to.contain(part)
    expect((await page.locator('main code').innerText()).replace(/\s/g, '')).to.match(/^[\w-]{43}$/)
    expect(asked).to.deep.equal([])
  })

  it('is open to everyone, in both languages, lights and a narrow window', async () => {
    for (const text of [html, spanish, withText(html, flipped(dataText(html), 900))])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await open(text)
        expect([...(await axeViolations(page)), ...(await sticksOut(page))]).to.deep.equal([])
      }
    await page.emulateMedia({ colorScheme: 'light' })
    await open(spanish)
    expect(await banner()).to.contain('Íntegro; firmante sin confirmar')
  })

  it('reads as a plain summary where nothing may run', async () => {
    const quiet = await browser.newContext({ javaScriptEnabled: false, offline: true })
    const still = await quiet.newPage()
    writeFileSync(file, html)
    await still.goto(pathToFileURL(file).href)

    const text = await still.locator('main').innerText()
    expect(text).to.contain('Not checked yet').and.to.contain('Badge: Badge js')
    await quiet.close()
  })

  it('shows nothing but what is signed, whatever the summary was changed to', async () => {
    await open(html.replaceAll('Badge: Badge html', 'Badge: Master of everything'))

    expect(await page.locator('main').innerText()).not.to.contain('Master of everything')
  })

  it('catches any sign of the data that was changed', async () => {
    const text = dataText(html)
    const { links } = JSON.parse(text) as ChainData
    const ends = links.map((link) => text.indexOf(link) + link.length - 1)
    const spread = Array.from({ length: 60 }, (_, at) => Math.floor((text.length * at) / 60))
    const passed: number[] = []
    for (const at of new Set([...spread, ...ends, 44, text.length - 1]))
      if ((await open(withText(html, flipped(text, at)))) !== 'broken') passed.push(at)

    expect(passed).to.deep.equal([])
  })

  const cases: [string, (data: ChainData) => unknown, string][] = [
    [
      'a link left out',
      ({ links, ...all }) => ({ ...all, links: links.filter((_, i) => i !== 2) }),
      'part 3',
    ],
    ['the end cut off', ({ links, ...all }) => ({ ...all, links: links.slice(0, -1) }), 'part 6'],
    [
      'two links exchanged',
      ({ links, ...all }) => ({ ...all, links: [links[1], links[0]] }),
      'part 1',
    ],
    [
      'something after the end',
      ({ links, ...all }) => ({ ...all, links: [...links, links[0]] }),
      'part 8',
    ],
    [
      'a key exchanged',
      ({ keys, ...all }) => ({
        ...all,
        keys: keys.map((key) => ({ ...key, jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })),
      }),
      'A key in the file',
    ],
    [
      'a key too many',
      ({ keys, ...all }) => ({ ...all, keys: [...keys, ...keys] }),
      'A key in the file',
    ],
    ['more than it should hold', (all) => ({ ...all, more: true }), 'not shaped'],
    ['nothing', () => null, 'not shaped'],
  ]
  for (const [title, change, says] of cases)
    it(`says what is wrong with ${title}, and shows nothing after it`, async () => {
      expect(await open(withData(html, change))).to.equal('broken')
      expect(await banner()).to.contain(says)
      expect(await page.locator('main code').count()).to.equal(0)
    })
})
