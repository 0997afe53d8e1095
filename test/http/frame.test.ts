import { expect } from 'chai'
import type { CheerioAPI } from 'cheerio'
import { testApp, type TestApp } from '../support/app.js'
import { aProgram, anAccount, anOrganization, credentials, keep } from '../support/build-access.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { saveProgram } from '../../src/communities/program-store.js'
import { aCenter, keepCenters } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor } from '../support/person.js'

const linksIn = (page: CheerioAPI, part: string): string[] =>
  page(`${part} a[href^="/"]`)
    .map((_, link) => page(link).attr('href'))
    .get()
    .filter((href) => !href.includes('/theme?'))

const currentIn = (page: CheerioAPI): string[] =>
  page('#site-nav [aria-current]')
    .map((_, link) => page(link).text())
    .get()

describe('the frame of every page', () => {
  let app: TestApp['app']

  before(async () => {
    app = testApp().app
    await emptyDatabase()
    await saveOrganization(anOrganization('board'))
    await keepCenters(aCenter('worksource'))
    await saveProgram(aProgram())
    await keep(
      anAccount('Lena Ortiz', 'learner'),
      anAccount('Stan Whitaker', 'staff', 'worksource'),
      anAccount('Mara Lindqvist', 'manager'),
    )
  })

  it('leads a visitor only to pages that are there, in both languages', async () => {
    const person = visitor(app)
    for (const start of ['/', '/es']) {
      const page = await person.read(start)
      const links = new Set([...linksIn(page, 'header'), ...linksIn(page, 'footer')])

      const answers = await Promise.all(
        [...links].map(async (href) => `${String((await person.get(href)).status)} ${href}`),
      )

      expect(links.size).to.be.greaterThan(8)
      expect(answers.filter((answer) => !answer.startsWith('200'))).to.deep.equal([])
    }
  })

  for (const name of ['Lena Ortiz', 'Stan Whitaker', 'Mara Lindqvist']) {
    it(`leads ${name} only to pages that are there`, async () => {
      const person = await signIn(app, credentials(anAccount(name, 'learner')))
      const page = await person.read('/help')
      const links = [...new Set(linksIn(page, 'header'))]

      const answers = await Promise.all(
        links.map(async (href) => `${String((await person.get(href)).status)} ${href}`),
      )

      expect(answers.filter((answer) => !/^(200|303)/.test(answer))).to.deep.equal([])
    })
  }

  it('marks one place in the navigation, the nearest', async () => {
    const person = await signIn(app, credentials(anAccount('Stan Whitaker', 'staff')))

    const at = await Promise.all(
      ['/staff', '/staff/ready', '/help'].map(async (path) => currentIn(await person.read(path))),
    )

    expect(at).to.deep.equal([['Today'], ['Job-ready people'], []])
  })
})
