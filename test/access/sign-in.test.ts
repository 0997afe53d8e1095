import { expect } from 'chai'
import { load } from 'cheerio'
import supertest from 'supertest'
import { saveState } from '../../src/access/account-change-store.js'
import { paths } from '../../src/http/paths.js'
import {
  aChange,
  anAccount,
  credentials,
  keep,
  keepProgram,
  password,
} from '../support/build-access.js'
import { testApp, type TestApp } from '../support/app.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor } from '../support/person.js'

const ada = anAccount('Ada Ortiz', 'learner')

describe('signing in', () => {
  let world: TestApp

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    world = testApp({ TRUST_PROXY: '1' })
  })

  it('opens the pages of a person and signing out closes them', async () => {
    const person = await signIn(world.app, credentials(ada))
    expect((await person.get(paths.settings)).status).to.equal(200)

    const left = await person.submit(paths.signOut, {})

    expect(left.status).to.equal(303)
    expect((await person.get(paths.settings)).headers['location']).to.contain(paths.signIn)
  })

  it('leads back to the page that asked for it, in the same language', async () => {
    const person = visitor(world.app)
    const sent = await person.get(`/es${paths.settings}`)
    expect(sent.headers['location']).to.equal(`/es/sign-in?returnTo=%2Fes%2Fsettings`)

    const shown = await person.read(sent.headers['location']!)
    const returnTo = shown('input[name=returnTo]').attr('value') ?? ''
    const answer = await person.submit('/es/sign-in', { ...credentials(ada), returnTo })

    expect(answer.headers['location']).to.equal('/es/settings')
  })

  it('never leads to another site', async () => {
    const answer = await visitor(world.app).submit(paths.signIn, {
      ...credentials(ada),
      returnTo: '//evil.example/home',
    })

    expect(answer.headers['location']).to.equal(paths.home)
  })

  it('takes the e-mail in any case and with spaces', async () => {
    const answer = await visitor(world.app).submit(paths.signIn, {
      email: '  Ada.Ortiz@EXAMPLE.org ',
      password,
    })

    expect(answer.status).to.equal(303)
  })

  it('starts a session under a new id, so a planted one is worthless', async () => {
    const browser = supertest.agent(world.app)
    const form = await browser.get(paths.signIn)
    const planted = form.headers['set-cookie']![0]!.split(';')[0]!
    const token = load(form.text)('input[name=_csrf]').attr('value')

    await browser
      .post(paths.signIn)
      .type('form')
      .send({ ...credentials(ada), _csrf: token })
      .expect(303)

    const withPlanted = await supertest(world.app).get(paths.settings).set('Cookie', planted)
    expect(withPlanted.status).to.equal(303)
    expect((await browser.get(paths.settings)).status).to.equal(200)
  })

  it('says the same of a wrong password and an unknown e-mail, and keeps no password in the page', async () => {
    const wrong = await visitor(world.app).submit(paths.signIn, {
      email: ada.email,
      password: 'not this one',
    })
    const unknown = await visitor(world.app).submit(paths.signIn, {
      email: 'nobody@example.org',
      password: 'not this one',
    })

    const said = (html: string) => load(html)('.error-summary').text().replace(/\s+/g, ' ')
    expect([wrong.status, unknown.status]).to.deep.equal([422, 422])
    expect(said(wrong.text)).to.contain('do not match').and.equal(said(unknown.text))
    expect(wrong.text).to.not.contain('not this one')
    expect(load(wrong.text)('#field-email').attr('value')).to.equal(ada.email)
  })

  it('takes as long for an unknown e-mail as for a wrong password', async () => {
    const guess = async (email: string) => {
      const started = performance.now()
      await supertest(world.app)
        .post('/api/v1/tokens')
        .set('X-Forwarded-For', `192.0.2.${String(Math.floor(started) % 250)}`)
        .send({ email, password: 'not this one' })
      return performance.now() - started
    }
    const fastest = async (email: (round: number) => string) => {
      const times: number[] = []
      for (let round = 0; round < 4; round += 1) times.push(await guess(email(round)))
      return Math.min(...times)
    }
    await guess(ada.email)

    const known = await fastest(() => ada.email)
    const unknown = await fastest((round) => `nobody${String(round)}@example.org`)

    expect(unknown / known).to.be.within(0.4, 2.5)
  })

  it('refuses operators and lists in place of text', async () => {
    const wrong = [
      { email: { $ne: null }, password: { $ne: null } },
      { email: { $gt: '' }, password },
      { email: [ada.email], password },
      { email: ada.email, password: { $regex: '.*' } },
      { email: ada.email, password, admin: true },
    ]
    for (const body of wrong) {
      const answer = await supertest(world.app).post('/api/v1/tokens').send(body)
      expect(answer.status, JSON.stringify(body)).to.equal(422)
    }
    const person = visitor(world.app)
    const byForm = await person.submit(paths.signIn, {
      'email[$ne]': '',
      'password[$ne]': '',
    })
    expect(byForm.status).to.equal(422)
  })

  it('refuses a form without its CSRF token', async () => {
    const answer = await supertest(world.app).post(paths.signIn).type('form').send(credentials(ada))

    expect(answer.status).to.equal(403)
  })

  it('tells the owner of a closed account so, but only with the right password', async () => {
    const person = await signIn(world.app, credentials(ada))
    await saveState(ada.id, 'deactivated', aChange('closed'))

    const right = await visitor(world.app).submit(paths.signIn, credentials(ada))
    const wrong = await visitor(world.app).submit(paths.signIn, {
      email: ada.email,
      password: 'wrong one',
    })

    expect(right.status).to.equal(409)
    expect(right.text).to.contain('This account is closed')
    expect(wrong.text).to.not.contain('This account is closed')
    expect((await person.get(paths.settings)).status).to.equal(303)
  })
})

