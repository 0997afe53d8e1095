import { expect } from 'chai'
import mongoose from 'mongoose'
import type { NewAccount } from '../../src/access/account.js'
import { endConsent, insertSigned } from '../../src/learners/consent-store.js'
import { endConsents } from '../../src/learners/end-consents.js'
import { tellParties } from '../../src/learners/tell-parties.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { answerReferral } from '../../src/referrals/answer-referral.js'
import { askForReferral } from '../../src/referrals/ask-for-referral.js'
import { readReferral } from '../../src/referrals/read-referral.js'
import { referralOutbox } from '../../src/referrals/referral-row-store.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testWorld } from '../support/app.js'
import { emptyDatabase } from '../support/database.js'
import {
  aCenter,
  aConsent,
  actorOf,
  keepCenters,
  keepConsent,
  keepPeople,
} from '../support/build-handoff.js'
import { kindOf } from '../support/told.js'

describe('asking for a referral and answering it', () => {
  let people: Awaited<ReturnType<typeof keepPeople>>
  let world: ReturnType<typeof testWorld>

  const ask = async (account: NewAccount, center: string, learner?: string) =>
    askForReferral(
      await actorOf(account),
      { center, ...(learner !== undefined && { learner }) },
      world.ports,
    )
  const answer = async (
    account: NewAccount,
    id: string,
    given: Parameters<typeof answerReferral>[2],
  ) => answerReferral(await actorOf(account), id, given, world.ports)

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testWorld()
  })

  it('keeps the proof it was asked on, though the learner is not ready', async () => {
    await keepConsent('learner-ada', 'north')

    const referral = await ask(people.ada, 'north')

    expect(referral.state).to.equal('requested')
    expect(referral.proof.ready).to.equal(false)
    expect(referral.packet).to.equal('open')
    expect(await referralsOf('learner-ada')).to.deep.equal([referral])
  })

  it('tells each person at the center by a mail that names nobody', async () => {
    await keepConsent('learner-ada', 'north')

    const referral = await ask(people.ada, 'north')

    const [waiting] = await referralOutbox.waiting(10)
    expect(waiting?.entries.map(({ to }) => to.email)).to.have.members([
      'sam@example.org',
      'sue@example.org',
    ])
    for (const entry of waiting?.entries ?? [])
      expect(entry.params).to.deep.equal({ id: referral.id, path: `/referrals/${referral.id}` })
  })

  for (const [what, change] of [
    ['to another center', { parties: ['south'] }],
    ['for another purpose', { purpose: 'employment' }],
    ['without contact', { records: ['progress', 'badges', 'credential'] }],
    ['that has run out', { expiresOn: '2015-03-08' }],
    ['that was withdrawn', { withdrawnAt: new Date('2015-03-02T00:00:00Z') }],
  ] as const)
    it(`is not allowed on a consent ${what}`, async () => {
      await keepConsent('learner-ada', 'north', change)

      expect(await kindOf(ask(people.ada, 'north'))).to.equal('not-allowed')
      expect(await referralsOf('learner-ada')).to.deep.equal([])
    })

  it('is open once per center: of many asked at once one is kept', async () => {
    await keepConsent('learner-ada', 'north')

    const kinds = await Promise.all(
      Array.from({ length: 8 }, () => kindOf(ask(people.ada, 'north'))),
    )

    expect(kinds.filter((kind) => kind === 'done')).to.have.length(1)
    expect(kinds.filter((kind) => kind === 'refused')).to.have.length(7)
    expect(await referralsOf('learner-ada')).to.have.length(1)
  })

  it('can be asked again once the first is settled, and elsewhere at the same time', async () => {
    await keepConsent('learner-ada', 'north')
    await keepConsent('learner-ada', 'south')
    const first = await ask(people.ada, 'north')
    await ask(people.ada, 'south')
    await answer(people.sam, first.id, { state: 'rejected', reason: 'We are full.' })

    await ask(people.ada, 'north')

    expect((await referralsOf('learner-ada')).map(({ state }) => state)).to.have.members([
      'rejected',
      'requested',
      'requested',
    ])
  })

  it('is refused by a center that takes none, and invalid for one that is unknown', async () => {
    await keepCenters(aCenter('full', { acceptingReferrals: false }))
    await keepConsent('learner-ada', 'full')

    expect(await kindOf(ask(people.ada, 'full'))).to.equal('refused')
    expect(await kindOf(ask(people.ada, 'nowhere'))).to.equal('invalid')
  })

  it('may be asked by staff for a learner of their program, never by a learner for another', async () => {
    await keepConsent('learner-ada', 'south')

    const referral = await ask(people.sam, 'south', 'learner-ada')

    expect(referral.askedBy).to.deep.include({ name: 'Sam', byStaff: true })
    expect(await kindOf(ask(people.ben, 'south', 'learner-ada'))).to.equal('not-found')
    expect(await kindOf(ask(people.sam, 'south', 'learner-nobody'))).to.equal('not-found')
    expect(await kindOf(ask(people.sam, 'south'))).to.equal('invalid')
  })

  it('walks from requested to completed, and says so to the learner each time', async () => {
    await keepConsent('learner-ada', 'north')
    const { id } = await ask(people.ada, 'north')

    await answer(people.sam, id, { state: 'accepted' })
    await answer(people.sue, id, { state: 'accepted', substate: 'appointment_set' })
    await answer(people.sam, id, { state: 'in-progress', substate: 'enrolled_WP' })
    await answer(people.sam, id, { state: 'on-hold', reason: 'Waiting for papers.' })
    await answer(people.sam, id, { state: 'in-progress' })
    const done = await answer(people.sue, id, { state: 'completed', substate: 'placed' })

    expect(done.timeline.map(({ state, substate }) => [state, substate])).to.deep.equal([
      ['requested', undefined],
      ['accepted', undefined],
      ['accepted', 'appointment_set'],
      ['in-progress', 'enrolled_WP'],
      ['on-hold', undefined],
      ['in-progress', undefined],
      ['completed', 'placed'],
    ])
    const [waiting] = await referralOutbox.waiting(10)
    const toAda = waiting?.entries.filter(({ to }) => to.email === 'ada@example.org')
    expect(toAda).to.have.length(6)
    expect(new Set(toAda?.map(({ template }) => template))).to.deep.equal(
      new Set(['referralAnswered']),
    )
  })

  it('takes exactly one of two answers given at once', async () => {
    await keepConsent('learner-ada', 'north')
    for (let round = 0; round < 5; round += 1) {
      const { id } = await ask(people.ada, 'north')

      const kinds = await Promise.all([
        kindOf(answer(people.sam, id, { state: 'accepted' })),
        kindOf(answer(people.sue, id, { state: 'rejected', reason: 'We are full.' })),
      ])

      const after = (await readReferral(await actorOf(people.ada), id, world.clock.at)).referral
      expect([...kinds].sort()).to.deep.equal(['done', 'refused'])
      expect(after.state).to.equal(kinds[0] === 'done' ? 'accepted' : 'rejected')
      expect(after.timeline).to.have.length(2)
      if (after.state === 'accepted')
        await answer(people.ada, id, { state: 'cancelled', reason: 'Next round.' })
    }
  })

  it('does not exist for third parties: another learner, another center, a mentor, a college', async () => {
    await keepConsent('learner-ada', 'north')
    const { id } = await ask(people.ada, 'north')

    for (const stranger of [people.ben, people.tom, people.max, people.eve]) {
      expect(await kindOf(readReferral(await actorOf(stranger), id, world.clock.at))).to.equal(
        'not-found',
      )
      expect(await kindOf(answer(stranger, id, { state: 'accepted' }))).to.equal('not-found')
    }
  })

  it('refuses each side what is not theirs, a settled one everything', async () => {
    await keepConsent('learner-ada', 'north')
    const { id } = await ask(people.ada, 'north')

    expect(await kindOf(answer(people.ada, id, { state: 'accepted' }))).to.equal('not-allowed')
    expect(await kindOf(answer(people.sam, id, { state: 'entered-in-error' }))).to.equal(
      'not-allowed',
    )
    expect(await kindOf(answer(people.sam, id, { state: 'completed' }))).to.equal('refused')
    expect(await kindOf(answer(people.sam, id, { state: 'rejected' }))).to.equal('invalid')
    await answer(people.sam, id, { state: 'rejected', reason: 'We are full.' })
    for (const state of ['rejected', 'accepted', 'cancelled'] as const)
      expect(await kindOf(answer(people.sam, id, { state, reason: 'Again.' }))).to.equal('refused')
  })

  it('keeps the referral when consent ends, closes its packet once and tells the center', async () => {
    await keepConsent('learner-ada', 'north')
    const { id } = await ask(people.ada, 'north')
    const ada = await actorOf(people.ada)

    await withdrawConsent('consent-learner-ada-north', ada, world.ports)
    await withdrawConsent('consent-learner-ada-north', ada, world.ports)

    const { referral } = await readReferral(await actorOf(people.sam), id, world.clock.at)
    expect(referral.state).to.equal('requested')
    expect(referral.packet).to.equal('closed')
    expect(referral.timeline.filter(({ kind }) => kind === 'consent-ended')).to.have.length(1)
    const [waiting] = await referralOutbox.waiting(10)
    const told = waiting?.entries.filter(({ template }) => template === 'referralClosedPacket')
    expect(told?.map(({ to }) => to.email)).to.have.members(['sam@example.org', 'sue@example.org'])
  })

  describe('when the process dies before the center was told', () => {
    const runJob = () =>
      endConsents({ world, signal: new AbortController().signal, touch: async () => {} })
    const seen = async (id: string) =>
      (await readReferral(await actorOf(people.sam), id, world.clock.at)).referral
    const kept = async (id: string) =>
      (await referralsOf('learner-ada')).find((one) => one.id === id)?.packet

    it('is told by a job, once, that a consent was stopped and that another was given', async () => {
      await keepConsent('learner-ada', 'north')
      const { id } = await ask(people.ada, 'north')

      await endConsent('learner-ada', 'consent-learner-ada-north', world.clock.at)
      expect(await kept(id)).to.equal('open')
      await runJob()
      await runJob()
      expect(await kept(id)).to.equal('closed')
      await insertSigned(aConsent('learner-ada', 'north', { id: 'again' }))
      await runJob()
      await runJob()

      expect(await kept(id)).to.equal('open')
      const { timeline } = await seen(id)
      expect(timeline.slice(1).map(({ kind, by }) => [kind, by])).to.deep.equal([
        ['consent-ended', 'Ada'],
        ['consent-given', 'Ada'],
      ])
    })
  })

  describe('when consent ends by its date', () => {
    const lastDay = new Date('2015-03-20T19:00:00Z')
    const dayAfter = new Date('2015-03-21T07:30:00Z')
    const endOn = (at: Date) => {
      world.clock.at = at
      return endConsents({ world, signal: new AbortController().signal, touch: async () => {} })
    }
    const seen = async (id: string) =>
      (await readReferral(await actorOf(people.sam), id, world.clock.at)).referral
    let id = ''

    beforeEach(async () => {
      await keepConsent('learner-ada', 'north', { expiresOn: '2015-03-20' })
      ;({ id } = await ask(people.ada, 'north'))
    })

    it('is closed at the first read of the next day, before any job has run', async () => {
      world.clock.at = lastDay
      expect((await seen(id)).packet).to.equal('open')
      world.clock.at = dayAfter
      expect((await seen(id)).packet).to.equal('closed')
    })

    it('writes one line and tells the center and the learner once, however often the job runs', async () => {
      await endOn(lastDay)
      expect((await seen(id)).timeline).to.have.length(1)
      await endOn(dayAfter)
      await endOn(new Date('2015-03-22T19:00:00Z'))

      const { timeline, state } = await seen(id)
      expect(state).to.equal('requested')
      expect(timeline.slice(1).map(({ kind, by }) => [kind, by])).to.deep.equal([
        ['consent-ended', 'Code Oregon'],
      ])
      const [waiting] = await referralOutbox.waiting(10)
      const told = waiting?.entries.map(({ template, to }) => `${template} ${to.email}`)
      expect(
        told?.filter((one) => one.includes('Packet') || one.includes('Expired')).sort(),
      ).to.deep.equal([
        'referralClosedPacket sam@example.org',
        'referralClosedPacket sue@example.org',
        'referralConsentExpired ada@example.org',
      ])
    })

    it('is told on the day it closes, also in a program further east', async () => {
      await mongoose.connection
        .collection('programs')
        .updateMany({}, { $set: { zone: 'America/New_York' } })
      const eastIsTomorrow = new Date('2015-03-21T05:00:00Z')
      await endOn(eastIsTomorrow)
      expect((await seen(id)).packet).to.equal('open')

      await endOn(dayAfter)

      const { packet, timeline } = await seen(id)
      expect([packet, timeline.at(-1)?.kind]).to.deep.equal(['closed', 'consent-ended'])
    })

    it('opens again with the next consent', async () => {
      await endOn(dayAfter)
      await keepConsent('learner-ada', 'north', { id: 'next', expiresOn: '2015-09-01' })
      await tellParties(
        { id: 'next', learnerId: 'learner-ada' },
        { by: 'Ada', isByDate: false },
        world.ports,
      )

      const { packet, timeline } = await seen(id)
      expect(packet).to.equal('open')
      expect(timeline.at(-1)?.kind).to.equal('consent-given')
    })
  })
})
