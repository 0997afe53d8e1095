import { expect } from 'chai'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { disclosureAnswer } from '../../src/learners/consent-view.js'
import { verifyChain } from '../../src/learners/disclosure.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { recordAnswer } from '../../src/learners/record-view.js'
import { summariesOf } from '../../src/learners/refresh-summaries.js'
import { insertPairings } from '../../src/mentoring/pairing-store.js'
import { listAnswer } from '../../src/http/api.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent,
  keepWorld,
  now,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const disclosures = listAnswer(disclosureAnswer)

describe('a learner’s record', () => {
  let world: TestApp
  const as = (name: keyof typeof people): Promise<Person> =>
    signIn(world.app, credentials(people[name]))
  const adasRecord = `/learners/${adaId}/record`

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
  })

  it('is read whole by its learner, and that is no disclosure', async () => {
    const ada = await as('ada')

    const body = recordAnswer.parse((await ada.api('get', '/me/record')).body)

    expect(body).to.deep.include({ learner: { id: adaId, name: 'Ada Lovelace' } })
    expect(body.tracks?.[0]).to.deep.include({
      slug: 'web',
      stepsDone: 2,
      stepsTotal: 5,
      nextStep: { id: 'js', title: 'Course js' },
    })
    expect(body.badges?.map(({ slug }) => slug)).to.have.members(['html', 'css'])
    expect(body.badges?.[0]).to.include({
      awardedOn: '2015-02-01',
      evidenceLevel: 'provider-confirmed',
    })
    expect(body.credits).to.have.length(1)
    expect(body.credits?.[0]).to.deep.include({
      agreement: 'cis-122-v1',
      college: { id: 'pcc', name: 'The pcc' },
      course: 'CIS 122',
      credits: 4,
      unit: 'quarter',
      status: 'match',
    })
    expect(body.readiness).to.include({ ready: false, since: null })
    expect(body.readiness?.rules[0]?.missing).to.match(/Course js/)
    expect(await chainOf(adaId)).to.deep.equal([])
  })

  it('is ready on confirmed evidence, with the day, and the list says the same', async () => {
    await adaFinished(courses.slice(2))

    const body = recordAnswer.parse((await (await as('ada')).api('get', '/me/record')).body)

    expect(body.readiness).to.include({ ready: true, since: '2015-02-01' })
    expect((await findLearner(adaId))?.summary).to.include({
      ready: true,
      readySince: '2015-02-01',
    })
  })

  const closed: [keyof typeof people, number][] = [
    ['bob', 404],
    ['cora', 403],
    ['paul', 403],
    ['sam', 403],
    ['mia', 403],
    ['eve', 404],
    ['max', 403],
  ]
  for (const [name, status] of closed)
    it(`is closed to ${name} without consent or pairing: ${String(status)}, and nothing is disclosed`, async () => {
      const answer = await (await as(name)).api('get', adasRecord)

      expect(answer.status).to.equal(status)
      expect(JSON.stringify(answer.body)).not.to.contain('Lovelace')
      expect(await chainOf(adaId)).to.deep.equal([])
    })

  it('is not found under a made-up id, whoever asks', async () => {
    for (const name of ['sam', 'cora', 'ada'] as const)
      for (const id of ['nobody', '%24ne', 'x'.repeat(80)])
        expect((await (await as(name)).api('get', `/learners/${id}/record`)).status).to.equal(404)
  })

  it('opens to the college that a consent names, as far as it says, and the learner sees it', async () => {
    await keepConsent()
    const cora = await as('cora')

    const body = recordAnswer.parse((await cora.api('get', adasRecord)).body)

    expect(body.covers).to.deep.equal(['badges', 'credential'])
    expect(body).to.include.keys('badges', 'credits', 'evidence')
    expect(body).not.to.include.any.keys('tracks', 'readiness', 'contact', 'portfolioUrl')
    expect(JSON.stringify(body)).not.to.contain('@example.org')

    const seen = disclosures.parse((await (await as('ada')).api('get', '/me/disclosures')).body)
    expect(seen.items).to.have.length(1)
    expect(seen.items[0]).to.deep.include({
      sequence: 1,
      organization: { id: 'pcc', name: 'The pcc' },
      by: { id: people.cora.id, name: 'Cora Registrar' },
      basis: 'consent',
      consents: ['consent-pcc'],
      records: ['badges', 'credential'],
      channel: 'api',
    })
  })

  it('shows a college its own credit lines only', async () => {
    await keepConsent({ parties: ['psu'] })

    const body = recordAnswer.parse((await (await as('paul')).api('get', adasRecord)).body)

    expect(body.credits).to.deep.equal([])
  })

  it('shows a center the contact details that the consent names', async () => {
    await keepConsent({
      parties: ['center'],
      purpose: 'referral',
      records: ['progress', 'badges', 'contact'],
    })

    const body = recordAnswer.parse((await (await as('sam')).api('get', adasRecord)).body)

    expect(body.contact).to.include({ email: people.ada.email, city: 'Portland' })
    expect(body.readiness?.rules.flatMap(({ evidence }) => evidence)).to.deep.equal([])
  })

  const ended: [string, Parameters<typeof keepConsent>[0]][] = [
    ['has run out', { expiresOn: '2015-03-08' }],
    ['was withdrawn', { withdrawnAt: new Date('2015-03-02T18:00:00Z') }],
    ['names another organization', { parties: ['psu'] }],
    ['is another learner’s', { learnerId: 'learner-bob' }],
  ]
  for (const [title, change] of ended)
    it(`stays closed when the consent ${title}`, async () => {
      await keepConsent(change)

      expect((await (await as('cora')).api('get', adasRecord)).status).to.equal(403)
    })

  it('closes at the next read once the learner stops the consent', async () => {
    await keepConsent()
    const [ada, cora] = [await as('ada'), await as('cora')]
    expect((await cora.api('get', adasRecord)).status).to.equal(200)

    expect((await ada.api('delete', '/consents/consent-pcc')).status).to.equal(204)

    expect((await cora.api('get', adasRecord)).status).to.equal(403)
    expect(await chainOf(adaId)).to.have.length(1)
  })

  it('opens to a mentor with a live pairing as far as the learner allows, and closes with it', async () => {
    const pairing = {
      id: 'pairing',
      communityId: community,
      learnerId: adaId,
      mentorAccountId: people.mia.id,
      mentorName: 'Mia Mentor',
      startedOn: '2015-02-01',
      startedBy: people.sam.id,
      seat: 1,
      allows: ['progress'] as const,
      demonstration: false,
    }
    await insertPairings([pairing])
    const mia = await as('mia')

    const body = recordAnswer.parse((await mia.api('get', adasRecord)).body)

    expect(body.covers).to.deep.equal(['progress'])
    expect(body).not.to.include.any.keys('badges', 'contact', 'evidence')
    expect((await chainOf(adaId))[0]).to.include({ basis: 'pairing', organizationId: 'board' })
  })

  it('keeps an intact chain when many read at once', async () => {
    await keepConsent({ parties: ['pcc', 'center'], purpose: 'credit' })
    const readers = [await as('cora'), await as('sam')]

    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => readers[index % 2]!.api('get', adasRecord)),
    )

    expect(answers.map(({ status }) => status)).to.deep.equal(Array(12).fill(200))
    const chain = await chainOf(adaId)
    expect(chain).to.have.length(12)
    expect(verifyChain(chain)).to.deep.equal({ intact: true, rows: 12 })
  })

  it('has a summary that equals the one rebuilt from the facts', async () => {
    await adaFinished(['js'], 'self-reported')

    const rebuilt = await summariesOf([adaId], now)

    expect((await findLearner(adaId))?.summary).to.deep.equal(rebuilt.get(adaId))
    expect(rebuilt.get(adaId)).to.deep.include({
      facts: 3,
      awards: 3,
      stuckOn: { track: 'web', step: 'git', stepTitle: 'Course git', since: '2015-02-01' },
    })
  })
})
