import { strFromU8, unzipSync } from 'fflate'
import { expect } from 'chai'
import mongoose from 'mongoose'
import { findAccount } from '../../src/access/account-store.js'
import type { Actor } from '../../src/access/actor.js'
import { openDuplicates, saveWalk } from '../../src/duplicates/duplicate-store.js'
import { findDuplicates } from '../../src/duplicates/find-duplicates.js'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import type { MergeRecord } from '../../src/duplicates/merge-store.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { askForData } from '../../src/holdings/ask-for-data.js'
import { askToLeave } from '../../src/holdings/ask-to-leave.js'
import { findDataFile, readStored } from '../../src/holdings/data-file-store.js'
import { findDeparture } from '../../src/holdings/departure-store.js'
import { eraseLearners } from '../../src/holdings/erase-learners.js'
import { setHold } from '../../src/holdings/hold-store.js'
import { holdings } from '../../src/holdings/holdings.js'
import { keepAccount } from '../../src/holdings/keep-account.js'
import { findLearner, insertLearners, saveProfile } from '../../src/learners/learner-store.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { actorOf, aConsent, aReferral, aSlot, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { kindOf } from '../support/told.js'

const ada = 'learner-ada'
const twin = 'learner-twin'
const third = 'learner-third'
const twinMail = 'ada+roster@example.org'
const thirdMail = 'ada+x@example.org'
const run = { signal: new AbortController().signal, touch: () => Promise.resolve() }

type Kept = Readonly<Record<string, unknown>> & { readonly _id: string }
const rowsIn = (name: string) => mongoose.connection.collection<Kept>(name)

/** Where a row is read before it goes, it has to be a whole one. */
const whole: Readonly<Record<string, object>> = {
  referrals: { ...aReferral('-', twin, 'north'), isOpen: true, isSent: true },
  consents: aConsent(twin, 'north', { expiresOn: '2015-03-01' }),
  slots: {
    ...aSlot({ startsAt: new Date(0), endsAt: new Date(1) }),
    held: [],
    bookings: [
      { id: 'b', learnerId: twin, state: 'attended', bookedAt: new Date(0), note: 'SECRET-slots' },
    ],
  },
  claims: { state: 'refused', revision: 1, events: [], filedAt: new Date(0) },
  'data-files': { state: 'failed' },
}

/** Collections in which a row about a joined record can lie: all that name a learner, but the record itself and its join. */
const named = holdings.filter(
  ({ names, collection }) => names === 'learner' && !/^(learners|learner-merges)$/.test(collection),
)

/** One row in each of them that bears the id of the record that went first. */
async function rowsOfTwin(): Promise<void> {
  for (const { collection, field } of named) {
    const { id: _, ...rest } = { id: '', ...whole[collection] }
    const mark = field.includes('.') ? {} : { [field]: field === 'learnerIds' ? [twin, 'x'] : twin }
    const row = { _id: `of-${collection}`, communityId: community, ...rest, ...mark }
    const secret = /^(disclosures|disclosure-ends|legal-holds|slots)$/.test(collection)
      ? {}
      : { secret: `SECRET-${collection}` }
    await rowsIn(collection).insertOne({ ...row, ...secret })
  }
  for (const [collection, mark] of [
    ['messages', { to: { email: thirdMail } }],
    ['invitations', { email: twinMail }],
    ['token-families', { accountId: 'thea' }],
  ] as const)
    await rowsIn(collection).insertOne({
      _id: `of-${collection}`,
      ...mark,
      secret: `SECRET-${collection}`,
    })
}

/** Every collection in which one of these texts stands. */
async function placesOf(...texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const collection of (await mongoose.connection.db?.collections()) ?? [])
    for await (const row of collection.find())
      if (texts.some((text) => JSON.stringify(row).includes(text)))
        found.push(`${collection.collectionName} ${String(row._id)}`)
  return found
}

const marks = ['SECRET', twinMail, thirdMail, '555', 'Thea']

