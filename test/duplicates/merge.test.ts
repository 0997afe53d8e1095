import { expect } from 'chai'
import fc from 'fast-check'
import mongoose from 'mongoose'
import type { Actor } from '../../src/access/actor.js'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { findSlot, insertSlot } from '../../src/appointments/slot-store.js'
import { insertAwards } from '../../src/badges/award-store.js'
import { Cases } from '../../src/caseload/case-row-store.js'
import { assignCases, casesAt, findCase, openCase } from '../../src/caseload/case-store.js'
import { nameWords } from '../../src/caseload/case.js'
import { nameCases } from '../../src/caseload/name-cases.js'
import { newsBy } from '../../src/caseload/own-case.js'
import { agree, writePlan } from '../../src/caseload/keep-plan.js'
import { plansOf } from '../../src/caseload/plan-store.js'
import { findDuplicates } from '../../src/duplicates/find-duplicates.js'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import { mergeOutbox, moveMerge } from '../../src/duplicates/merge-store.js'
import { openDuplicates, saveWalk } from '../../src/duplicates/duplicate-store.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { paths } from '../../src/http/paths.js'
import { discloseTo } from '../../src/learners/disclose-to.js'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { verifyChain, type Disclosure } from '../../src/learners/disclosure.js'
import { findLearner, insertLearners, saveProfile } from '../../src/learners/learner-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  aSlot,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { anAward } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'
import { kindOf } from '../support/told.js'

const run = { signal: new AbortController().signal }
const ada = 'learner-ada'
const twin = 'learner-twin'

/** Everything kept about people, but for what merging keeps about itself. */
async function everything(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const collection of (await mongoose.connection.db?.collections()) ?? []) {
    const name = collection.collectionName
    if (/^(learner-merges|match-keys|duplicates|duplicate-walks|sessions|throttle)/.test(name))
      continue
    // How often a summary was written never goes back.
    const fields = { projection: { summaryRevision: 0 } }
    all[name] = await collection.find({}, fields).sort({ _id: 1 }).toArray()
  }
  return JSON.parse(JSON.stringify(all)) as Record<string, unknown>
}

