import { expect } from 'chai'
import mongoose from 'mongoose'
import supertest from 'supertest'
import { makeIndexes } from '../../src/database.js'
import { factsOf, markFactWithdrawn, recordFacts } from '../../src/providers/evidence-store.js'
import { saveRoles } from '../../src/access/account-change-store.js'
import { findAccount } from '../../src/access/account-store.js'
import { endConsent } from '../../src/learners/consent-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import {
  insertCoEnrollment,
  markEnrollmentTakenBack,
} from '../../src/referrals/co-enrollment-store.js'
import { saveProfile } from '../../src/learners/learner-store.js'
import type { EnrollmentProgram } from '../../src/referrals/co-enrollment.js'
import { goOnChecking } from '../../src/reports/check-extract.js'
import { gainsOfMany, insertGain, markGainTakenBack } from '../../src/reports/gain-store.js'
import { participantCode } from '../../src/reports/extract.js'
import { saveCenters } from '../../src/centers/center-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { takeGainBack } from '../../src/reports/take-gain-back.js'
import { actorOf, aCenter, aGain } from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent,
  keepWorld,
  now,
  people,
} from '../support/build-record.js'
import { anEvidence } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const bobId = 'learner-bob'
const extract = '/reports/participants'

const oldIndex = 'learnerId_1_type_1_evidenceId_1'

const stay = (learnerId: string, program: EnrollmentProgram, startOn: string, endOn?: string) =>
  insertCoEnrollment({
    id: `${learnerId}-${program}-${startOn}`,
    learnerId,
    communityId: community,
    centerId: 'center',
    program,
    startOn,
    ...(endOn !== undefined && { endOn }),
    reportedBy: { accountId: people.sam.id, name: people.sam.name },
    reportedAt: now,
  })

