import { expect } from 'chai'
import { awardsOf, markWithdrawn } from '../../src/badges/award-store.js'
import { insertAgreements, mostAtOnce } from '../../src/credits/agreement-store.js'
import { readCredits } from '../../src/credits/read-credits.js'
import { appendDisclosures, disclosuresOf } from '../../src/learners/disclosure-store.js'
import type { DisclosedRead } from '../../src/learners/disclosure.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { readHome } from '../../src/learners/read-home.js'
import { namedReferrals } from '../../src/learners/read-record.js'
import { endPairing, insertPairings, pairingsOf } from '../../src/mentoring/pairing-store.js'
import { isLive, type Pairing } from '../../src/mentoring/pairing.js'
import { actorOf, aReferral, keepReferrals } from '../support/build-handoff.js'
import { adaFinished, adaId, anAgreement, keepWorld, now, people } from '../support/build-record.js'
import { aPairing } from '../support/build-ties.js'
import { emptyDatabase } from '../support/database.js'

const pairedWith = (id: string, startedOn: string): Pairing =>
  aPairing({
    id,
    mentorAccountId: `mentor-${id}`,
    mentorName: `Mentor ${id}`,
    startedOn,
    allows: ['progress'],
  })

const aRead = (id: string): DisclosedRead => ({
  id,
  learnerId: adaId,
  readId: id,
  at: now,
  actorId: 'sam',
  actorName: 'Sam Staff',
  organizationId: 'center',
  organizationName: 'The center',
  basis: 'consent',
  consentIds: ['c1'],
  records: ['progress'],
  purpose: 'referral',
  channel: 'view',
})

describe('what a learner’s start page reads at once', () => {
  const read = async () => readHome(await actorOf(people.ada), { now: () => now })

  beforeEach(async () => {
    await emptyDatabase()
    await keepWorld()
  })

  it('is the learner and nothing else for who is new', async () => {
    const { learner, awards, credits, mentors, referrals, looks } = await read()

    expect(learner).to.deep.equal(await findLearner(adaId))
    expect([awards, credits, mentors, referrals, looks]).to.deep.equal([[], [], [], [], []])
  })

  it('is what each store gives on its own, in the same order', async () => {
    await adaFinished(['html', 'css', 'js'])
    await insertAgreements([
      anAgreement({ version: 2, from: '2015-02-15', badges: { of: ['html', 'git'] } }),
      anAgreement({ series: 'cis-195', course: 'CIS 195', badges: { of: ['css'] } }),
      anAgreement({ series: 'far', communityId: 'elsewhere', badges: { of: ['js'] } }),
    ])
    await insertPairings([pairedWith('late', '2015-02-01'), pairedWith('early', '2015-01-01')])
    await insertPairings([pairedWith('over', '2015-01-15')])
    await endPairing('over', { on: '2015-02-01', by: 'sam' })
    await keepReferrals(
      aReferral('r2', adaId, 'center'),
      aReferral('r1', adaId, 'other-center', { askedAt: new Date('2015-02-01T19:00:00Z') }),
    )
    for (const id of ['d1', 'd2', 'd3', 'd4']) await appendDisclosures([aRead(id)])

    const home = await read()

    const learner = await findLearner(adaId)
    const awards = await awardsOf(adaId)
    if (!learner) throw new Error('Ada is there')
    expect(home.learner).to.deep.equal(learner)
    expect(home.awards.map(({ name: _name, kind: _kind, ...award }) => award)).to.deep.equal(awards)
    const { lines } = await readCredits(learner, awards, home.today)
    expect(lines.length).to.be.greaterThan(0)
    expect(home.credits).to.deep.equal(lines)
    expect(home.mentors).to.deep.equal((await pairingsOf(adaId)).filter(isLive))
    expect(home.mentors.map(({ id }) => id)).to.deep.equal(['early', 'late'])
    expect(home.referrals).to.deep.equal(await namedReferrals(adaId))
    expect(home.referrals.map(({ referral }) => referral.id)).to.deep.equal(['r1', 'r2'])
    expect(home.looks).to.deep.equal(await disclosuresOf(adaId, 3))
    expect(home.looks.map(({ id }) => id)).to.deep.equal(['d4', 'd3', 'd2'])
  })

  it('names the same credit when more agreements name the badges than are brought along', async () => {
    await adaFinished(['html', 'css', 'js'])
    await insertAgreements(
      Array.from({ length: mostAtOnce + 5 }, (_, at) =>
        anAgreement({ series: `s${at}`, course: `CIS ${at}`, badges: { of: ['js', 'php'] } }),
      ),
    )
    await insertAgreements([
      anAgreement({ series: 'met', course: 'CIS 195', badges: { of: ['js'] } }),
    ])

    const home = await read()

    const { lines } = await readCredits(home.learner, await awardsOf(adaId), home.today)
    expect(home.credits).to.deep.equal(lines)
    expect(home.credits.map(({ course }) => course).sort()).to.deep.equal(['CIS 122', 'CIS 195'])
  })

  it('is right at the next read after a change', async () => {
    await adaFinished(['html', 'css'])
    const [first] = (await read()).awards
    if (!first) throw new Error('Ada holds a badge')

    await markWithdrawn(first.id, { on: '2015-03-09', by: 'max', reason: 'a mistake' }, [])

    expect((await read()).awards.map(({ id }) => id)).not.to.include(first.id)
    expect((await read()).credits).to.deep.equal([])
  })
})
