import { expect } from 'chai'
import { load } from 'cheerio'
import { findAccountByEmail, insertAccount } from '../../src/access/account-store.js'
import { paths } from '../../src/http/paths.js'
import { findLearner, findLearnersByEmails } from '../../src/learners/learner-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { insertRuleSet } from '../../src/readiness/rule-store.js'
import { saveProgram } from '../../src/communities/program-store.js'
import { testApp, type TestApp } from '../support/app.js'
import {
  anAccount,
  aProgram,
  community,
  credentials,
  keep,
  keepProgram,
  password,
  passwordHash,
} from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { linkTo, mailsTo } from '../support/mail.js'
import { signIn, visitor } from '../support/person.js'

const grace = {
  name: 'Grace Nguyen',
  email: 'Grace@Example.org',
  password,
  city: 'Salem',
  postalCode: '97301',
  agreement: 'accepted',
}

describe('opening a learner account', () => {
  let world: TestApp

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    world = testApp()
  })

  it('opens the account and the record, and accepts the program agreement', async () => {
    const answer = await visitor(world.app).submit(paths.register, grace)

    expect(answer.headers['location']).to.equal(paths.registered)
    const account = await findAccountByEmail('grace@example.org')
    const learner = await findLearner(account?.learnerId ?? '')
    expect(account).to.deep.include({ name: 'Grace Nguyen', language: 'en', state: 'active' })
    expect(account?.roles).to.deep.equal([
      { role: 'learner', organizationId: 'board', communityId: community },
    ])
    expect(learner).to.deep.include({
      name: 'Grace Nguyen',
      joinedOn: '2015-03-09',
      place: { city: 'Salem', postalCode: '97301' },
    })
    expect(learner?.programAgreement?.acceptedOn).to.equal('2015-03-09')
  })

  it('works by a call too, and tells nobody which addresses have an account', async () => {
    const tool = visitor(world.app)

    const first = await tool.api('post', '/learners', { ...grace, language: 'es' })
    const again = await tool.api('post', '/learners', grace)

    expect([first.status, again.status]).to.deep.equal([202, 202])
    expect(first.body).to.deep.equal({ email: 'grace@example.org', next: 'confirm-email' })
    expect(again.body).to.deep.equal(first.body)
    const account = await findAccountByEmail('grace@example.org')
    expect(account).to.deep.include({ name: 'Grace Nguyen', language: 'es' })
    expect(await findLearner(account?.learnerId ?? '')).to.deep.include({
      place: { city: 'Salem', postalCode: '97301' },
    })
    const link = await linkTo(world, 'grace@example.org')
    expect(link).not.to.equal(undefined)
  })

  it('names each field that a call has wrong', async () => {
    const { agreement, ...without } = { ...grace, email: 'nobody', password: 'short' }

    const answer = await visitor(world.app).api('post', '/learners', without)

    const { errors } = answer.body as { errors: { field: string }[] }
    expect(agreement, answer.text).to.equal('accepted')
    expect(answer.status).to.equal(422)
    expect(errors.map(({ field }) => field)).to.include.members(['email', 'password', 'agreement'])
  })

  it('lets a school find the learner by the address only once it is confirmed', async () => {
    await visitor(world.app).submit(paths.register, grace)
    const find = async () => (await findLearnersByEmails(community, ['grace@example.org'])).size
    expect(await find()).to.equal(0)

    const link = await linkTo(world, 'grace@example.org')
    const answer = await visitor(world.app).submit(link, {})

    expect(answer.status).to.equal(303)
    expect(await find()).to.equal(1)
  })

  it('makes somebody job-ready at once, on lists too, whom nothing but an address was missing', async () => {
    await insertRuleSet({
      id: 'rules',
      communityId: community,
      version: 1,
      from: '2015-01-01',
      rules: [{ id: 'contact', kind: 'contact' }],
      publishedBy: 'Max',
      publishedAt: world.clock.at,
    })
    await visitor(world.app).submit(paths.register, grace)
    const id = (await findAccountByEmail('grace@example.org'))?.learnerId ?? ''
    await refreshSummaries([id], world.clock.at)
    expect((await findLearner(id))?.summary.ready).to.equal(false)

    await visitor(world.app).submit(await linkTo(world, 'grace@example.org'), {})

    expect((await findLearner(id))?.summary.ready).to.equal(true)
  })

  it('confirms only once, and not after seven days', async () => {
    await visitor(world.app).submit(paths.register, grace)
    const link = await linkTo(world, 'grace@example.org')
    world.clock.at = new Date('2015-03-16T19:00:01Z')
    expect((await visitor(world.app).submit(link, {})).status).to.equal(409)
    world.clock.at = new Date('2015-03-10T19:00:00Z')

    expect((await visitor(world.app).submit(link, {})).status).to.equal(303)
    expect((await visitor(world.app).submit(link, {})).status).to.equal(409)
  })

  it('sends a new confirmation when asked, which ends the older link', async () => {
    await visitor(world.app).submit(paths.register, grace)
    const older = await linkTo(world, 'grace@example.org')
    const person = await signIn(world.app, { email: grace.email, password })

    await person.submit(paths.sendConfirmation, {})
    const newer = await linkTo(world, 'grace@example.org')

    expect(newer).to.not.equal(older)
    expect((await person.submit(older, {})).status).to.equal(409)
    expect((await person.submit(newer, {})).headers['location']).to.contain('/home')
  })

  it('tells nobody but the mailbox that an address has an account already', async () => {
    const ada = anAccount('Ada Ortiz', 'learner')
    await keep(ada)
    const fresh = await visitor(world.app).submit(paths.register, grace)

    const known = await visitor(world.app).submit(paths.register, { ...grace, email: ada.email })

    expect(known.status).to.equal(fresh.status)
    expect(known.headers['location']).to.equal(fresh.headers['location'])
    expect((await findAccountByEmail(ada.email))?.name).to.equal('Ada Ortiz')
    const [mail] = await mailsTo(world, ada.email)
    expect(mail?.subject).to.equal('You already have a Waymark account')
    await signIn(world.app, credentials(ada))
  })

  it('opens one account for ten simultaneous tries', async () => {
    const people = Array.from({ length: 10 }, () => visitor(world.app))
    await Promise.all(people.map((person) => person.submit(paths.register, grace)))

    const mails = await mailsTo(world, 'grace@example.org')
    const subjects = mails.map((mail) => mail.subject)
    expect(subjects.filter((subject) => subject.startsWith('Confirm'))).to.have.length(1)
    expect(subjects.filter((subject) => subject.startsWith('You already'))).to.have.length(9)
  })

  it('writes to a person in the language they registered in', async () => {
    await visitor(world.app).submit('/es/register', grace)

    const [mail] = await mailsTo(world, 'grace@example.org')
    expect(mail?.subject).to.equal('Confirme su correo electrónico en Waymark')
    expect(mail?.text).to.contain('Hola, Grace Nguyen:').and.contain('/es/confirm-email/')
  })

  it('asks for the program where there are several', async () => {
    await saveProgram(
      aProgram({ id: 'program-salem', communityId: 'salem-or', name: 'Code Salem' }),
    )
    const shown = await visitor(world.app).read(paths.register)
    expect(shown('select[name=communityId] option')).to.have.length(3)

    const without = await visitor(world.app).submit(paths.register, grace)
    const withOne = await visitor(world.app).submit(paths.register, {
      ...grace,
      communityId: 'salem-or',
    })

    expect(without.status).to.equal(409)
    expect(withOne.status).to.equal(303)
    expect((await findAccountByEmail(grace.email))?.roles[0]?.communityId).to.equal('salem-or')
  })

  for (const [what, field, change] of [
    ['a name of spaces', 'name', { name: '   ' }],
    ['a name with marks of HTML', 'name', { name: '<script>' }],
    ['an address without a host', 'email', { email: 'grace@' }],
    [
      'an address with a line break',
      'email',
      { email: 'grace@example.org\r\nBcc: all@example.org' },
    ],
    ['a short password', 'password', { password: 'short' }],
    ['a password everybody tries', 'password', { password: 'password123' }],
    ['a password that is the own name', 'password', { password: 'Grace Nguyen' }],
    ['a missing agreement', 'agreement', { agreement: '' }],
    ['a program that is not', 'communityId', { communityId: 'nowhere' }],
    ['a field we do not know', 'roles', { roles: 'manager' }],
  ] as const) {
    it(`refuses ${what} and shows what was typed`, async () => {
      const answer = await visitor(world.app).submit(paths.register, { ...grace, ...change })

      const shown = load(answer.text)
      expect(answer.status).to.equal(422)
      expect(shown(`.error-summary a[href="#field-${field}"]`)).to.have.length(1)
      expect(shown('#field-city').attr('value')).to.equal('Salem')
      expect(shown('#field-password').attr('value')).to.equal(undefined)
      expect(await findAccountByEmail(grace.email)).to.equal(undefined)
    })
  }

  it('opens the record of a registration that broke off, at the next sign-in', async () => {
    const ada = anAccount('Ada Ortiz', 'learner')
    await insertAccount({ ...ada, passwordHash: await passwordHash() })
    expect(await findLearner(ada.learnerId ?? '')).to.equal(undefined)

    await signIn(world.app, credentials(ada))

    expect((await findLearner(ada.learnerId ?? ''))?.accountId).to.equal(ada.id)
  })
})
