import { expect } from 'chai'
import { paths } from '../../src/http/paths.js'
import { axeViolations, sticksOut } from '../support/chromium.js'
import { aJwks } from '../support/build-issuers.js'
import { openStage, type Stage } from './stage.js'

/** A badge of version 2 with long ids and everything that the verdict can show of it. */
const badge = JSON.stringify({
  '@context': 'https://w3id.org/openbadges/v2',
  type: 'Assertion',
  id: `https://school.example.org/assertions/${'a'.repeat(120)}`,
  recipient: { type: 'email', hashed: false, identity: 'ada@example.org' },
  badge: {
    type: 'BadgeClass',
    id: `https://school.example.org/badges/${'b'.repeat(120)}`,
    name: 'SAFe® — Ünï',
    description: 'What it shows.',
    criteria: {
      id: `https://school.example.org/${'c'.repeat(120)}`,
      narrative: 'Finish the course.',
    },
    issuer: { id: `https://school.example.org/issuers/${'d'.repeat(120)}`, name: 'A school' },
  },
  evidence: [{ id: 'https://example.org/work', narrative: 'A page I built.' }],
  verification: { type: 'HostedBadge' },
  issuedOn: '2015-01-02T00:00:00Z',
})

describe('checking a badge on a phone', function () {
  this.timeout(120_000)
  let stage: Stage
  before(async () => {
    stage = await openStage()
  })
  after(() => stage.close())

  for (const [language, words] of [
    ['', 'Read, but not proven'],
    ['/es', 'Leída, pero no demostrada'],
  ] as const)
    it(`shows a verdict that everybody can read: ${words}`, async () => {
      const context = await stage.enter('', { width: 320, height: 700 })
      const page = await context.newPage()
      await page.goto(`${stage.site.url}${language}${paths.verify}`)
      await page.fill('textarea[name=text]', badge)
      await Promise.all([page.waitForEvent('load'), page.click('main button[type=submit]')])

      expect(await page.textContent('main')).to.contain(words)
      expect([...(await axeViolations(page)), ...(await sticksOut(page))]).to.deep.equal([])
      await context.close()
    })

  for (const [language, words] of [
    ['', 'Compare before you trust'],
    ['/es', 'Compare antes de confiar'],
  ] as const)
    it(`shows the keys of an issuer to compare: ${words}`, async () => {
      const context = await stage.enter('manager', { width: 320, height: 700 })
      const page = await context.newPage()
      await page.goto(`${stage.site.url}${language}${paths.newTrustedIssuer}`)
      await page.fill('input[name=issuerId]', `did:web:school.example.org:${'e'.repeat(120)}`)
      await page.fill('input[name=name]', 'A school')
      await page.fill('textarea[name=document]', JSON.stringify(aJwks('k'.repeat(100))))
      await Promise.all([page.waitForEvent('load'), page.click('main button[type=submit]')])

      expect(await page.textContent('main')).to.contain(words)
      expect([...(await axeViolations(page)), ...(await sticksOut(page))]).to.deep.equal([])
      await context.close()
    })
})
