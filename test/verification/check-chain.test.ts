import { expect } from 'chai'
import { load } from 'cheerio'
import supertest from 'supertest'
import { paths } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import { askVerdict } from '../support/ask-verdict.js'
import { chainFile, keepChainWorld, withText, dataText } from '../support/build-chain.js'
import { emptyDatabase } from '../support/database.js'

describe('An exported record, given to the page that checks', () => {
  let it_: TestApp
  let html: string

  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepChainWorld(it_)
    html = await chainFile(it_)
  })

  const check = async (file: string) => {
    const answer = await supertest(it_.app)
      .post(paths.verify)
      .attach('file', Buffer.from(file), 'record.html')
    return { status: answer.status, main: load(answer.text)('main').text().replace(/\s+/g, ' ') }
  }

  it('passes with every part, by whom each was signed', async () => {
    const { overall, outcomes, status } = await askVerdict(it_.app, html, { type: 'text/html' })
    const page = await check(html)

    expect([status, overall]).to.deep.equal([200, 'pass'])
    expect(outcomes).to.include({ signature: 'pass', issuerKey: 'pass', issuerTrusted: 'pass' })
    expect(page.main)
      .to.contain('This record is genuine')
      .and.to.contain('The record of Ada Lovelace')
    expect(page.main).to.contain('Signed by')
  })

  it('fails when a word was changed, and then shows none of its parts', async () => {
    const text = dataText(html)
    const at = text.indexOf('"links":["') + 400
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    const { overall, outcomes } = await askVerdict(it_.app, withText(html, changed))
    const page = await check(withText(html, changed))

    expect([overall, outcomes.parse, outcomes.status]).to.deep.equal([
      'fail',
      'pass',
      'not_checked',
    ])
    expect([outcomes.signature, outcomes.issuerKey]).to.include('fail')
    expect(page.main).to.contain('Do not rely on this').and.not.to.contain('Ada Lovelace')
  })

  it('fails when its data is no record, and reads no other page', async () => {
    const { status, overall, outcomes } = await askVerdict(it_.app, withText(html, '{}'))

    expect([status, overall, outcomes.parse]).to.deep.equal([200, 'fail', 'fail'])
    expect((await check('<!doctype html><html lang="en"></html>')).status).to.equal(422)
  })
})