describe('merging two records of one person', () => {
  let people: Awaited<ReturnType<typeof keepPeople>>
  let world: TestApp
  let sam: Actor

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testApp()
    sam = await actorOf(people.sam)
    const place = { city: 'Portland' }
    await saveProfile(ada, { phone: '503-555-0100', place })
    await insertLearners([
      {
        id: twin,
        communityId: community,
        name: 'ada',
        email: 'ada+roster@example.org',
        phone: '(503) 555 0100',
        place,
        language: 'es',
        enrollments: [],
        profiles: [{ provider: 'treehouse', name: 'adal', linkedAt: new Date(0), confirmed: true }],
        joinedOn: '2015-03-05',
        portfolioUrl: 'https://example.org/ada',
        demonstration: false,
      },
    ])
  })

  const find = async () => {
    await saveWalk('')
    await findDuplicates({ world, ...run })
    return openDuplicates(community, 10)
  }

  it('finds them by what they share, once, and again when marks change', async () => {
    const [pair, ...more] = await find()

    expect(more).to.deep.equal([])
    expect(pair?.learnerIds).to.deep.equal([ada, twin])
    expect(pair?.reasons).to.deep.equal(['name', 'mailbox', 'phone'])
    expect(await find()).to.have.length(1)
    await saveProfile('learner-ben', { phone: '503 555 0100', place: { city: 'Bend' } })
    expect(await find()).to.have.length(1)
  })

  it('moves everything, keeps both chains whole, and fills in what the kept one lacked', async () => {
    await keepConsent(twin, 'north')
    await keepReferrals(
      aReferral('theirs', twin, 'north'),
      aReferral('done', ada, 'north', { state: 'completed' }),
    )
    const listed = {
      actor: sam,
      organizationId: 'north',
      learnerIds: [ada, twin],
      records: ['listing'] as const,
      basis: 'program-agreement' as const,
      purpose: 'job-ready list',
      channel: 'list' as const,
      now: world.ports.now(),
    }
    await discloseTo(listed)
    const before = [await chainOf(ada), await chainOf(twin)]
    const [pair] = await find()

    await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    expect(await findLearner(twin)).to.equal(undefined)
    expect(await findLearner(ada)).to.deep.include({
      email: 'ada@example.org',
      portfolioUrl: 'https://example.org/ada',
      name: 'Ada',
    })
    expect((await findLearner(ada))?.profiles).to.have.length(1)
    expect((await referralsOf(ada)).map(({ id }) => id)).to.have.members(['theirs', 'done'])
    expect([await chainOf(ada), await chainOf(twin)]).to.deep.equal(before)
    for (const chain of before) expect(verifyChain(chain).intact).to.equal(true)
    const mails = (await mergeOutbox.waiting(5)).flatMap(({ entries }) => entries)
    expect(mails.map(({ to }) => to.email)).to.have.members([
      'ada@example.org',
      'ada+roster@example.org',
    ])
  })

  it('leaves in place what a unique index would not take', async () => {
    await insertAwards([
      anAward('html', { id: 'own', learnerId: ada, communityId: community }),
      anAward('html', { id: 'same', learnerId: twin, communityId: community }),
      anAward('css', { id: 'more', learnerId: twin, communityId: community }),
    ])
    const [pair] = await find()

    await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    const rows = await mongoose.connection.collection('awards').find().toArray()
    expect(
      Object.fromEntries(rows.map((row) => [String(row._id), row['learnerId'] as string])),
    ).to.deep.equal({
      own: ada,
      same: twin,
      more: ada,
    })
  })

  it('takes a case along to the kept record, where its center finds it', async () => {
    const at = world.ports.now()
    const to = { accountId: people.sam.id, name: people.sam.name }
    await openCase({ communityId: community, centerId: 'north', learnerId: twin }, at)
    await assignCases('north', [twin], to, newsBy(sam, 'assigned', at))
    const [pair] = await find()

    await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    expect(await findCase('north', ada)).to.deep.include({ assignedTo: people.sam.id })
    const row = await Cases.findOne({ learnerId: ada }).lean()
    expect(row?.words, 'found by the name that is kept').to.deep.equal(nameWords(people.ada.name))
    await openCase({ communityId: community, centerId: 'north', learnerId: ada }, at)
    expect(await casesAt('north', [ada, twin])).to.have.length(1)
  })

  const booked = (learnerId: string, id = `booking-${learnerId}`) => ({
    id,
    learnerId,
    state: 'booked' as const,
    bookedAt: world.ports.now(),
  })
  const slotAt = async (id: string) => (await findSlot(id))?.bookings.map((one) => one.learnerId)

  it('takes appointments along with the time they hold', async () => {
    await insertSlot(aSlot({ bookings: [booked(twin)] }))
    await insertSlot(aSlot({ id: 'same time', hostId: 'sue' }))
    await keepConsent(ada, 'south')
    const before = await everything()
    const [pair] = await find()

    const merge = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    expect(await slotAt('slot')).to.deep.equal([ada])
    const ownTime = bookAppointment(await actorOf(people.ada), 'same time', world.ports)
    expect(await kindOf(ownTime)).to.equal('refused')
    await undoMerge(sam, merge.id, world.ports)
    expect(await everything()).to.deep.equal(before)
  })

  it('leaves an appointment behind that clashes with one of the kept record', async () => {
    await insertSlot(aSlot({ bookings: [booked(twin), booked(ada)] }))
    await insertSlot(
      aSlot({
        id: 'before',
        startsAt: new Date('2015-03-10T16:00:00Z'),
        endsAt: new Date('2015-03-10T16:30:00Z'),
        bookings: [booked(twin, 'early')],
      }),
    )
    await insertSlot(
      aSlot({
        id: 'across',
        hostId: 'sam',
        startsAt: new Date('2015-03-10T16:15:00Z'),
        endsAt: new Date('2015-03-10T16:45:00Z'),
        bookings: [booked(ada, 'own')],
      }),
    )
    const [pair] = await find()
    const before = await everything()

    const merge = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    expect([await slotAt('slot'), await slotAt('before')]).to.deep.equal([[twin, ada], [twin]])
    await undoMerge(sam, merge.id, world.ports)
    expect(await everything()).to.deep.equal(before)
  })

  it('takes a plan along, to the case the center has with the kept record', async () => {
    const at = world.ports.now()
    for (const learnerId of [ada, twin])
      await openCase({ communityId: community, centerId: 'north', learnerId }, at)
    await openCase({ communityId: community, centerId: 'south', learnerId: twin }, at)
    await nameCases([ada, twin])
    const tom = await actorOf(people.tom)
    const plan = { goal: 'A first job', steps: [{ text: 'Call two employers' }], version: 0 }
    await writePlan(sam, twin, plan, world.ports)
    await writePlan(tom, twin, { ...plan, goal: 'A course' }, world.ports)
    const [pair] = await find()
    const before = await everything()

    const merge = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    const goals = (await plansOf(ada)).map(({ goal }) => goal)
    expect(goals).to.have.members(['A first job', 'A course'])
    const cases = await mongoose.connection.collection('cases').find().toArray()
    const own = await actorOf(people.ada)
    for (const center of ['north', 'south']) await agree(own, center, 1, world.ports)
    await mongoose.connection
      .collection('plans')
      .updateMany({}, { $unset: { agreedVersion: 1, agreedAt: 1 } })
    for (const { _id, ...rest } of cases)
      await mongoose.connection.collection('cases').replaceOne({ _id }, rest)
    await undoMerge(sam, merge.id, world.ports)
    expect(await everything()).to.deep.equal(before)
  })

  it('leaves a plan behind where the center has one with the kept record', async () => {
    const at = world.ports.now()
    const plan = { goal: 'A first job', steps: [], version: 0 }
    for (const learnerId of [ada, twin]) {
      await openCase({ communityId: community, centerId: 'north', learnerId }, at)
      await writePlan(sam, learnerId, plan, world.ports)
    }
    const [pair] = await find()

    await mergeLearners(sam, pair?.id ?? '', ada, world.ports)

    expect([await plansOf(ada), await plansOf(twin)].map(({ length }) => length)).to.deep.equal([
      1, 1,
    ])
  })

  it('shows the learner who looked at either record, each in a chain that can be checked', async () => {
    const look = async (learnerId: string, minute: number) =>
      discloseTo({
        actor: sam,
        organizationId: 'north',
        learnerIds: [learnerId],
        records: ['listing'],
        basis: 'program-agreement',
        purpose: 'job-ready list',
        channel: 'list',
        now: new Date(world.ports.now().getTime() + minute * 60_000),
      })
    for (const [minute, learnerId] of [ada, twin, twin, ada].entries())
      await look(learnerId, minute)
    const [pair] = await find()
    const merge = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)
    await look(ada, 9)
    const own = await signIn(world.app, credentials(people.ada))

    type Line = Pick<Disclosure, 'sequence' | 'hash'> & { record: string }
    const lines: Line[] = []
    for (let next: string | undefined = ''; next !== undefined;) {
      const cursor = next && `&cursor=${next}`
      const answer = await own.api('get', `/me/disclosures?limit=2${cursor}`)
      const body = answer.body as { items: Line[]; next?: string }
      lines.push(...body.items)
      next = body.next
    }
    const page = await own.read(paths.disclosures)

    expect(lines.map(({ record }) => record)).to.deep.equal([ada, ada, twin, twin, ada])
    for (const id of [ada, twin]) {
      const hashes = lines.filter(({ record }) => record === id).map(({ hash }) => hash)
      const chain = await chainOf(id)
      expect(chain.map(({ hash }) => hash).reverse()).to.deep.equal(hashes)
      expect(verifyChain(chain).intact).to.equal(true)
    }
    const ofTwin = page('tbody tr:contains("joined into yours")')
    expect(ofTwin).to.have.length(1)
    expect(ofTwin.text()).to.include('2 times in a row')
    await undoMerge(sam, merge.id, world.ports)
    const rows = (await own.read(paths.disclosures))('tbody tr')
    expect(rows).to.have.length(1)
    expect(rows.text()).to.include('3 times in a row')
  })

  it('is undone exactly, whatever there was', async () => {
    const badge = fc.constantFrom('html', 'css', 'js')
    const center = fc.constantFrom('north', 'south')
    const owner = fc.constantFrom(ada, twin)
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(owner, badge), { selector: ([who, what]) => `${who} ${what}` }),
        fc.uniqueArray(fc.tuple(owner, center), { selector: ([who, where]) => `${who} ${where}` }),
        owner,
        async (awards, referrals, kept) => {
          for (const name of ['awards', 'referrals', 'learner-merges', 'match-keys', 'duplicates'])
            await mongoose.connection.collection(name).deleteMany({})
          await insertAwards(
            awards.map(([learnerId, what]) =>
              anAward(what, { id: `${learnerId}-${what}`, learnerId, communityId: community }),
            ),
          )
          await keepReferrals(
            ...referrals.map(([who, where]) => aReferral(`${who}-${where}`, who, where)),
          )
          await refreshSummaries([ada, twin], world.ports.now())
          const [pair] = await find()
          const before = await everything()

          const merge = await mergeLearners(sam, pair?.id ?? '', kept, world.ports)
          const between = await everything()
          await undoMerge(sam, merge.id, world.ports)

          expect(between).to.not.deep.equal(before)
          expect(await everything()).to.deep.equal(before)
        },
      ),
      { numRuns: 6, seed: 20_150_309 },
    )
  }).timeout(60_000)

  it('keeps with the kept record what was added since, and can be merged again', async () => {
    const [pair] = await find()
    const merge = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)
    await saveProfile(ada, { phone: '971-555-0111', place: { city: 'Salem' } })
    await keepReferrals(aReferral('since', ada, 'south'))

    await undoMerge(sam, merge.id, world.ports)

    expect(await findLearner(ada)).to.deep.include({ phone: '971-555-0111' })
    expect((await referralsOf(ada)).map(({ id }) => id)).to.deep.equal(['since'])
    expect(await findLearner(twin)).to.deep.include({ name: 'ada' })
    expect(await kindOf(mergeLearners(sam, pair?.id ?? '', twin, world.ports))).to.equal('done')
  })

  it('is decided once, within the program, and cannot be undone after 30 days', async () => {
    const [pair] = await find()
    const id = pair?.id ?? ''
    const eve = await actorOf(people.eve)
    expect(await kindOf(mergeLearners(eve, id, ada, world.ports))).to.equal('not-found')
    expect(await kindOf(mergeLearners(sam, id, 'learner-ben', world.ports))).to.equal('invalid')

    const kinds = await Promise.all(
      [ada, twin, ada].map((kept) => kindOf(mergeLearners(sam, id, kept, world.ports))),
    )
    expect(kinds.sort()).to.deep.equal(['done', 'refused', 'refused'])

    const [row] = await mongoose.connection.collection('learner-merges').find().toArray()
    world.clock.at = new Date('2015-04-08T19:00:01Z')
    expect(await kindOf(undoMerge(sam, String(row?._id), world.ports))).to.equal('refused')
  })

  it('is finished by the job when a process died in the middle', async () => {
    await keepReferrals(aReferral('theirs', twin, 'north'))
    const [pair] = await find()
    const { id } = await mergeLearners(sam, pair?.id ?? '', ada, world.ports)
    await moveMerge(id, 'merged', 'merging')
    await mongoose.connection.collection('referrals').updateOne({}, { $set: { learnerId: twin } })

    await findDuplicates({ world, ...run })

    expect((await referralsOf(ada)).map((one) => one.id)).to.deep.equal(['theirs'])
    expect(await kindOf(undoMerge(sam, id, world.ports))).to.equal('done')
    expect((await referralsOf(twin)).map((one) => one.id)).to.deep.equal(['theirs'])
  })

  it('is done on a page that covers contact up, and undone there', async () => {
    const [pair] = await find()
    const person = await signIn(world.app, credentials(people.sam))
    const path = `/duplicates/${pair?.id ?? ''}`

    const $ = await person.read(path)
    expect($('main').text()).to.not.include('ada@').and.not.include('555')
    expect((await person.submit(path, { decision: 'merge' })).status).to.equal(422)
    expect((await person.submit(path, { decision: 'merge', keep: ada })).status).to.equal(303)
    expect((await person.submit('/settings', { decision: 'different' }, path)).status).to.equal(409)

    const list = await person.read('/duplicates')
    const undo = list('form[action$="/undo"]').attr('action') ?? ''
    expect((await person.submit('/duplicates', {}, undo)).status).to.equal(303)
    expect(await findLearner(twin)).to.not.equal(undefined)
    const max = await signIn(world.app, credentials(people.max))
    expect((await max.get('/duplicates')).status).to.equal(403)
  })
})
