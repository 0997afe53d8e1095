import { expect } from 'chai'
import type { CheerioAPI } from 'cheerio'
import { saveOrganization } from '../../src/access/organization-store.js'
import { GetError, type GetFailure } from '../../src/http/guarded-get.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { insertPairing } from '../../src/mentoring/pairing-store.js'
import { Problem } from '../../src/problems.js'
import { askPortfolio } from '../../src/readiness/ask-portfolio.js'
import { marksOf } from '../../src/readiness/mark-store.js'
import { insertRuleSet } from '../../src/readiness/rule-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { actorOf } from '../support/build-handoff.js'
import { adaFinished, adaId, keepConsent, keepWorld, now, people } from '../support/build-record.js'
import { aPairing } from '../support/build-ties.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const url = 'https://ada.example.org'
const marks = `/readiness/learners/${adaId}`

describe('what people say of a learner’s readiness', () => {
  let world: TestApp
  let [ada, mia, sam]: Person[] = []

  const profile = (change: object = {}) => ({
    city: 'Portland',
    postalCode: '',
    phone: '',
    portfolioUrl: url,
    resumeUrl: '',
    ...change,
  })

  before(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await insertRuleSet({
      id: 'rules-2',
      communityId: community,
      version: 2,
      from: '2015-02-01',
      rules: [
        { id: 'badges', kind: 'course-badges', count: 2, lowestLevel: 'provider-confirmed' },
        { id: 'portfolio', kind: 'portfolio', checkedBy: 'person', months: 12 },
        { id: 'mentor-sign-off', kind: 'mentor-sign-off' },
        { id: 'interview-practice', kind: 'interview-practice', count: 2 },
      ],
      publishedBy: 'max.manager',
      publishedAt: now,
    })
    await adaFinished(['html', 'css'])
    await insertPairing(aPairing({ allows: ['progress', 'badges', 'credential', 'resume'] }))
    await keepConsent({
      id: 'to-center',
      parties: ['center', 'employer'],
      purpose: 'referral',
      records: ['progress', 'badges', 'credential', 'contact'],
    })
    ;[ada, mia, sam] = (await Promise.all(
      [people.ada, people.mia, people.sam].map((one) => signIn(world.app, credentials(one))),
    )) as [Person, Person, Person]
    await ada.submit('/profile', profile())
  })

  const summary = async () => (await findLearner(adaId))?.summary

  it('makes a learner ready, word by word, the moment the last one is given', async () => {
    const practice = (on: string) => ({ on, about: 'technical', note: '' })
    expect((await mia!.submit(`${marks}/sign-off`, { sure: 'yes', note: '' })).status).to.equal(303)
    expect((await mia!.submit(`${marks}/portfolio`, { url, sure: 'yes' })).status).to.equal(303)
    expect((await mia!.submit(`${marks}/practice`, practice('2015-03-02'))).status).to.equal(303)
    expect((await summary())?.ready).to.equal(false)

    expect((await sam!.submit(`${marks}/practice`, practice('2015-03-05'))).status).to.equal(303)

    expect(await summary()).to.include({ ready: true, readySince: '2015-03-09' })
  })

  it('is said in the same words to learner, mentor, staff and employer', async () => {
    const emil = anAccount('Emil Employer', 'employer', 'employer')
    await saveOrganization(anOrganization('employer', { kind: 'employer' }))
    await keep(emil)
    const texts = ($: CheerioAPI) =>
      $('.proof__rule')
        .map((_, rule) => $(rule).text().replace(/\s+/g, ' ').trim())
        .get()
    const own = texts(await ada!.read('/readiness'))
    const jsonOf = async (person: Person, path: string) =>
      ((await person.api('get', path)).body as { readiness: { rules: object[] } }).readiness.rules

    expect(own.join(' '))
      .to.contain('Signed off by Mia Mentor')
      .and.contain('Opened by Mia Mentor')
      .and.contain('Interview practice, logged by Sam Staff')
      .and.contain('Also counts toward: CIS 122 at The pcc')
    expect(texts(await mia!.read(`/mentor/learners/${adaId}`))).to.deep.equal(own)
    expect(texts(await sam!.read(`/staff/learners/${adaId}`))).to.deep.equal(own)
    const employer = await signIn(world.app, credentials(emil))
    expect(texts(await employer.read(`/employer/learners/${adaId}`))).to.deep.equal(own)
    expect(await jsonOf(employer, `/learners/${adaId}/record`)).to.deep.equal(
      await jsonOf(ada!, '/me/record'),
    )
  })

  it('counts once a day, and not before the learner came or after today', async () => {
    const on = (day: string) =>
      mia!.submit(`${marks}/practice`, { on: day, about: 'technical', note: '' })
    expect((await on('2015-03-02')).status).to.equal(409)
    expect((await on('2015-03-10')).status).to.equal(422)
    expect((await on('2014-01-01')).status).to.equal(422)
    expect((await mia!.submit(`${marks}/sign-off`, { note: '' })).status).to.equal(422)
  })

  it('is taken back only by who gave it, and readiness follows', async () => {
    const signOff = (await marksOf(adaId)).find(({ kind }) => kind === 'sign-off')
    const path = `${marks}/marks/${signOff?.id ?? ''}/take-back`
    expect((await sam!.get(path)).status).to.equal(404)

    expect((await mia!.submit(path, {})).status).to.equal(303)

    expect((await summary())?.ready).to.equal(false)
    expect((await mia!.get(path)).status).to.equal(404)
  })

  it('holds for the address that was opened and no other', async () => {
    const other = 'https://new.example.org'
    await ada!.submit('/profile', profile({ portfolioUrl: other }))

    const rule = (await ada!.read('/readiness'))('.proof__rule').eq(1).text()
    expect(rule).to.contain('nobody has checked it yet')
    const stale = await mia!.submit(`${marks}/portfolio`, { url, sure: 'yes' })
    expect(stale.status).to.equal(409)
  })

  it('shows the learner’s own practice as self-reported, and does not count it here', async () => {
    const own = { on: '2015-03-08', about: 'phone', note: '' }
    expect((await ada!.submit('/readiness/practice', own)).status).to.equal(303)

    const last = (await marksOf(adaId)).find(({ byRole }) => byRole === 'learner')
    expect(last).to.include({ kind: 'practice', on: '2015-03-08' })
    expect((await ada!.read('/readiness/practice'))('#marks').text()).to.contain('Ada Lovelace')
    expect((await ada!.read('/readiness'))('.proof__rule').eq(3).text()).not.to.contain('Lovelace')
  })

  it('is not for staff whom the learner has not shown the portfolio', async () => {
    expect((await sam!.get(`${marks}/portfolio`)).status).to.equal(403)
    expect((await sam!.get(`${marks}/sign-off`)).status).to.equal(403)
  })

  describe('when the program asks the link itself', () => {
    it('is off unless the operator turned it on', async () => {
      expect((await ada!.get('/readiness/portfolio')).status).to.equal(200)
      const page = await ada!.read('/readiness/portfolio')
      expect(page('main form')).to.have.length(0)
    })

    it('keeps that it answered, as the program’s word', async () => {
      await askPortfolio(
        await actorOf(people.ada),
        async () => ({ status: 200, text: '' }),
        world.ports,
      )

      const last = (await marksOf(adaId)).find(({ byRole }) => byRole === 'program')
      expect(last).to.include({ kind: 'portfolio', about: 'https://new.example.org' })
      expect((await ada!.read('/readiness'))('.proof__rule').eq(1).text()).to.contain('Not yet')
    })

    const failures: [string, () => Promise<{ status: number; text: string }>][] = [
      ['an error page', async () => ({ status: 500, text: '' })],
      ...(
        ['private-address', 'too-slow', 'failed', 'wrong-address', 'too-many-redirects'] as const
      ).map((failure: GetFailure): [string, () => Promise<never>] => [
        failure,
        async () => Promise.reject(new GetError(failure)),
      ]),
    ]
    for (const [title, get] of failures)
      it(`keeps nothing on ${title}, and says why`, async () => {
        const before = (await marksOf(adaId)).length
        const asked = askPortfolio(await actorOf(people.ada), get, world.ports)
        const problem: unknown = await asked.then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(problem).to.be.instanceOf(Problem)
        expect((problem as Problem).message).to.match(/^readiness:problem\.link/)
        expect(await marksOf(adaId)).to.have.length(before)
      })
  })
})
