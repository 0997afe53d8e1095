import { expect } from 'chai'
import mongoose from 'mongoose'
import type { Actor } from '../../src/access/actor.js'
import { makeIndexes } from '../../src/database.js'
import { openDuplicates, saveWalk } from '../../src/duplicates/duplicate-store.js'
import { findDuplicates } from '../../src/duplicates/find-duplicates.js'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import { insertMerge, type MergeRecord } from '../../src/duplicates/merge-store.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { paths, to } from '../../src/http/paths.js'
import { findLearner, insertLearners, saveProfile } from '../../src/learners/learner-store.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { answerReferral } from '../../src/referrals/answer-referral.js'
import { askForReferral } from '../../src/referrals/ask-for-referral.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'
import { kindOf } from '../support/told.js'

const ada = 'learner-ada'
const twin = 'learner-twin'
const third = 'learner-third'
const run = { signal: new AbortController().signal }
interface Kept {
  readonly _id: string
  readonly learnerId: string
  readonly cameWith?: string
}
const referrals = () => mongoose.connection.collection<Kept>('referrals')

describe('records joined one into another', () => {
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
    const another = (id: string, name: string, email: string) => ({
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
    })
    await insertLearners([
      another(twin, 'ada', 'ada+roster@example.org'),
      another(third, 'Ada', 'ada+x@example.org'),
    ])
  })
  afterEach(() => mailSettled())

  const find = async () => {
    await saveWalk('')
    await findDuplicates({ world, ...run })
  }
  async function join(goneId: string, keptId: string, finds = true) {
    if (finds) await find()
    const pair = (await openDuplicates(community, 10)).find(
      ({ learnerIds }) => learnerIds.includes(goneId) && learnerIds.includes(keptId),
    )
    return mergeLearners(sam, pair?.id ?? '', keptId, world.ports)
  }
  const whose = async () =>
    Object.fromEntries(
      (await referrals().find().sort({ _id: 1 }).toArray()).map((row) => [
        row._id,
        [row.learnerId, row.cameWith].filter(Boolean).join(' with '),
      ]),
    )
  const own = aReferral('own', ada, 'north')
  const theirs = aReferral('theirs', twin, 'north', { message: 'Please call me' })

  it('are taken apart in the order they were joined, the last first', async () => {
    await keepReferrals(theirs, aReferral('third', third, 'north'))
    const first = await join(twin, third)
    const second = await join(third, ada)
    const staff = await signIn(world.app, credentials(people.sam))

    const page = await staff.read('/duplicates')
    const forms = page('form[action$="/undo"]')
    expect(forms.attr('action')).to.contain(second.id)
    expect(forms).to.have.length(1)
    expect(page('main').text()).to.contain('first take Ada apart again')
    const spanish = await staff.read('/es/duplicates')
    expect(spanish('main').text()).to.contain('primero separe otra vez a Ada')
    const path = to(paths.undoMerge, { id: first.id })
    const refusal = await staff.submit('/duplicates', {}, path)
    expect(refusal.status).to.equal(409)
    expect(refusal.text).to.contain('First take Ada apart again')

    await undoMerge(sam, second.id, world.ports)
    expect(await whose()).to.deep.equal({ theirs: `${third} with ${twin}`, third })
    await undoMerge(sam, first.id, world.ports)
    expect(await whose()).to.deep.equal({ theirs: twin, third })
  })

  /** A join that was begun a moment ago, by somebody else or by a process that died. */
  const begun = (goneId: string, keptId: string): MergeRecord => ({
    id: `${goneId}-${keptId}`,
    communityId: community,
    pairId: `${goneId}-${keptId}`,
    keptId,
    goneId,
    goneName: goneId,
    state: 'merging',
    by: 'Sue',
    at: world.clock.at,
    undoUntil: new Date(world.clock.at.getTime() + 86_400_000),
    moved: [],
  })

  for (const [gone, kept] of [
    [third, ada],
    [ada, third],
    ['fourth', third],
    ['fourth', twin],
  ] as const)
    it(`are not joined while ${gone} goes into ${kept}`, async () => {
      await keepReferrals(theirs)
      await find()
      await insertMerge(begun(gone, kept), [])

      expect(await kindOf(join(twin, third, false))).to.equal('refused')

      expect(await whose()).to.deep.equal({ theirs: twin })
      const merges = mongoose.connection.collection('learner-merges')
      expect(await merges.countDocuments()).to.equal(1)
    })

  it('are joined once each when two people join them crosswise in the same moment', async () => {
    await keepReferrals(theirs, aReferral('third', third, 'south'))
    await find()
    const pairs = await openDuplicates(community, 10)
    const pairOf = (one: string, other: string) =>
      pairs.find(({ learnerIds }) => learnerIds.includes(one) && learnerIds.includes(other))?.id ??
      ''

    await Promise.all([
      kindOf(mergeLearners(sam, pairOf(twin, third), third, world.ports)),
      kindOf(mergeLearners(sam, pairOf(third, ada), ada, world.ports)),
    ])

    for (const owner of Object.values(await whose()))
      expect(await findLearner(owner.split(' ')[0] ?? ''), owner).not.to.equal(undefined)
  })

  it('are found and finished whatever becomes of one that cannot be', async () => {
    await insertMerge(begun('nobody', 'no one'), [])
    await insertMerge(begun(twin, third), [])

    await find()

    expect(await findLearner(twin)).to.equal(undefined)
    const open = (await openDuplicates(community, 10)).map(({ learnerIds }) => learnerIds)
    expect(open).to.deep.equal([[ada, third]])
  })

  it('leave no pair in the way that nobody can decide any more, and bring it back with its record', async () => {
    await find()
    const open = async () => (await openDuplicates(community, 10)).map((pair) => pair.learnerIds)
    expect(await open()).to.have.length(3)
    const first = await join(twin, third)
    expect(await open()).to.deep.equal([[ada, third]])
    const pairs = mongoose.connection.collection('duplicates')
    await pairs.updateMany({ state: 'aside' }, { $set: { state: 'open' } })
    await find()
    expect(await open(), 'of an earlier release').to.deep.equal([[ada, third]])

    const second = await join(third, ada)
    expect(await open()).to.deep.equal([])
    await undoMerge(sam, second.id, world.ports)
    expect(await open()).to.deep.equal([[ada, third]])
    await undoMerge(sam, first.id, world.ports)
    expect(await open()).to.have.length(3)
  })

  it('keep both open referrals to one center, named, shown and answered by both sides', async () => {
    await keepReferrals(own, theirs)
    const merge = await join(twin, ada)
    const staff = await signIn(world.app, credentials(people.sam))
    const learner = await signIn(world.app, credentials(people.ada))

    const queue = (await staff.read('/staff/referrals'))('main table').text()
    expect(queue).to.not.contain('not available')
    for (const id of ['own', 'theirs']) {
      expect((await staff.get(`/referrals/${id}`)).status, id).to.equal(200)
      expect((await learner.get(`/referrals/${id}`)).status, id).to.equal(200)
    }
    const list = await learner.api('get', '/referrals')
    expect((list.body as { items: { id: string }[] }).items.map(({ id }) => id)).to.have.members([
      'own',
      'theirs',
    ])
    const accepted = await staff.api('post', '/referrals/theirs/answers', { state: 'accepted' })
    expect(accepted.status).to.equal(200)
    await undoMerge(sam, merge.id, world.ports)
    expect(await whose()).to.deep.equal({ own: ada, theirs: twin })
    expect((await referralsOf(twin)).map(({ state }) => state)).to.deep.equal(['accepted'])
  })

  it('take no third request while the one that came along is open', async () => {
    await keepReferrals(own, theirs)
    await join(twin, ada)
    await keepConsent(ada, 'north')
    const actor = await actorOf(people.ada)
    const ask = () => askForReferral(actor, { center: 'north' }, world.ports)
    const stop = { state: 'cancelled', reason: 'Not now' } as const
    await answerReferral(actor, 'own', stop, world.ports)

    expect(await kindOf(ask())).to.equal('refused')
    await answerReferral(actor, 'theirs', stop, world.ports)
    expect(await kindOf(ask())).to.equal('done')
  })

  it('give on, through every join, a referral that an earlier release left behind', async () => {
    await keepReferrals(own, theirs)
    const first = await join(twin, third)
    const second = await join(third, ada)
    await referrals().updateOne(
      { _id: 'theirs' },
      { $set: { learnerId: twin }, $unset: { cameWith: 1 } },
    )
    await mongoose.connection.collection('learner-merges').updateMany({}, { $set: { moved: [] } })

    await find()

    expect(await whose()).to.deep.equal({ own: ada, theirs: `${ada} with ${third}` })
    await find()
    expect(await whose()).to.deep.equal({ own: ada, theirs: `${ada} with ${third}` })
    await undoMerge(sam, second.id, world.ports)
    await undoMerge(sam, first.id, world.ports)
    expect(await whose()).to.deep.equal({ own: ada, theirs: twin })
  })

  it('are refused by no index of an earlier release', async () => {
    const olds = [
      [{ learnerId: 1, centerId: 1 }, { isOpen: true }],
      [
        { centerId: 1, learnerId: 1 },
        { isSent: false, state: 'draft' },
      ],
    ] as const
    for (const [keys, partialFilterExpression] of olds)
      await referrals().createIndex(keys, { unique: true, partialFilterExpression }, {})

    await makeIndexes()

    const names = (await referrals().indexes()).map(({ name }) => name)
    expect(names).to.include('learnerId_1_centerId_1_cameWith_1')
    expect(names).to.not.include('learnerId_1_centerId_1')
    expect(names).to.not.include('centerId_1_learnerId_1')
  })
})
