import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { load } from 'cheerio'
import mongoose from 'mongoose'
import supertest from 'supertest'
import { cardOf } from '../../src/cards/card-store.js'
import { paths, to } from '../../src/http/paths.js'
import { idleMinutes } from '../../src/http/shared-session.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep, password } from '../support/build-access.js'
import { aReferral, keepConsent, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const adaId = 'learner-ada'
const codeOn = (html: string) => load(html)('.status-card__code').text()

describe('Cards over HTTP', () => {
  let it_: TestApp
  let ada: Person
  let sam: Person
  let start: Date
  let people: Awaited<ReturnType<typeof keepPeople>>

  before(async () => {
    await emptyDatabase()
    it_ = testApp({ BASE_URL: 'http://waymark.example.org', TRUST_PROXY: '1' })
    start = it_.clock.at
    people = await keepPeople()
    await keepConsent(adaId, 'north')
    await keepReferrals(aReferral('referral', adaId, 'north', { state: 'accepted' }))
    ada = await signInAs(people.ada)
    sam = await signInAs(people.sam)
  })
  afterEach(() => {
    it_.clock.at = start
  })

  const signInAs = (account: typeof people.ada) => signIn(it_.app, credentials(account))

  let lastPlace = 0
  /** Somebody at a computer of a library of its own. */
  function atLibrary(place = `198.51.100.${String(++lastPlace)}`) {
    const agent = supertest.agent(it_.app)
    return {
      agent,
      type: (code: string, language = '') =>
        agent.post(`${language}/card`).set('X-Forwarded-For', place).field('code', code),
      see: (language = '') => agent.get(`${language}/card/status`),
    }
  }

  const printed = async (fields = { called: 'Ada', days: '90' }) =>
    codeOn((await ada.submit(paths.myCard, fields)).text)

  it('prints a card with its code, its address and no code in the QR code', async () => {
    const answer = await ada.submit(paths.myCard, { called: 'Addie', days: '30' })
    const card = load(answer.text)('.status-card')

    expect(answer.status).to.equal(200)
    expect(answer.headers['cache-control']).to.equal('private, no-store')
    expect(card.text()).to.contain('Addie').and.contain('waymark.example.org/card')
    expect(codeOn(answer.text)).to.match(/^\w{4}-\w{4}-\w{4}$/)
    expect(card.find('svg.qr path').attr('d')).to.match(/^M/)
    expect(card.text()).to.contain('April 8, 2015')
    const again = await ada.read(paths.myCard)
    expect(again('main').text()).to.contain('Addie').and.not.contain(codeOn(answer.text))
  })

  it('shows the status at a public computer, and signs nobody in', async () => {
    const code = await printed()
    const library = atLibrary()

    const typed = await library.type(code.toLowerCase().replaceAll('-', ' '))
    const shown = await library.see()

    expect([typed.status, typed.headers['location']]).to.deep.equal([303, '/card/status'])
    expect(typed.headers['location']).to.not.contain(code)
    expect(shown.headers['cache-control']).to.equal('private, no-store')
    const main = load(shown.text)('main')
    expect(main.text()).to.contain('Ada, this is where you stand').and.contain('Accepted')
    expect(main.text()).to.contain('Start with one short lesson')
    expect(main.text()).to.not.contain('ada@example.org').and.not.contain(code)
    expect(main.find('a[href="/sign-in?shared=yes"]')).to.have.length(1)
    for (const path of [paths.home, paths.record, paths.myCard])
      expect((await library.agent.get(path)).headers['location']).to.contain('/sign-in')
    expect((await ada.read(paths.disclosures))('main').text()).to.contain('printed card')
  })

  it('leads on only once what the computer may see is kept', async () => {
    const code = await printed()
    const server = it_.app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const site = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    // Each write waits for one of these, no read does.
    let isOver = false
    const rows = () => Array.from({ length: 2000 }, () => ({ text: 'x'.repeat(500) }))
    const keepBusy = async () => {
      while (!isOver) await mongoose.connection.collection('ballast').insertMany(rows())
    }
    const busy = [keepBusy(), keepBusy()]
    try {
      const body = new FormData()
      body.append('code', code)
      const typed = await fetch(site + paths.card, { method: 'POST', redirect: 'manual', body })
      // Only the head of the answer need have come: a browser goes on at once.
      const [cookie = ''] = typed.headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
      const shown = await fetch(site + paths.cardStatus, {
        redirect: 'manual',
        headers: { cookie },
      })

      expect([typed.status, shown.status]).to.deep.equal([303, 200])
    } finally {
      isOver = true
      await Promise.all(busy)
      server.close()
      server.closeAllConnections()
    }
  })

  it('speaks Spanish all the way', async () => {
    const library = atLibrary()
    const typed = await library.type(await printed(), '/es')
    const shown = await library.see('/es')

    expect(typed.headers['location']).to.equal('/es/card/status')
    expect(load(shown.text)('html').attr('lang')).to.equal('es')
    expect(shown.text).to.contain('Ada, esta es su situación').and.contain('Terminé, limpiar')
  })

  it('gives one and the same page for codes that do not work, without what was typed', async () => {
    const stopped = await printed()
    await ada.submit(paths.myCard, {}, paths.stopMyCard)
    const answers = []
    for (const code of [stopped, 'CCCC-CCCC-CCCC']) answers.push(await atLibrary().type(code))

    expect(answers.map(({ status }) => status)).to.deep.equal([422, 422])
    expect(answers[0]?.text).to.equal(answers[1]?.text)
    expect(answers[0]?.text).to.not.contain(stopped)
  })

  it('tells a typing error from a card that does not work', async () => {
    const answer = await atLibrary().type('CCCC-CCCC-CCCF')

    expect(answer.status).to.equal(422)
    expect(load(answer.text)('#field-code-error').text()).to.contain('typing error')
  })

  it('has a guesser wait, and says how long', async () => {
    const library = atLibrary()
    const statuses = []
    for (let tries = 0; tries < 7; tries += 1)
      statuses.push((await library.type('CCCC-CCCC-CCCC')).status)
    const last = await library.type('CCCC-CCCC-CCCC')

    expect(statuses.slice(0, 5)).to.deep.equal([422, 422, 422, 422, 422])
    expect(last.status).to.equal(429)
    expect(Number(last.headers['retry-after'])).to.be.greaterThan(0)
  })

  it('forgets the look when the person is done, with the session over too', async () => {
    const library = atLibrary()
    await library.type(await printed())
    const done = await library.agent.post(paths.clearComputer).field('x', '')

    expect([done.status, done.headers['location']]).to.deep.equal([303, '/clear'])
    expect(done.headers['clear-site-data']).to.equal('"cache", "storage"')
    expect(String(done.headers['set-cookie'])).to.contain('waymark.sid=;')
    expect((await library.see()).headers['location']).to.equal('/card')
    expect((await library.agent.post(paths.clearComputer).field('x', '')).status).to.equal(303)
  })

  it('forgets the look by itself after a while', async () => {
    const library = atLibrary()
    await library.type(await printed())
    it_.clock.at = new Date(start.getTime() + idleMinutes * 60_000)
    const later = await library.see()

    expect(later.headers['location']).to.contain('/clear?notice=access%3Anotice.idle')
    expect((await library.see()).headers['location']).to.equal('/card')
  })

  it('has staff print for who consented, and tells others why not', async () => {
    const path = to(paths.learnerCard, { id: adaId })
    const made = await sam.submit(path, { called: '', days: '90' })

    expect(made.status).to.equal(200)
    expect(load(made.text)('.status-card__name')).to.have.length(0)
    expect((await sam.read(to(paths.staffLearner, { id: adaId })))('main').text()).to.contain(
      'Print a card',
    )
    const tom = await signInAs(people.tom)
    expect((await tom.get(path)).status).to.equal(403)
    expect((await ada.read(paths.myCard))('main').text()).to.contain('by Sam of Center north')
  })

  it('has staff of two centers print for the one they sit at, or the one that may', async () => {
    await keepConsent('learner-ben', 'south')
    const at = (organizationId: string) =>
      ({ role: 'staff', organizationId, communityId: community }) as const
    const account = anAccount('Zoe', 'staff', 'north', { roles: [at('north'), at('south')] })
    await keep(account)
    const zoe = await signIn(it_.app, credentials(account))
    const person = `${to(paths.staffLearner, { id: 'learner-ben' })}?center=south`
    const link = (await zoe.read(person))('main a[href*="/card"]').attr('href') ?? ''

    expect((await zoe.submit(link, { called: '', days: '30' })).status).to.equal(200)
    expect((await cardOf('learner-ben'))?.center?.id).to.equal('south')
    const byApi = (center?: string) => zoe.api('post', '/learners/learner-ben/card', { center })
    expect((await byApi()).status).to.equal(201)
    expect((await byApi('north')).status).to.equal(403)
    expect((await byApi('elsewhere')).status).to.equal(403)
    await keepConsent('learner-ben', 'north')
    expect((await zoe.submit(link, { called: '', days: '30' })).status).to.equal(200)
    expect((await cardOf('learner-ben'))?.center?.id).to.equal('south')
  })

  it('says the same to machines', async () => {
    const made = await ada.api('post', '/me/card', { called: 'Ada', days: 30 })
    const { code, address, expiresOn } = made.body as Record<string, string>
    const status = await supertest(it_.app)
      .post('/api/v1/card-status')
      .set('X-Forwarded-For', '198.51.100.200')
      .send({ code })

    expect([made.status, address, expiresOn]).to.deep.equal([
      201,
      'http://waymark.example.org/card',
      '2015-04-08',
    ])
    expect(status.status).to.equal(200)
    expect(status.body).to.include({ called: 'Ada', ready: false, appointment: null })
    expect(status.body).to.have.nested.property('referrals[0].state', 'accepted')
    expect((await ada.api('delete', '/me/card')).status).to.equal(204)
    expect((await ada.api('get', '/me/card')).body).to.include({ state: 'stopped' })
    expect((await ada.api('post', '/me/card', { days: 31 })).status).to.equal(422)
    expect((await sam.api('post', `/learners/${adaId}/card`, {})).status).to.equal(201)
  })

  describe('on a shared computer', () => {
    async function atSharedComputer() {
      const agent = supertest.agent(it_.app)
      const send = async (path: string, fields: Record<string, string>) => {
        const form = load((await agent.get(path)).text)
        const token = form('input[name=_csrf]').first().attr('value') ?? ''
        return agent
          .post(path)
          .type('form')
          .send({ ...fields, _csrf: token })
      }
      const { email } = people.ada
      const signedIn = await send(paths.signIn, { email, password, shared: 'yes' })
      return { agent, send, signedIn }
    }

    it('keeps a short session and shows the button on each page', async () => {
      const { agent, signedIn } = await atSharedComputer()
      const home = load((await agent.get(paths.home)).text)

      expect(String(signedIn.headers['set-cookie'])).to.match(/waymark\.sid=[^;]+;.*Expires=/)
      expect(home('.shared-bar button').first().text()).to.contain('clear this computer')
      expect(home('.shared-bar form').attr('data-idle')).to.equal('600')
    })

    it('fills in no form from memory and keeps no theme', async () => {
      const { agent } = await atSharedComputer()
      const profile = load((await agent.get(paths.profile)).text)
      const theme = await agent.get(`${paths.theme}?to=dark&back=/home`)

      expect(profile('input[name=phone]').attr('autocomplete')).to.equal('off')
      expect(String(theme.headers['set-cookie']))
        .to.contain('theme=dark')
        .and.not.contain('Max-Age')
    })

    it('stays signed in while it is used, and ends after the idle time', async () => {
      const { agent } = await atSharedComputer()
      for (const minutes of [9, 18, 27]) {
        it_.clock.at = new Date(start.getTime() + minutes * 60_000)
        expect((await agent.get(paths.home)).status).to.equal(200)
      }
      it_.clock.at = new Date(start.getTime() + 37 * 60_000)
      const after = await agent.get(paths.home)

      expect(after.headers['location']).to.contain('/clear?notice=')
      expect((await agent.get(paths.home)).headers['location']).to.contain('/sign-in')
    })

    it('stays shared through a new password, and clears at sign-out', async () => {
      const { agent, send } = await atSharedComputer()
      const other = `${password} more`
      await send(paths.changePassword, { currentPassword: password, password: other })
      const settings = load((await agent.get(paths.settings)).text)
      await send(paths.changePassword, { currentPassword: other, password })
      const out = await send(paths.signOut, {})

      expect(settings('.shared-bar')).to.have.length(1)
      expect(out.headers['location']).to.equal('/clear')
    })

    it('is asked for after looking with a card', async () => {
      const asked = load((await supertest(it_.app).get('/sign-in?shared=yes')).text)

      expect(asked('input[name=shared]').attr('checked')).to.not.equal(undefined)
      expect(
        load((await supertest(it_.app).get('/sign-in')).text)('input[checked]'),
      ).to.have.length(0)
    })
  })

  it('signs out everywhere', async () => {
    const [here, there] = [await signInAs(people.ada), await signInAs(people.ada)]
    const out = await here.submit(paths.signOutEverywhere, {})

    expect(out.headers['location']).to.contain('/sign-in?notice=')
    for (const person of [here, there])
      expect((await person.get(paths.home)).headers['location']).to.contain('/sign-in')
  })
})
