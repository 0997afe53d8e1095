import { expect } from 'chai'
import mongoose from 'mongoose'
import { slotOutbox } from '../../src/appointments/slot-row-store.js'
import { findSlot, insertSlot } from '../../src/appointments/slot-store.js'
import { decideClaim } from '../../src/claims/decide-claim.js'
import { fileClaim } from '../../src/claims/file-claim.js'
import { eraseLearner } from '../../src/holdings/erase-learner.js'
import { eraseLearners } from '../../src/holdings/erase-learners.js'
import { findDeparture } from '../../src/holdings/departure-store.js'
import { findLocked } from '../../src/holdings/locked-store.js'
import { openLocked } from '../../src/holdings/open-locked.js'
import { auditChains } from '../../src/learners/audit-chains.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { findLearner } from '../../src/learners/learner-store.js'
import {
  insertCoEnrollment,
  markEnrollmentTakenBack,
} from '../../src/referrals/co-enrollment-store.js'
import { onceByKey } from '../../src/referrals/once-by-key.js'
import { findReferral } from '../../src/referrals/referral-store.js'
import { insertPairing } from '../../src/mentoring/pairing-store.js'
import { insertShare } from '../../src/sharing/share-store.js'
import { unseal } from '../../src/seal.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials, password } from '../support/build-access.js'
import {
  aSlot,
  aStay,
  actorOf,
  aReferral,
  keepConsent,
  keepReferrals,
} from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent as keepCreditConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { aPairing, aShare } from '../support/build-ties.js'
import { emptyDatabase } from '../support/database.js'
import { mailsTo } from '../support/mail.js'
import { signIn, visitor, type Person } from '../support/person.js'
import { kindOf } from '../support/told.js'

const marks = ['Ada', 'Lovelace', people.ada.email, people.ada.id, '503-555-0100']

/** Every place in the database where one of the marks stands. */
async function traces(): Promise<string[]> {
  const found: string[] = []
  for (const collection of (await mongoose.connection.db?.collections()) ?? [])
    for await (const row of collection.find())
      for (const mark of marks)
        if (JSON.stringify(row).includes(mark)) found.push(`${collection.collectionName}: ${mark}`)
  return [...new Set(found)]
}

