import { expect } from 'chai'
import mongoose from 'mongoose'
import { makeIndexes } from '../../src/database.js'
import {
  coEnrollmentsOf,
  insertCoEnrollment,
  markEnrollmentTakenBack,
} from '../../src/referrals/co-enrollment-store.js'
import { referralStates } from '../../src/referrals/referral.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { aReferral, aStay, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'
const stays = '/referrals/one/co-enrollments'
const mistyped = { program: 'wioa-adult', startOn: '2010-01-04' }
const reason = 'The year was mistyped.'

interface Answered {
  readonly id: string
  readonly startOn: string
  readonly endOn?: string
  readonly takenBack?: { readonly by: string; readonly reason: string }
}

describe('a program that a center reported', () => {
  let world: TestApp
  let sam: Person
  let sue: Person
  let tom: Person
  let learner: Person

  beforeEach(async () => {
    await emptyDatabase()
    const people = await keepPeople()
    world = testApp()
    await keepReferrals(aReferral('one', ada, 'north', { state: 'accepted' }))
    ;[sam, sue, tom, learner] = await Promise.all([
      signIn(world.app, credentials(people.sam)),
      signIn(world.app, credentials(people.sue)),
      signIn(world.app, credentials(people.tom)),
      signIn(world.app, credentials(people.ada)),
    ])
  })

  const report = (body: object, person = sam, referral = 'one') =>
    person.api('post', `/referrals/${referral}/co-enrollments`, body)
  const takeBack = (id: string, person = sam, body: object = { reason }) =>
    person.api('post', `${stays}/${id}/withdrawals`, body)
  const listed = async (person: Person) =>
    ((await person.api('get', stays)).body as { items: Answered[] }).items

  it('has no last day that is still to come', async () => {
    expect((await report({ ...mistyped, endOn: '2019-12-31' })).status).to.equal(422)
    expect(await coEnrollmentsOf(ada)).to.deep.equal([])
    const form = await sam.read(stays)
    expect(form('input[name=endOn]').attr('max')).to.equal('2015-03-09')
  })

  it('is taken back with a reason, stays to be read by both sides, and is reported anew', async () => {
    const { id } = (await report(mistyped)).body as Answered
    const path = `${stays}/${id}/take-back`
    expect((await sam.read(stays))(`a[href$="${path}"]`)).to.have.length(1)
    expect((await sam.read(path))('main').text())
      .to.contain('WIOA Adult')
      .and.contain('2010')
    expect((await sam.submit(path, { reason: ' ' })).status).to.equal(422)
    expect((await sam.submit(path, { reason: 'SSN 123-45-6789' })).status).to.equal(422)

    expect((await sam.submit(path, { reason })).status).to.equal(303)
    expect((await sam.get(path)).status).to.equal(409)
    expect((await report({ ...mistyped, endOn: '2015-01-02' })).status).to.equal(201)

    for (const person of [sam, learner]) {
      const [old, anew] = await listed(person)
      expect(old?.takenBack).to.deep.include({ by: 'Sam', reason })
      expect(anew).to.deep.include({ startOn: mistyped.startOn, endOn: '2015-01-02' })
      expect(anew).not.to.have.property('takenBack')
      expect((await person.read('/referrals/one'))('#enrollments').text())
        .to.contain('Taken back by Sam')
        .and.contain(reason)
    }
  })

  it('is taken back by the API once, by one of two people, and by its own center alone', async () => {
    const { id } = (await report(mistyped)).body as Answered
    await insertCoEnrollment(aStay('theirs', ada, 'south'))
    await keepReferrals(aReferral('elsewhere', ada, 'south', { state: 'accepted' }))

    expect((await takeBack(id, learner)).status).to.equal(403)
    expect((await takeBack(id, tom)).status).to.equal(404)
    expect((await takeBack('theirs')).status).to.equal(404)
    expect((await takeBack('none')).status).to.equal(404)
    expect((await takeBack(id, sam, {})).status).to.equal(422)
    const both = await Promise.all([takeBack(id), takeBack(id, sue)])
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 409])
    expect(await markEnrollmentTakenBack(id, ada, 'north', aBack)).to.equal(false)
    const kept = (await coEnrollmentsOf(ada)).map((one) => [one.id, one.takenBack?.reason])
    expect(kept).to.have.deep.members([
      [id, reason],
      ['theirs', undefined],
    ])
  })

  it('says of an end on another day what to do', async () => {
    await report({ ...mistyped, endOn: '2015-01-02' })
    const refused = await report({ ...mistyped, endOn: '2015-01-05' })
    expect(refused.status).to.equal(409)
    expect((refused.body as { detail: string }).detail).to.contain('take it back from the list')
  })

  it('is reported from the day the center accepts; later it can still be ended or taken back', async () => {
    const may = new Set(['accepted', 'in-progress', 'on-hold', 'completed'])
    for (const state of referralStates.filter((one) => one !== 'draft')) {
      const at = '2015-01-12'
      const learnerId = `learner-${state}`
      await keepReferrals(aReferral(state, learnerId, 'north', { state }))
      await insertCoEnrollment(aStay(`known-${state}`, learnerId, 'north', { startOn: at }))

      const first = await report({ program: 'taa', startOn: at }, sam, state)
      expect(first.status, `a new one, ${state}`).to.equal(may.has(state) ? 201 : 409)
      const end = { program: 'wioa-adult', startOn: at, endOn: '2015-03-01' }
      expect((await report(end, sam, state)).status, `its end, ${state}`).to.equal(201)
      const page = await sam.read(`/referrals/${state}/co-enrollments`)
      expect(page(`a[href*="known-${state}"]`), state).to.have.length(1)
      const back = await sam.api(
        'post',
        `/referrals/${state}/co-enrollments/known-${state}/withdrawals`,
        { reason },
      )
      expect(back.status, `taken back, ${state}`).to.equal(200)
    }
  })

  it('shows a center that did not accept no form for it, and what to do first', async () => {
    await keepReferrals(aReferral('asked', 'learner-ben', 'north'))
    const page = await sam.read('/referrals/asked/co-enrollments')
    expect(page('main form')).to.have.length(0)
    expect(page('main').text()).to.contain('Accept the referral first')
    expect((await sam.read('/referrals/asked'))('a[href$="/co-enrollments"]')).to.have.length(0)
    expect((await sam.read('/referrals/one'))('a[href$="/co-enrollments"]')).to.have.length(1)
  })
})

const aBack = { by: 'Sue', at: new Date('2015-03-09T19:00:00Z'), reason: 'x' }

describe('reported programs in a database of the release that knew no taking back', () => {
  before(emptyDatabase)

  it('are reported again after they were taken back', async () => {
    const collection = mongoose.connection.collection('co-enrollments')
    const old = { learnerId: 1, centerId: 1, program: 1, startOn: 1 } as const
    await collection.createIndex(old, { unique: true }, {})
    await insertCoEnrollment(aStay('first', ada, 'north'))
    await markEnrollmentTakenBack('first', ada, 'north', aBack)

    await makeIndexes()

    const names = (await collection.indexes()).map(({ name }) => name)
    expect(names).not.to.include('learnerId_1_centerId_1_program_1_startOn_1')
    expect((await insertCoEnrollment(aStay('again', ada, 'north'))).id).to.equal('again')
    expect((await insertCoEnrollment(aStay('third', ada, 'north'))).id).to.equal('again')
  })
})
