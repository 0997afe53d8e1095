import { expect } from 'chai'
import { load } from 'cheerio'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aReferral, keepConsent, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

interface Answer {
  readonly items: { learner: { id: string }; outcome: string; referral?: { id: string } }[]
}

describe('work of a center on many learners', () => {
  let world: TestApp
  let sam: Person
  let sue: Person
  let ada: Person

  beforeEach(async () => {
    await emptyDatabase()
    const people = await keepPeople()
    world = testApp()
    ;[sam, sue, ada] = await Promise.all([
      signIn(world.app, credentials(people.sam)),
      signIn(world.app, credentials(people.sue)),
      signIn(world.app, credentials(people.ada)),
    ])
  })

  afterEach(() => mailSettled())

  const learners = ['learner-ada', 'learner-ben', 'learner-ada', 'nobody']

  it('asks with consent, prepares without, and says what became of each', async () => {
    await keepConsent('learner-ada', 'south')

    const page = await sam.read(
      '/staff/referrals/new?learners=learner-ada&learners=learner-ben&learners=x!',
    )
    expect(page('input[name=learners]')).to.have.length(2)
    const done = await sam.submit('/staff/referrals/new?learners=learner-ada', {
      center: 'south',
      learners,
    })

    expect(done.status).to.equal(200)
    const rows = load(done.text)('tbody tr')
      .toArray()
      .map((row) => load(row).text().replace(/\s+/g, ' ').trim())
    expect(rows).to.have.length(3)
    expect(rows[0]).to.include('Ada').and.include('Asked')
    expect(rows[1]).to.include('Ben').and.include('Prepared for the learner')
    expect(rows[2]).to.include('nobody').and.include('Not in your program')
    const looks = await disclosuresOf('learner-ben', 10)
    expect(looks.filter(({ purpose }) => purpose === 'referral list')).to.have.length(2)
    expect((await referralsOf('learner-ada')).map(({ state }) => state)).to.deep.equal([
      'requested',
    ])
    expect((await referralsOf('learner-ben')).map(({ state }) => state)).to.deep.equal(['draft'])
    await mailSettled()
    const told = world.mails.map(({ to, subject }) => `${to}: ${subject}`)
    expect(told.filter((one) => one.startsWith('ben@'))).to.have.length(1)
    expect(told.filter((one) => one.startsWith('tom@'))).to.have.length(1)
  })

  it('answers the same referrals when it is sent again, also by two people at once', async () => {
    await keepConsent('learner-ada', 'south')
    const post = async (person: Person) =>
      (await person.api('post', '/referrals/bulk', { center: 'south', learners })).body as Answer

    const answers = await Promise.all([post(sam), post(sue), post(sam)])
    const again = await post(sam)

    const asked = (await referralsOf('learner-ada')).concat(await referralsOf('learner-ben'))
    const toldTo = (name: string) =>
      learners
        .slice(0, 2)
        .concat('nobody')
        .map((id) => {
          const one = asked.find(
            ({ learnerId, askedBy }) => learnerId === id && askedBy.name === name,
          )
          return one?.id
        })
    const given = [
      [answers[0], 'Sam'],
      [answers[1], 'Sue'],
      [answers[2], 'Sam'],
      [again, 'Sam'],
    ] as const
    for (const [{ items }, name] of given)
      expect(items.map(({ referral }) => referral?.id)).to.deep.equal(toldTo(name))
    expect(
      answers.flatMap(({ items }) => items).filter(({ outcome }) => outcome === 'asked'),
    ).to.have.length(1)
    expect(again.items.map(({ outcome }) => outcome)).to.deep.equal([
      'open-already',
      'waiting',
      'unknown',
    ])
    expect(await referralsOf('learner-ben')).to.have.length(1)
  })

  it('tells a third party that a referral is open, and nothing of how it stands', async () => {
    const there = { state: 'in-progress' } as const
    await keepReferrals(aReferral('theirs', 'learner-ada', 'south', there))
    const told = async () =>
      (await disclosuresOf('learner-ada', 10)).filter(({ purpose }) => purpose === 'referral list')

    const form = { center: 'south', learners: ['learner-ada'] }
    const page = await sam.submit('/staff/referrals/new?learners=learner-ada', form)
    const row = load(page.text)('tbody tr')
    expect(row.text()).to.include('Open already').and.include('that center see where it stands')
    expect(row.find('a')).to.have.length(0)
    const before = (await told()).length
    const { items } = (await sam.api('post', '/referrals/bulk', form)).body as Answer
    expect(items).to.deep.equal([{ learner: { id: 'learner-ada' }, outcome: 'open-already' }])
    expect(await told()).to.have.length(before + 1)
    expect((await told())[0]).to.deep.include({ channel: 'api', actorName: 'Sam' })
  })

  it('is for staff only, and refuses an empty or endless list', async () => {
    const body = (count: number) => ({
      center: 'south',
      learners: Array.from({ length: count }, (_, at) => `learner-${at}`),
    })
    expect((await ada.api('post', '/referrals/bulk', body(1))).status).to.equal(403)
    expect((await sam.api('post', '/referrals/bulk', body(0))).status).to.equal(422)
    expect((await sam.api('post', '/referrals/bulk', body(201))).status).to.equal(422)
  })

  describe('programs a learner is in', () => {
    beforeEach(() => keepReferrals(aReferral('one', 'learner-ada', 'north', { state: 'accepted' })))
    const report = (person: Person, body: object) =>
      person.api('post', '/referrals/one/co-enrollments', body)

    it('are reported by the center once, ended once, and read by both sides', async () => {
      const stay = { program: 'wioa-adult', startOn: '2015-03-02' }
      const [first, second] = await Promise.all([report(sam, stay), report(sue, stay)])
      expect(first.body).to.deep.equal(second.body)
      expect((await report(sam, { ...stay, endOn: '2015-03-06' })).status).to.equal(201)
      expect((await report(sam, { ...stay, endOn: '2015-03-06' })).status).to.equal(201)
      expect((await report(sam, { ...stay, endOn: '2015-03-07' })).status).to.equal(409)

      for (const person of [ada, sam]) {
        const got = await person.api('get', '/referrals/one/co-enrollments')
        const { items } = got.body as { items: { endOn: string }[] }
        expect(items.map(({ endOn }) => endOn)).to.deep.equal(['2015-03-06'])
        expect((await person.read('/referrals/one'))('#enrollments').text()).to.include(
          'WIOA Adult',
        )
      }
    })

    it('are not the learner’s to report, and have days that can be', async () => {
      const stay = { program: 'wioa-adult', startOn: '2015-03-02' }
      expect((await report(ada, stay)).status).to.equal(403)
      expect((await report(sam, { ...stay, startOn: '2015-03-10' })).status).to.equal(422)
      expect((await report(sam, { ...stay, endOn: '2015-03-01' })).status).to.equal(422)
      expect((await report(sam, { ...stay, program: 'magic' })).status).to.equal(422)
    })
  })

  it('lets one of two answers at once win, and tells the other clearly', async () => {
    await keepReferrals(aReferral('two', 'learner-ada', 'north'))

    const answers = await Promise.all([
      sam.submit('/referrals/two/answer', { state: 'accepted' }),
      sue.submit('/referrals/two/answer', { state: 'rejected', reason: 'Full.' }),
    ])

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409])
    const late = answers.find(({ status }) => status === 409)
    expect(load(late?.text ?? '')('main').text()).to.match(
      /answered a moment before|settled|does not follow/,
    )
  })
})