describe('guessing passwords', () => {
  let world: TestApp
  const token = (from: string, email: string, guess: string) =>
    supertest(world.app)
      .post('/api/v1/tokens')
      .set('X-Forwarded-For', from)
      .send({ email, password: guess })

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    world = testApp({ TRUST_PROXY: '1' })
  })

  it('has to wait after five wrong guesses, and says how long', async () => {
    for (let guess = 1; guess <= 6; guess += 1) {
      expect((await token('192.0.2.1', ada.email, 'wrong one')).status).to.equal(401)
    }

    const seventh = await token('192.0.2.1', ada.email, password)

    expect(seventh.status).to.equal(429)
    expect(Number(seventh.headers['retry-after'])).to.be.within(1, 5)
    expect(seventh.headers['content-type']).to.contain('application/problem+json')
  })

  it('does not lock the honest person out at another place', async () => {
    for (let guess = 1; guess <= 8; guess += 1) await token('192.0.2.1', ada.email, 'wrong one')

    expect((await token('198.51.100.7', ada.email, password)).status).to.equal(200)
    expect((await token('192.0.2.1', ada.email, password)).status).to.equal(429)
  })

  it('cannot slip through by guessing in parallel', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => token('192.0.2.1', ada.email, 'wrong one')),
    )

    const checked = answers.filter((answer) => answer.status === 401).length
    expect(checked).to.be.at.most(7)
  })

  it('waits for unknown e-mails too', async () => {
    for (let guess = 1; guess <= 6; guess += 1)
      await token('192.0.2.1', 'nobody@example.org', 'wrong')

    expect((await token('192.0.2.1', 'nobody@example.org', 'wrong')).status).to.equal(429)
  })

  it('forgets wrong guesses once the right person signed in', async () => {
    for (let guess = 1; guess <= 5; guess += 1) await token('192.0.2.1', ada.email, 'wrong one')
    await token('192.0.2.1', ada.email, password).expect(200)

    for (let guess = 1; guess <= 5; guess += 1) {
      expect((await token('192.0.2.1', ada.email, 'wrong one')).status).to.equal(401)
    }
  })

  it('slows one place that tries many people', async () => {
    const statuses = new Set<number>()
    for (let guess = 1; guess <= 70; guess += 1) {
      statuses.add(
        (await token('192.0.2.1', `person${String(guess)}@example.org`, 'wrong one')).status,
      )
    }

    expect([...statuses]).to.have.members([401, 429])
    expect((await token('198.51.100.7', ada.email, password)).status).to.equal(200)
  })
})
