import { expect } from 'chai'
import mongoose from 'mongoose'
import { findAccount } from '../../src/access/account-store.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { paths } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, keepProgram, password } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { linkTo, mailsTo } from '../support/mail.js'
import { signIn, visitor } from '../support/person.js'

const ada = anAccount('Ada Ortiz', 'learner')
const next = 'other words in a row'

describe('choosing a new password', () => {
  let world: TestApp
  const ask = (email: string) => visitor(world.app).submit(paths.forgotPassword, { email })
  const choose = (link: string, chosen = next) =>
    visitor(world.app).submit(link, { password: chosen })

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    world = testApp()
  })

  it('works by the link in the mail, and tells the person that it was done', async () => {
    await ask(ada.email)
    const answer = await choose(await linkTo(world, ada.email))

    expect(answer.headers['location']).to.contain(paths.signIn)
    await signIn(world.app, { email: ada.email, password: next })
    const subjects = (await mailsTo(world, ada.email)).map((mail) => mail.subject)
    expect(subjects.at(-1)).to.equal('Your Waymark password was changed')
    const old = await visitor(world.app).submit(paths.signIn, credentials(ada))
    expect(old.status).to.equal(422)
  })

  it('ends every session and every token', async () => {
    const person = await signIn(world.app, credentials(ada))
    expect((await person.api('get', '/me')).status).to.equal(200)

    await ask(ada.email)
    await choose(await linkTo(world, ada.email))

    expect((await person.get(paths.settings)).status).to.equal(303)
    expect((await person.api('get', '/me')).status).to.equal(401)
  })

  it('answers an unknown address the same, and mails nobody', async () => {
    const known = await ask(ada.email)
    const unknown = await ask('nobody@example.org')

    expect(unknown.status).to.equal(known.status)
    expect(unknown.headers['location']).to.equal(known.headers['location'])
    expect(await mailsTo(world, 'nobody@example.org')).to.deep.equal([])
  })

  it('takes as long for an unknown address', async () => {
    const time = async (email: string) => {
      const started = performance.now()
      await ask(email)
      return performance.now() - started
    }
    await time('warm@example.org')
    const unknown = Math.min(await time('a@example.org'), await time('b@example.org'))
    const known = Math.min(await time(ada.email), await time(ada.email))

    expect(known / unknown).to.be.within(0.4, 2.5)
  })

  it('works once: of ten simultaneous uses of a link one wins', async () => {
    await ask(ada.email)
    const link = await linkTo(world, ada.email)
    const chosen = Array.from({ length: 10 }, (_, at) => `words of person ${String(at)}`)

    const answers = await Promise.all(chosen.map((one) => choose(link, one)))

    const won = answers.flatMap((answer, at) => (answer.status === 303 ? [chosen[at]!] : []))
    expect(won).to.have.length(1)
    await signIn(world.app, { email: ada.email, password: won[0]! })
    expect((await visitor(world.app).get(link)).status).to.equal(409)
  })

  it('works for an hour', async () => {
    await ask(ada.email)
    const link = await linkTo(world, ada.email)
    world.clock.at = new Date('2015-03-09T20:00:01Z')

    expect((await visitor(world.app).get(link)).status).to.equal(409)
  })

  it('works by the newest link only', async () => {
    await ask(ada.email)
    const older = await linkTo(world, ada.email)
    await ask(ada.email)

    expect((await visitor(world.app).get(older)).status).to.equal(409)
    expect((await choose(await linkTo(world, ada.email))).status).to.equal(303)
  })

  it('refuses a link with another account, another token or marks in it', async () => {
    const bert = anAccount('Bert Diaz', 'learner')
    await keep(bert)
    await ask(ada.email)
    const link = await linkTo(world, ada.email)

    expect((await visitor(world.app).get(link.replace(ada.id, bert.id))).status).to.equal(409)
    expect((await visitor(world.app).get(`${link.slice(0, -1)}_`)).status).to.equal(409)
    expect((await visitor(world.app).get(`${link}x`)).status).to.equal(404)
    expect((await visitor(world.app).get('/reset-password/[$ne]/[$ne]')).status).to.equal(404)
  })

  it('leaves nothing in the database from which the link could be made', async () => {
    await ask(ada.email)
    const link = await linkTo(world, ada.email)
    const token = link.split('/').at(-1)!

    const collections = (await mongoose.connection.db?.collections()) ?? []
    for (const collection of collections) {
      const everything = JSON.stringify(await collection.find().toArray())
      expect(everything, collection.collectionName).to.not.contain(token)
    }
  })

  it('does not flood a mailbox', async () => {
    const statuses: number[] = []
    for (let round = 0; round < 6; round += 1) statuses.push((await ask(ada.email)).status)

    expect(statuses.slice(0, 5)).to.deep.equal([303, 303, 303, 303, 303])
    expect(statuses.at(-1)).to.equal(429)
    expect((await mailsTo(world, ada.email)).length).to.equal(5)
  })
})

describe('changing the own password', () => {
  let world: TestApp

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    world = testApp()
  })

  it('keeps this session and ends the others', async () => {
    const here = await signIn(world.app, credentials(ada))
    const there = await signIn(world.app, credentials(ada))

    const answer = await here.submit(paths.changePassword, {
      currentPassword: password,
      password: next,
    })

    expect(answer.status).to.equal(303)
    expect((await here.get(paths.settings)).status).to.equal(200)
    expect((await there.get(paths.settings)).status).to.equal(303)
    await signIn(world.app, { email: ada.email, password: next })
  })

  it('needs the right password now', async () => {
    const person = await signIn(world.app, credentials(ada))
    const change = { currentPassword: 'not this one', password: next }
    const answer = await person.submit(paths.changePassword, change)

    expect(answer.status).to.equal(422)
    expect(answer.text).to.contain('This is not your password.')
  })
})

describe('own settings', () => {
  it('change name and language, on the account and on the record', async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(ada)
    const world = testApp()
    const person = await signIn(world.app, credentials(ada))

    await person.submit(paths.settings, { name: 'Ada Ortíz Vega', language: 'es' })

    expect(await findAccount(ada.id)).to.deep.include({ name: 'Ada Ortíz Vega', language: 'es' })
    expect(await findLearner(ada.learnerId ?? '')).to.deep.include({
      name: 'Ada Ortíz Vega',
      language: 'es',
    })
  })
})
