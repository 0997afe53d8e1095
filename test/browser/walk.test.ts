import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { translator } from '../../src/http/language.js'
import { demoPassword } from '../../src/seeding/demo-people.js'
import { axeViolations } from '../support/chromium.js'
import { choose, press, tabTo, type } from '../support/keyboard.js'
import { openStage, type Stage } from './stage.js'

const t = translator('en')
const profile = new URL('../providers/fixtures/real-5.json', import.meta.url)

describe('the walk from evidence to credit to a job center, by keyboard', function () {
  this.timeout(240_000)
  let stage: Stage
  let url = ''

  before(async () => {
    stage = await openStage()
    ;({ url } = stage.site)
  })
  after(() => stage.close())

  async function signedIn(who: string): Promise<Page> {
    const context = await stage.enter(who, { width: 1000, height: 800 })
    const page = await context.newPage()
    await page.goto(`${url}/home`)
    return page
  }
  const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first()
  const submit = (page: Page) => page.locator('main form.form button[type=submit]')
  const isClean = async (page: Page) => {
    expect(await axeViolations(page), page.url()).to.deep.equal([])
  }

  it('lets a learner bring a profile and see the badges it earned', async () => {
    const page = await signedIn('learner')
    await page.goto(`${url}/evidence/new`)
    await tabTo(page, page.locator('input[type=file]'))
    await page.locator('input[type=file]').setInputFiles({
      name: 'samplelearner5.json',
      mimeType: 'application/json',
      buffer: readFileSync(profile),
    })
    await press(page, submit(page))
    const said = await page.locator('main').innerText()
    await isClean(page)
    await page.context().close()

    expect(said).to.contain('144')
  })

  it('lets a ready learner consent, claim credit and ask a center', async () => {
    const page = await signedIn('ready')
    await page.goto(`${url}/credit`)
    await press(page, link(page, /Portland Community College/))
    await isClean(page)
    await type(page, page.locator('input[name=password]'), demoPassword)
    await press(page, submit(page))
    await page.goto(`${url}/credit`)
    const claim = page.getByRole('button', { name: /Portland Community College/ })
    await press(page, claim.first())
    await isClean(page)
    expect(await page.locator('main').innerText()).to.contain(t('common:status.claimed.word'))

    await page.goto(`${url}/centers?q=southeast`)
    await press(page, link(page, /WorkSource Portland Metro Southeast/))
    await press(page, link(page, t('centers:center.ask')))
    await isClean(page)
    await type(page, page.locator('input[name=password]'), demoPassword)
    await press(page, submit(page))
    await isClean(page)
    const said = await page.locator('main').innerText()
    await page.context().close()

    expect(said).to.contain(t('common:status.requested.word'))
  })

  it('lets the center see who asks, read the proof and accept', async () => {
    const page = await signedIn('staff')
    await isClean(page)
    await page.goto(`${url}/staff/referrals?state=requested`)
    await press(page, link(page, 'Rae Dawson'))
    await isClean(page)
    await press(page, page.locator('main a[href$="/answer"]').first())
    await choose(page, page.locator('fieldset'), 'accepted')
    await press(page, submit(page))
    await isClean(page)
    const said = await page.locator('main').innerText()
    await page.context().close()

    expect(said).to.contain(t('common:status.accepted.word'))
  })

  it('lets the college open the evidence and grant the credit', async () => {
    const page = await signedIn('college')
    await isClean(page)
    await press(page, page.locator('main tbody a').first())
    await isClean(page)
    await choose(page, page.locator('main fieldset').first(), 'grant')
    await press(page, submit(page))
    await isClean(page)
    const notice = await page.locator('main [role=status]').first().innerText()
    const waiting = await page.locator('main').getByText('Rae Dawson').count()
    await page.context().close()

    expect(notice).to.contain(t('claims:notice.decided'))
    expect(waiting, 'claims of hers that still wait').to.equal(0)
  })

  it('lets the mentor note a meeting', async () => {
    const page = await signedIn('mentor')
    await isClean(page)
    await press(page, link(page, 'Lena Ortiz'))
    await isClean(page)
    await press(page, page.locator('main a[href$="/meetings/new"]').first())
    await type(page, page.locator('textarea[name=note]'), 'Talked about the next step.')
    await press(page, submit(page))
    await isClean(page)
    await page.context().close()
  })

  it('shows the learner every answer, and who looked', async () => {
    const page = await signedIn('ready')
    await page.goto(`${url}/credit`)
    const credit = await page.locator('main').innerText()
    await page.goto(`${url}/referrals`)
    const referrals = await page.locator('main').innerText()
    await page.goto(`${url}/consents/reads`)
    const looks = await page.locator('main').innerText()
    await page.context().close()

    expect(credit).to.contain(t('common:status.granted.word'))
    expect(referrals).to.contain(t('common:status.accepted.word'))
    expect(looks).to.contain('Portland Community College').and.contain('Southeast')
  })
})