describe('what a board takes out', () => {
  let world: TestApp
  let max: Person
  let sam: Person

  before(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await saveCenters([aCenter('center')])
    await saveProfile(adaId, { place: { city: 'Vancouver', postalCode: '98660' } })
    await adaFinished(courses)
    await stay(adaId, 'wioa-dislocated', '2014-03-01', '2014-06-20')
    const mistyped = await stay(adaId, 'wioa-adult', '2010-09-01')
    await markEnrollmentTakenBack(mistyped.id, adaId, 'center', {
      by: people.sam.name,
      at: now,
      reason: 'Mistyped.',
    })
    await stay(adaId, 'wioa-adult', '2014-09-01')
    await stay(adaId, 'wioa-youth', '2014-10-01')
    await stay(adaId, 'snap-et', '2014-07-02')
    await stay(bobId, 'wioa-dislocated', '2014-09-01')
    await stay('gone', 'wioa-adult', '2013-01-01', '2014-06-30')
    const records = ['outcome', 'credential', 'contact'] as const
    await keepConsent({ id: 'to-board', parties: ['board'], purpose: 'employment', records })
    await keepConsent({
      id: 'to-center',
      parties: ['center'],
      purpose: 'referral',
      records: ['progress', 'badges', 'credential', 'contact'],
    })
    max = await signIn(world.app, credentials(people.max))
    sam = await signIn(world.app, credentials(people.sam))
  })

  const gains = `/staff/learners/${adaId}/gains`
  /** What the page says of a check of that year, once it has begun. */
  const check = async (year = '2014') => {
    const { headers } = await max.submit(extract, { year })
    return (await max.read(headers['location'] ?? ''))('#check').text()
  }

  it('rests on skill gains that staff record on evidence, once each', async () => {
    const page = await sam.read(gains)
    expect(page('main form').text()).to.contain('Training milestone (type 4)')
    const evidence = page('main form input[name=evidence]').attr('value') ?? ''

    expect((await sam.submit(gains, { evidence })).status).to.equal(303)
    expect((await sam.submit(gains, { evidence })).status).to.equal(409)
    expect((await sam.submit(gains, { evidence: 'track web v9' })).status).to.equal(409)
    expect((await gainsOfMany([adaId])).get(adaId)).to.have.length(1)
    expect((await sam.read(gains))('#gains').text()).to.contain('Sam Staff')
  })

  it('is who was in a federal program that year and lets the board see it, in one row from the first entry, as a resident of their own state', async () => {
    const csv = (await max.get(`${extract}.csv?year=2014&head=yes`)).text.replace('\uFEFF', '')
    const [head = '', ...rows] = csv.trim().split('\r\n')
    const cell = (no: string) => rows[0]?.split(',')[head.split(',').indexOf(no)]

    expect(rows).to.have.length(1)
    expect(cell('100')).to.equal(participantCode(adaId))
    expect([cell('101'), cell('103')]).to.deep.equal(['WA', '98660'])
    expect([cell('900'), cell('901')]).to.deep.equal(['20140301', ''])
    expect(cell('1809')).to.equal('20150201')
    expect([cell('200'), cell('903'), cell('1300')]).to.deep.equal(['', '', ''])
  })

  it('is bare rows unless a first row is asked for', async () => {
    const { text } = await max.get(`${extract}.csv?year=2014`)

    expect(text.startsWith(`1,${participantCode(adaId)},WA`)).to.equal(true)
    expect(text).not.to.contain('Ada').and.not.to.contain(adaId)
  })

  it('tells everyone in it that it was taken, and nobody else', async () => {
    const [read] = await disclosuresOf(adaId, 1)
    expect(read).to.deep.include({
      basis: 'consent',
      purpose: 'participant extract',
      channel: 'export',
      organizationId: 'board',
      records: ['outcome', 'credential', 'contact'],
      consentIds: ['to-board'],
    })
    const ofBob = await disclosuresOf(bobId, 10)
    expect(ofBob.map(({ purpose }) => purpose)).not.to.include('participant extract')
  })

  it('is checked first, with how many are left out', async () => {
    expect(await check())
      .to.contain('1 row checked.')
      .and.contain('1 participant is not in it')
      .and.contain('Nothing was found.')
    expect(await check('2012')).to.contain('0 rows checked.')
    expect((await max.read(`${extract}?year=2014`))('#check').text()).not.to.contain('checked.')
  })

  it('tells of a gain of the year on a day before the entry, and what to do', async () => {
    const earnedOn = '2014-07-15'
    const exam = anEvidence(bobId, 'exam', {
      communityId: community,
      kind: 'exam',
      level: 'provider-confirmed',
      earnedOn,
    })
    await recordFacts([exam])
    await insertGain({ ...aGain(bobId, 'early', 'center'), evidenceId: exam.id, on: earnedOn })
    await keepConsent({
      id: 'bob-to-board',
      learnerId: bobId,
      parties: ['board'],
      purpose: 'employment',
      records: ['outcome', 'credential'],
    })
    expect(await check())
      .to.contain('2 rows checked.')
      .and.contain('before this person entered')
      .and.contain('take the program back')
    expect((await max.get(`${extract}.csv?year=2014`)).text).not.to.contain('20140715')
    await endConsent(bobId, 'bob-to-board', now)
  })

  it('says what it is, and which columns are empty', async () => {
    const text = (await max.read(extract))('main').text()

    expect(text).to.contain('provider extract for your board').and.contain('Not held: empty')
    expect((await max.get(`${extract}?schema=none`)).status).to.equal(404)
    expect((await max.get(`${extract}?year=1999`)).status).to.equal(422)
  })

  it('leaves out a gain whose evidence was withdrawn since, and says so, until it counts again', async () => {
    const cells = async () => (await max.get(`${extract}.csv?year=2014`)).text.split(',')
    const [fact] = await factsOf(adaId)
    expect(await cells()).to.include('20150201')

    await markFactWithdrawn(fact?.id ?? '', now)
    expect(await cells()).not.to.include('20150201')
    expect(await check())
      .to.contain('its evidence was withdrawn')
      .and.contain('Ask the center')
    expect((await sam.read(gains))('#gains').text()).to.contain('No: its evidence was withdrawn')

    await markFactWithdrawn(fact?.id ?? '', undefined)
    expect(await cells()).to.include('20150201')
    expect(await check()).to.contain('Nothing was found.')
  })

  const ofAda = async () => (await gainsOfMany([adaId])).get(adaId) ?? []
  const outcomeOf = async (work: Promise<unknown>) => {
    try {
      await work
      return 'taken back'
    } catch (error) {
      return (error as Error).message
    }
  }

  it('leaves out a gain that staff take back with a reason, keeps it, and takes it again', async () => {
    const [gain] = await ofAda()
    const path = `${gains}/${gain?.id ?? ''}/take-back`
    const reason = 'Meant for somebody else.'
    expect(gain?.centerId).to.equal('center')
    expect((await sam.read(path))('main').text()).to.contain('Training milestone (type 4)')
    expect((await sam.submit(path, { reason: ' ' })).status).to.equal(422)
    expect((await supertest(world.app).post(path).type('form').send({ reason })).status).to.equal(
      403,
    )
    expect((await ofAda())[0]?.takenBack).to.equal(undefined)

    expect((await sam.submit(path, { reason })).status).to.equal(303)
    expect((await sam.submit(gains, { reason: 'Another' }, path)).status).to.equal(409)
    expect((await ofAda())[0]?.takenBack).to.deep.equal({ by: 'Sam Staff', at: now, reason })
    expect((await sam.read(gains))('#gains').text())
      .to.contain('taken back by Sam Staff')
      .and.contain(reason)
    expect((await max.get(`${extract}.csv?year=2014`)).text).not.to.contain('20150201')
    expect(await check()).to.contain('Nothing was found.')

    const evidence = gain?.evidenceId ?? ''
    expect((await sam.submit(gains, { evidence })).status).to.equal(303)
    expect(await ofAda()).to.have.length(2)
    expect((await max.get(`${extract}.csv?year=2014`)).text).to.contain('20150201')
  })

  it('lets one of two people take a gain back, and staff of another center none', async () => {
    const actor = await actorOf(people.sam)
    await insertGain(aGain(adaId, 'twice', 'center'))
    await insertGain({ ...aGain(adaId, 'theirs', 'other-center'), evidenceId: 'theirs' })
    const take = (id: string) =>
      outcomeOf(takeGainBack(actor, adaId, id, 'A mistake.', world.ports))

    expect(await Promise.all([take('twice'), take('twice')])).to.have.members([
      'taken back',
      'reports:problem.takenBack',
    ])
    const back = { by: 'x', at: now, reason: 'x' }
    expect(await markGainTakenBack('twice', adaId, back)).to.equal(false)
    expect(await take('theirs')).to.equal('reports:problem.otherCenter')
    expect(await take('none')).to.equal('http:problem.notFound')
  })

  it('lets a center take back its own gain after the consent ended, and shows it no record', async () => {
    const other = anAccount('Sue Elsewhere', 'staff', 'other-center')
    await keep(other)
    const sue = await signIn(world.app, credentials(other))
    await insertGain({ ...aGain(adaId, 'late', 'center'), evidenceId: 'late' })
    await endConsent(adaId, 'to-center', now)
    const looks = (await disclosuresOf(adaId, 100)).length

    expect((await sam.read(`/staff/learners/${adaId}`))('main').html()).to.contain(`${gains}"`)
    for (const path of [gains, `${gains}/late/take-back`]) {
      const shown = (await sam.read(path))('main').text()
      expect(shown).to.contain('Passed exam (type 5)').and.contain('Sam Staff')
      for (const hidden of ['Ada', 'An exam', 'February'])
        expect(shown, path).not.to.contain(hidden)
    }
    expect((await sue.read(gains))('#gains tbody tr')).to.have.length(1)
    expect((await sue.get(`${gains}/late/take-back`)).status).to.equal(404)
    expect((await sam.read(gains))('main form')).to.have.length(0)
    expect((await disclosuresOf(adaId, 100)).length - looks).to.equal(1)

    const reason = { reason: 'Of somebody else.' }
    expect((await sam.submit(`${gains}/late/take-back`, reason)).status).to.equal(303)
    expect((await sam.get(`${gains}/theirs/take-back`)).status).to.equal(404)
    const late = (await ofAda()).find(({ id }) => id === 'late')
    expect(late?.takenBack?.reason).to.equal(reason.reason)
  })

  it('is checked in the background when it is large, going on after a stop, by who still may', async () => {
    await Promise.all(
      Array.from({ length: 600 }, (_, at) =>
        stay(`many-${String(at).padStart(3, '0')}`, 'wioa-adult', '2013-01-01', '2013-02-01'),
      ),
    )
    const run = (signal = new AbortController(), touch = () => Promise.resolve()) =>
      goOnChecking({ world, signal: signal.signal, touch })
    const looks = async () => (await disclosuresOf(adaId, 100)).length
    const setRoles = async (roles: typeof people.max.roles) => {
      const account = await findAccount(people.max.id)
      await saveRoles({ id: people.max.id, rolesVersion: account?.rolesVersion ?? 0 }, roles, [])
    }
    const before = await looks()
    expect(await check()).to.contain('0 of 607 program records looked at')

    const stop = new AbortController()
    await run(stop, async () => {
      stop.abort()
    })
    const page = await max.read(`${extract}?year=2014`)
    expect(page('#check').text()).to.match(/1\d\d of 607/)
    expect(page('#check').attr('data-live')).to.equal('3')
    await run()
    expect((await max.read(`${extract}?year=2014`))('#check').text())
      .to.contain('1 row checked.')
      .and.contain('Checked on March 9, 2015')
    expect((await looks()) - before).to.equal(1)

    await check()
    await setRoles([])
    await run()
    await setRoles(people.max.roles)
    expect(await looks()).to.equal(before + 1)
    const left = (await max.read(`${extract}?year=2014`))('#check').text()
    expect(left).to.contain('Run the check').and.not.to.contain('of 607')
  })

  it('is for a manager of the board alone', async () => {
    const other = anAccount('Olga Other', 'manager', 'employer')
    await keep(other)
    const olga = await signIn(world.app, credentials(other))
    for (const path of [extract, `${extract}.csv?year=2014`]) {
      expect((await sam.get(path)).status).to.equal(403)
      expect((await olga.get(path)).status).to.equal(403)
    }
  })
})

describe('skill gains in a database of the release that knew no taking back', () => {
  before(emptyDatabase)

  it('are recorded again after they were taken back', async () => {
    const collection = mongoose.connection.collection('skill-gains')
    await collection.createIndex({ learnerId: 1, type: 1, evidenceId: 1 }, { unique: true }, {})
    await insertGain(aGain(bobId, 'first', 'center'))
    await markGainTakenBack('first', bobId, { by: 'x', at: now, reason: 'x' })
    expect(await insertGain(aGain(bobId, 'again', 'center'))).to.equal(false)

    await makeIndexes()
    await makeIndexes()

    expect((await collection.indexes()).map(({ name }) => name)).not.to.include(oldIndex)
    expect(await insertGain(aGain(bobId, 'again', 'center'))).to.equal(true)
    expect(await insertGain(aGain(bobId, 'third', 'center'))).to.equal(false)
  })
})