describe('A learner who leaves', () => {
  let world: TestApp
  let ada: Person
  let claimId: string
  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(courses)
    await keepCreditConsent()
    await keepConsent(adaId, 'center', { communityId: community })
    await insertPairing(aPairing())
    await insertShare(aShare({ createdAt: world.clock.at }))
    claimId = (await fileClaim('cis-122-v1', await actorOf(people.ada), world.ports)).id
    ada = await signIn(world.app, credentials(people.ada))
    await ada.submit('/profile', {
      city: 'Portland',
      postalCode: '97201',
      phone: '503-555-0100',
      portfolioUrl: '',
    })
  })

  const served = (state: 'accepted' | 'requested') =>
    keepReferrals(
      aReferral('referral', adaId, 'center', { state, consentId: `consent-${adaId}-center` }),
    )
  const leave = () => ada.submit('/delete-account', { password })
  const run = () =>
    eraseLearners({ world, signal: new AbortController().signal, touch: () => Promise.resolve() })
  const pass = (days: number) => {
    world.clock.at = new Date(world.clock.at.getTime() + days * 86_400_000)
  }

  it('is told first what goes, what stays and until when, in both languages', async () => {
    await served('accepted')
    const page = await ada.read('/delete-account')
    const spanish = await ada.read('/es/delete-account')

    expect(page('main').text()).to.contain('June 30, 2019')
    expect(page('main').text()).to.contain('Nobody sees you any more')
    expect(spanish('main').text()).to.contain('30 de junio de 2019')
  })

  it('has records kept by the programs a center reported, not by one it took back', async () => {
    await served('accepted')
    world.clock.at = new Date('2015-09-09T19:00:00Z')
    const until = async () => (await ada.read('/delete-account'))('main').text()
    await insertCoEnrollment(aStay('stay', adaId, 'center'))
    expect(await until()).to.contain('June 30, 2020')

    await markEnrollmentTakenBack('stay', adaId, 'center', {
      by: 'Sam',
      at: world.clock.at,
      reason: 'A mistake.',
    })
    expect(await until()).to.contain('June 30, 2019')
  })

  it('leaves nothing in the answers that systems were given under a key', async () => {
    await served('accepted')
    const referral = await findReferral('referral')
    const answer = { learner: { id: adaId }, timeline: referral?.timeline ?? [] }
    const sam = { accountId: 'sam' }
    const call = { path: 'answers referral', body: { state: 'in-progress' } }
    const said = () => onceByKey(sam, 'case-1', call, () => Promise.resolve(answer), world.ports)
    const kept = () =>
      mongoose.connection.collection('idempotency-keys').find({ answer: /Ada/ }).toArray()
    await said()
    expect(await kept()).to.have.length(1)

    await leave()
    await run()
    pass(9)
    await run()

    expect(await kept()).to.deep.equal([])
  })

  it('needs the password again, and no other role', async () => {
    const wrong = await ada.submit('/delete-account', { password: 'not mine at all' })
    const cora = await signIn(world.app, credentials(people.cora))

    expect(wrong.status).to.equal(422)
    expect((await cora.get('/delete-account')).status).to.equal(403)
    expect(await findDeparture(adaId)).to.equal(undefined)
  })

  it('is seen by nobody from then on, and every consent, request, link and session ends', async () => {
    await served('requested')
    const [sam, cora, mia, max] = await Promise.all(
      [people.sam, people.cora, people.mia, people.max].map((one) =>
        signIn(world.app, credentials(one)),
      ),
    )
    const anybody = visitor(world.app)
    expect((await anybody.get('/shares/share')).status).to.equal(200)

    expect((await leave()).headers['location']).to.equal('/delete-account/done')

    expect((await ada.get('/home')).headers['location']).to.match(/^\/sign-in/)
    expect((await ada.api('get', '/me')).status).to.equal(401)
    expect((await anybody.get('/shares/share')).status).to.equal(404)
    expect((await anybody.get('/credentials/award-html')).status).to.equal(404)
    for (const [person, path] of [
      [sam, '/staff/ready'],
      [sam, '/staff/ready.csv'],
      [sam, '/staff/learners?q=Ada'],
      [sam, '/staff/referrals?state=all'],
      [sam, '/staff/referrals.csv?state=all'],
      [sam, `/staff/learners/${adaId}`],
      [sam, '/referrals/referral'],
      [cora, '/college'],
      [cora, '/college/claims.csv'],
      [cora, `/college/claims/${claimId}`],
      [mia, '/mentor'],
      [mia, `/mentor/learners/${adaId}`],
      [max, '/people'],
      [max, '/people.csv'],
      [max, '/edit/badges/html/awards'],
    ] as const)
      expect((await person?.get(path))?.text, path).not.to.contain('Lovelace')
    const centerMails = await mailsTo(world, people.sam.email)
    expect(centerMails.length, 'the center was told').to.be.greaterThan(0)
    const consents = mongoose.connection.collection('consents')
    expect(
      await consents.countDocuments({ learnerId: adaId, withdrawnAt: { $exists: false } }),
    ).to.equal(0)
  })

  it('is told at sign-in how to come back, and comes back whole within seven days', async () => {
    const before = await findLearner(adaId)
    await leave()
    const refused = await visitor(world.app).submit('/sign-in', credentials(people.ada))
    expect(refused.status).to.equal(409)
    expect(refused.text).to.contain('/keep-account')
    pass(6)
    await run()
    const wrong = { email: people.ada.email, password: 'not mine at all' }
    expect((await visitor(world.app).submit('/keep-account', wrong)).status).to.equal(422)
    const kept = await visitor(world.app).submit('/keep-account', credentials(people.ada))

    expect(kept.headers['location']).to.contain('/sign-in')
    const again = await signIn(world.app, credentials(people.ada))
    expect((await again.get('/home')).status).to.equal(200)
    expect(await findLearner(adaId)).to.deep.equal(before)
    pass(3)
    await run()
    expect(await findLearner(adaId)).to.deep.equal(before)
  })

  it('cannot come back once the seven days are over', async () => {
    await leave()
    pass(7)
    const late = await visitor(world.app).submit('/keep-account', credentials(people.ada))
    expect(late.status).to.equal(409)
  })

  it('leaves no trace of name, address or number in any collection', async () => {
    await served('accepted')
    const sam = await signIn(world.app, credentials(people.sam))
    await sam.api('get', `/learners/${adaId}/record`)
    await leave()
    await mailsTo(world, people.ada.email)
    expect((await traces()).length).to.be.greaterThan(3)
    pass(7)
    await run()

    expect(await traces()).to.deep.equal([])
    expect(await findDeparture(adaId)).to.deep.include({
      state: 'erased',
      lockedUntil: '2019-06-30',
    })
    for (const path of ['/staff/referrals?state=all', '/staff/referrals.csv?state=all', '/staff'])
      expect((await sam.get(path)).status, path).to.equal(200)
  })

  it('keeps the chain of who looked whole, and the locked copy sealed', async () => {
    await served('accepted')
    const sam = await signIn(world.app, credentials(people.sam))
    await sam.api('get', `/learners/${adaId}/record`)
    await leave()
    const rows = await chainOf(adaId)
    pass(7)
    await run()

    expect(await chainOf(adaId)).to.deep.equal(rows)
    const audit = await auditChains({
      ports: world.ports,
      signal: new AbortController().signal,
      tell: () => undefined,
    })
    expect(audit.broken).to.equal(0)
    const locked = await findLocked(adaId)
    const opened = unseal(locked?.sealed ?? '', world.secrets.seal, 'locked records') ?? ''
    expect(locked?.sealed).not.to.contain('Lovelace')
    expect(JSON.parse(opened)).to.have.nested.property('learners[0].name', 'Ada Lovelace')
    expect(unseal(locked?.sealed ?? '', 'x'.repeat(64), 'locked records')).to.equal(undefined)
  })

  it('opens the locked copy for who says why, and keeps that beside it', async () => {
    await served('accepted')
    await leave()
    pass(7)
    await run()
    const why = { by: 'Max, for the state auditor', reason: 'File 17 of the audit' }

    const text = await openLocked(adaId, why, world)

    expect(JSON.parse(text)).to.have.nested.property('learners[0].name', 'Ada Lovelace')
    const openings = [{ ...why, at: world.clock.at }]
    expect((await findLocked(adaId))?.openings).to.deep.equal(openings)
    const others = { ...world, secrets: { ...world.secrets, seal: 'x'.repeat(64) } }
    expect(await kindOf(openLocked(adaId, why, others))).to.equal('refused')
    expect(await kindOf(openLocked('nobody', why, world))).to.equal('not-found')
    expect((await findLocked(adaId))?.openings).to.deep.equal(openings)
  })

  it('gives the place of an appointment back, and leaves the places of others alone', async () => {
    const startsAt = new Date(world.clock.at.getTime() + 86_400_000)
    const endsAt = new Date(startsAt.getTime() + 1_800_000)
    const booking = (learnerId: string) => ({
      id: `booking-${learnerId}`,
      learnerId,
      state: 'booked' as const,
      bookedAt: world.clock.at,
    })
    const bob = people.bob.learnerId ?? ''
    await insertSlot(
      aSlot({
        centerId: 'center',
        hostId: people.sam.id,
        hostName: people.sam.name,
        startsAt,
        endsAt,
        mode: 'phone',
        bookings: [booking(adaId), booking(bob)],
      }),
    )
    await leave()
    const given = await findSlot('slot')
    const told = (await slotOutbox.waiting(5)).flatMap(({ entries }) => entries)
    pass(7)
    await run()
    const left = await findSlot('slot')

    expect(given?.free).to.equal(1)
    expect(told.map(({ template, to }) => [template, to.email])).to.deep.equal([
      ['appointmentGivenBack', people.sam.email],
    ])
    expect(given?.bookings.map(({ state }) => state)).to.deep.equal(['cancelled', 'booked'])
    expect(left?.bookings.map(({ learnerId }) => learnerId)).to.deep.equal([bob])
  })

  it('locks nothing away where no center served and no college granted', async () => {
    await leave()
    pass(7)
    await run()

    expect(await findLocked(adaId)).to.equal(undefined)
    expect((await findDeparture(adaId))?.logUntil).to.equal('2018-06-30')
  })

  it('leaves a granted credit with the college, without the person', async () => {
    await decideClaim(claimId, { decision: 'grant' }, await actorOf(people.cora), world)
    await leave()
    pass(7)
    await run()

    const [claim] = await mongoose.connection
      .collection('claims')
      .find({ learnerId: adaId })
      .toArray()
    expect(claim).to.deep.include({ state: 'granted', granted: 4, collegeId: 'pcc' })
    expect(JSON.stringify(claim)).not.to.match(/Ada|Lovelace|Cora/)
    const cora = await signIn(world.app, credentials(people.cora))
    expect((await cora.get('/college?state=all')).status).to.equal(200)
    expect((await cora.get('/college/claims.csv?state=all')).status).to.equal(200)
  })

  it('goes on where a crash stopped, in closing down and in erasing', async () => {
    await leave()
    const departures = mongoose.connection.collection<{ _id: string }>('departures')
    await departures.updateOne({ _id: adaId }, { $unset: { closedAt: 1 } })
    await run()
    expect((await findDeparture(adaId))?.closedAt).not.to.equal(undefined)
    pass(7)
    await departures.updateOne({ _id: adaId }, { $set: { state: 'erasing' } })
    await mongoose.connection.collection('evidence').deleteMany({ learnerId: adaId })
    await departures.updateOne({ _id: adaId }, { $set: { done: ['evidence'] } })
    await run()

    expect(await traces()).to.deep.equal([])
  })

  it('is not erased while a legal hold is on, and is when it is lifted', async () => {
    const max = await signIn(world.app, credentials(people.max))
    const reason = 'A complaint is being looked at.'
    const held = await max.submit('/legal-holds', { email: people.ada.email, reason })
    expect(held.status).to.equal(303)
    expect((await max.submit('/legal-holds', { email: people.ada.email, reason })).status).to.equal(
      409,
    )
    const told = await ada.read('/delete-account')
    expect(told('main').text()).to.contain('A legal hold is on')
    await leave()
    pass(7)
    await run()
    pass(30)
    const departure = await findDeparture(adaId)
    if (departure) await eraseLearner(departure, world)
    expect((await traces()).length).to.be.greaterThan(3)

    await max.submit(`/legal-holds/${adaId}/lift`, { reason: 'The complaint was settled.' })
    pass(1)
    await run()
    expect(await traces()).to.deep.equal([])
  })

  it('is gone when the law’s time is over, however many older records are held', async () => {
    await served('accepted')
    await leave()
    pass(7)
    await run()
    const older = Array.from({ length: 60 }, (_, at) => ({
      _id: `held-${String(at).padStart(2, '0')}`,
      communityId: community,
      state: 'erased',
      askedAt: world.clock.at,
      dueAt: world.clock.at,
      done: [],
      lockedUntil: '2017-06-30',
      logUntil: '2017-06-30',
    }))
    const held = older.map(({ _id }) => ({ _id, communityId: community, isLive: true, trail: [] }))
    await mongoose.connection.collection<{ _id: string }>('departures').insertMany(older)
    await mongoose.connection.collection<{ _id: string }>('legal-holds').insertMany(held)
    world.clock.at = new Date('2019-07-01T19:00:00Z')
    await run()

    expect(await findLocked(adaId)).to.equal(undefined)
    expect(await findDeparture(adaId)).to.equal(undefined)
    expect(await mongoose.connection.collection('departures').countDocuments()).to.equal(60)
  })

  it('is gone whole, row by row, when the law’s time is over', async () => {
    await served('accepted')
    await leave()
    pass(7)
    await run()
    world.clock.at = new Date('2019-06-30T19:00:00Z')
    await run()
    const kept = await findLocked(adaId)
    world.clock.at = new Date('2019-07-01T19:00:00Z')
    await run()

    expect(kept).not.to.equal(undefined)
    expect(await findLocked(adaId)).to.equal(undefined)
    expect(await findDeparture(adaId)).to.equal(undefined)
    const left: string[] = []
    for (const collection of (await mongoose.connection.db?.collections()) ?? [])
      for await (const row of collection.find())
        if (JSON.stringify(row).includes(adaId)) left.push(collection.collectionName)
    expect(left).to.deep.equal([])
  })
})
