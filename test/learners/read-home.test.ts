import { expect } from 'chai'
import mongoose from 'mongoose'
import { insertSlot } from '../../src/appointments/slot-store.js'
import type { Booking, Slot } from '../../src/appointments/slot.js'
import { awardsOf, markWithdrawn } from '../../src/badges/award-store.js'
import { insertAgreements, mostAtOnce } from '../../src/agreements/agreement-store.js'
import { readCredits } from '../../src/credits/read-credits.js'
import { appendDisclosures, disclosuresOf } from '../../src/learners/disclosure-store.js'
import type { DisclosedRead } from '../../src/learners/disclosure.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { readHome } from '../../src/learners/read-home.js'
import { namedReferrals } from '../../src/learners/read-record.js'
import { endPairing, insertPairings, pairingsOf } from '../../src/mentoring/pairing-store.js'
import { isLive, type Pairing } from '../../src/mentoring/pairing.js'
import { actorOf, aReferral, aSlot, keepReferrals } from '../support/build-handoff.js'
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

  describe('of places from waiting lines', () => {
    const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000)
    const place = (change: Partial<Booking>): Booking => ({
      id: 'place',
      learnerId: adaId,
      state: 'offered',
      bookedAt: now,
      answerBy: later(2),
      ...change,
    })
    const keepSlot = (id: string, booking: Booking, change: Partial<Slot> = {}) =>
      insertSlot(
        aSlot({
          id,
          centerId: 'center',
          hostId: id,
          startsAt: later(48),
          endsAt: later(49),
          bookings: [booking],
          ...change,
        }),
      )

    it('is the one to be answered soonest, with its center', async () => {
      await keepSlot('late', place({ id: 'late', answerBy: later(9) }), { startsAt: later(24) })
      await keepSlot('soon', place({ id: 'soon', answerBy: later(3) }))

      const { offer } = await read()

      expect([offer?.booking.id, offer?.answerBy]).to.deep.equal(['soon', later(3)])
      expect(offer?.centerName).to.equal('The center')
    })

    for (const [what, booking, change] of [
      ['somebody only waits', { state: 'waiting' }, {}],
      ['it was taken', { state: 'booked' }, {}],
      ['the time to answer is over', { answerBy: now }, {}],
      ['it is held for somebody else', { learnerId: 'learner-ben' }, {}],
      ['the slot was cancelled', {}, { state: 'cancelled' }],
      ['the slot has begun', {}, { startsAt: now }],
    ] as const)
      it(`is none once ${what}`, async () => {
        await keepSlot('slot', place(booking), change)

        expect((await read()).offer).to.equal(undefined)
      })

    it('costs no command of its own while there is none', async () => {
      await adaFinished(['html', 'css', 'js'])
      await keepSlot('slot', place({ state: 'waiting' }))
      const actor = await actorOf(people.ada)
      const asked: string[] = []
      mongoose.set('debug', (collection: string, method: string) => {
        asked.push(`${collection}.${method}`)
      })
      try {
        await readHome(actor, { now: () => now })
      } finally {
        mongoose.set('debug', false)
      }

      expect(asked).to.deep.equal(['learners.aggregate'])
    })
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