describe('A person whose double records were joined, one into another', () => {
  let people: Awaited<ReturnType<typeof keepPeople>>
  let world: TestApp
  let sam: Actor
  let first: MergeRecord

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testApp()
    sam = await actorOf(people.sam)
    const place = { city: 'Portland' }
    await saveProfile(ada, { phone: '503-555-0100', place })
    const another = (id: string, name: string, email: string, more = {}) => ({
      id,
      communityId: community,
      name,
      email,
      phone: '(503) 555 0100',
      place,
      language: 'es' as const,
      enrollments: [],
      profiles: [],
      joinedOn: '2015-03-05',
      demonstration: false,
      ...more,
    })
    await insertLearners([
      another(twin, 'ada', twinMail),
      another(third, 'Ada', thirdMail, { accountId: 'thea' }),
    ])
    await keep(
      anAccount('thea', 'learner', 'board', { name: 'Thea', email: thirdMail, learnerId: third }),
    )
    first = await join(twin, third)
    await join(third, ada)
  })
  afterEach(() => mailSettled())

  async function join(goneId: string, keptId: string): Promise<MergeRecord> {
    await saveWalk('')
    await findDuplicates({ world, ...run })
    const pair = (await openDuplicates(community, 10)).find(
      ({ learnerIds }) => learnerIds.includes(goneId) && learnerIds.includes(keptId),
    )
    return mergeLearners(sam, pair?.id ?? '', keptId, world.ports)
  }

  const pass = (days: number) => {
    world.clock.at = new Date(world.clock.at.getTime() + days * 86_400_000)
  }
  const leave = async () =>
    askToLeave(credentials(people.ada).password, await actorOf(people.ada), world.ports)
  const erase = () => eraseLearners({ world, ...run })

  it('finds in all their data the rows that stayed with the gone records', async () => {
    await rowsOfTwin()

    await askForData(await actorOf(people.ada), 'en', world.ports)

    const parts: Buffer[] = []
    const file = await findDataFile(ada)
    for await (const part of readStored(file?.fileId ?? '')) parts.push(part as Buffer)
    const files = unzipSync(new Uint8Array(Buffer.concat(parts)))
    for (const name of ['my-data.json', 'my-data.html']) {
      const text = strFromU8(files[name] ?? new Uint8Array())
      for (const { collection } of named.filter(({ onLeaving }) => onLeaving !== 'keep'))
        expect(text, collection).to.contain(`SECRET-${collection}`)
      for (const collection of ['messages', 'invitations', 'token-families'])
        expect(text, collection).to.contain(`SECRET-${collection}`)
      expect(text, 'the account that signs in as the joined record').to.contain('Thea')
    }
  })

  it('leaves nothing behind that names them, and no join to undo', async () => {
    await rowsOfTwin()
    await leave()
    pass(9)

    await erase()

    expect(await placesOf(...marks)).to.deep.equal([])
    expect(await rowsIn('learner-merges').countDocuments()).to.equal(0)
    expect(await kindOf(undoMerge(sam, first.id, world.ports))).to.equal('not-found')
    expect((await findDeparture(ada))?.joinedIds).to.have.members([twin, third])
  })

  it('is gone whole when the law’s time is over', async () => {
    await rowsOfTwin()
    await rowsIn('legal-holds').deleteMany({})
    await leave()
    pass(9)
    await erase()
    expect(await placesOf(twin)).to.include('disclosures of-disclosures')
    world.clock.at = new Date('2030-01-01T19:00:00Z')

    await erase()

    expect(await placesOf(ada, twin, third)).to.deep.equal([])
  })

  it('is erased whole when an earlier release had begun it without the joined records', async () => {
    await rowsOfTwin()
    await leave()
    pass(9)
    await rowsIn('departures').updateOne(
      { _id: ada },
      { $set: { state: 'erasing', done: holdings.slice(0, 20).map((one) => one.collection) } },
    )

    await erase()

    expect(await placesOf(...marks)).to.deep.equal([])
  })

  it('goes on with the joined records when it stopped after the joins were gone', async () => {
    await leave()
    pass(9)
    await erase()
    await rowsOfTwin()
    const { learnerId, communityId } = { learnerId: ada, communityId: community }
    const joined = {
      learnerIds: [third, twin],
      accountIds: ['thea'],
      emails: [twinMail, thirdMail],
    }
    await rowsIn('departures').updateOne(
      { _id: ada },
      {
        $set: {
          state: 'erasing',
          subject: { learnerId, communityId, joined },
          done: ['learner-merges'],
        },
      },
    )

    await erase()

    expect(await placesOf(...marks)).to.deep.equal([])
  })

  it('keeps what served a gone record as long as the law asks', async () => {
    await rowsIn('referrals').insertOne({
      _id: 'served',
      ...aReferral('served', twin, 'north', { state: 'completed' }),
      isOpen: false,
      isSent: true,
    })
    await leave()
    pass(9)

    await erase()

    expect((await findDeparture(ada))?.lockedUntil).to.be.a('string')
  })

  it('is held by a hold on any of the records', async () => {
    const event = { kind: 'set' as const, byAccountId: 'm', byName: 'M', reason: 'A complaint' }
    await setHold(twin, community, { ...event, at: world.clock.at })
    await leave()
    pass(9)

    await erase()

    expect((await findDeparture(ada))?.state).to.equal('cooling')
    expect(await rowsIn('learner-merges').countDocuments()).to.equal(2)
  })

  it('has every account of theirs closed at once, and opened when they come back', async () => {
    await leave()
    expect((await findAccount('thea'))?.state).to.equal('deactivated')

    await keepAccount({ ...credentials(people.ada), address: '' }, world.clock.at)

    expect((await findAccount('thea'))?.state).to.equal('active')
    expect(await findLearner(ada)).to.not.equal(undefined)
  })

  it('must have other roles taken from every account first', async () => {
    await rowsIn('accounts').updateOne(
      { _id: 'thea' },
      { $set: { 'roles.0.role': 'staff', 'roles.0.organizationId': 'south' } },
    )

    expect(await kindOf(leave())).to.equal('refused')
  })

  it('has the copies for undoing cut when its days are over, and is still found by the address', async () => {
    expect(await placesOf('"goneRow"')).to.have.length(2)
    pass(30)
    await findDuplicates({ world, ...run })

    expect(await placesOf('"goneRow"', '"keptBefore"', '"keptAfter"')).to.deep.equal([])
    await rowsIn('invitations').insertOne({ _id: 'late', email: twinMail })
    await leave()
    pass(9)
    await erase()
    expect(await placesOf(...marks)).to.deep.equal([])
  })

  it('keeps no copy of a record that was taken apart again', async () => {
    const [last] = await rowsIn('learner-merges').find({ goneId: third }).toArray()

    await undoMerge(sam, last?._id ?? '', world.ports)

    expect(await placesOf('"goneRow"')).to.deep.equal([`learner-merges ${first.id}`])
  })

  it('is not taken apart while the person is leaving', async () => {
    const [last] = await rowsIn('learner-merges').find({ goneId: third }).toArray()
    await leave()

    expect(await kindOf(undoMerge(sam, last?._id ?? '', world.ports))).to.equal('refused')
    expect(await findLearner(third)).to.equal(undefined)
  })
})
