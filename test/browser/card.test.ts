import { expect } from 'chai'
import { paths } from '../../src/http/paths.js'
import { axeViolations, sticksOut } from '../support/chromium.js'
import { press, tabTo, type } from '../support/keyboard.js'
import { openStage, type Stage } from './stage.js'

describe('a printed card', function () {
  this.timeout(120_000)
  let stage: Stage
  before(async () => {
    stage = await openStage()
  })
  after(() => stage.close())

  for (const [language, done] of [
    ['', 'This computer is clear'],
    ['/es', 'Esta computadora quedó limpia'],
  ] as const)
    it(`goes from paper to a public computer by keyboard, and leaves it clear: ${done}`, async () => {
      const home = await stage.enter('ready', { width: 320, height: 700 })
      const printing = await home.newPage()
      await printing.goto(`${stage.site.url}${language}${paths.myCard}`)
      await press(printing, printing.locator(`form[action$="${paths.myCard}"] button`))
      const code = (await printing.textContent('.status-card__code')) ?? ''
      expect([...(await axeViolations(printing)), ...(await sticksOut(printing))]).to.deep.equal([])
      await printing.setViewportSize({ width: 816, height: 1056 })
      const paper = (await printing.pdf({ format: 'Letter' })).toString('latin1')
      await home.close()

      const library = await stage.browser.newContext({ viewport: { width: 320, height: 700 } })
      const page = await library.newPage()
      await page.goto(`${stage.site.url}${language}${paths.card}`)
      await type(page, page.locator('input[name=code]'), code.toLowerCase())
      await press(page, page.locator('main form button[type=submit]'))
      expect(page.url()).to.contain(paths.cardStatus)
      const shown = (await page.textContent('main h1')) ?? 'no heading'
      expect([...(await axeViolations(page)), ...(await sticksOut(page))]).to.deep.equal([])
      await press(page, page.locator('.shared-bar form button'))
      expect(await page.textContent('h1')).to.contain(done)
      await page.goBack()
      const after = await page.textContent('main')
      await library.close()

      expect(paper.match(/\/Type\s*\/Page\b/g), 'one sheet of paper').to.have.length(1)
      expect(after).to.not.contain(shown)
    })

  it('warns before a shared computer signs out, and then clears by itself', async () => {
    const context = await stage.enter('', { width: 320, height: 700 })
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(`${stage.site.url}${paths.signIn}?shared=yes`)
    await type(page, page.locator('input[name=email]'), 'learner@example.org')
    await type(page, page.locator('input[name=password]'), 'waymark-demo')
    await press(page, page.locator('main button[type=submit]'))
    const warning = page.locator('.shared-bar__soon')
    expect(await warning.isVisible()).to.equal(false)

    await page.clock.fastForward('09:01')
    expect(await warning.isVisible()).to.equal(true)
    expect([...(await axeViolations(page)), ...(await sticksOut(page))]).to.deep.equal([])
    await tabTo(page, warning.locator('button'))
    await page.keyboard.press('Enter')
    expect(await warning.isVisible()).to.equal(false)
    await Promise.all([page.waitForURL(/\/clear/), page.clock.fastForward('10:01')])

    expect(await page.textContent('h1')).to.contain('This computer is clear')
    await context.close()
  })
})
