import { expect } from 'chai'
import mongoose from 'mongoose'
import type { Actor } from '../../src/access/actor.js'
import { findCase } from '../../src/caseload/case-store.js'
import { listCases } from '../../src/caseload/list-cases.js'
import { assign, takeOn } from '../../src/caseload/work-case.js'
import { findDuplicates } from '../../src/duplicates/find-duplicates.js'
import { openDuplicates, saveWalk } from '../../src/duplicates/duplicate-store.js'
import { mergeLearners } from '../../src/duplicates/merge-learners.js'
import { undoMerge } from '../../src/duplicates/undo-merge.js'
import { insertLearners, saveProfile } from '../../src/learners/learner-store.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { answerReferral } from '../../src/referrals/answer-referral.js'
import type { ReferralState } from '../../src/referrals/referral.js'
import { testApp, type TestApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const ada = 'learner-ada'
const twin = 'learner-twin'
const run = { signal: new AbortController().signal }

describe('cases of records that are joined', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
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
        language: 'en',
        enrollments: [],
        profiles: [],
        joinedOn: '2015-03-05',
        demonstration: false,
      },
    ])
  })
  afterEach(() => mailSettled())

  const find = async () => {
    await saveWalk('')
    await findDuplicates({ world, ...run })
  }
  const join = async () => {
    await find()
    const [pair] = await openDuplicates(community, 10)
    return mergeLearners(sam, pair?.id ?? '', ada, world.ports)
  }
  /** The caseload as its table has it: who, where the hand-off stands, who looks after them. */
  const caseload = async (state: 'open' | 'all' = 'open') =>
    (
      await listCases(
        sam,
        { limit: 50, state, cursor: undefined, q: undefined },
        'list',
        world.ports,
      )
    ).items
      .map(({ one, learner }) =>
        [learner?.name ?? 'nobody', one.state, one.assignedName].filter(Boolean).join(' '),
      )
      .sort()
  const at = (iso: string) => {
    world.clock.at = new Date(iso)
  }
  const answer = (id: string, ...states: ReferralState[]) =>
    states.reduce<Promise<unknown>>(
      (done, state) => done.then(() => answerReferral(sam, id, { state }, world.ports)),
      Promise.resolve(),
    )

  it('are one on the list, open where one of them was, with who looked after it', async () => {
    await keepReferrals(
      aReferral('own', ada, 'north', {
        state: 'completed',
        since: new Date('2015-02-01T19:00:00Z'),
      }),
      aReferral('theirs', twin, 'north'),
    )
    await caseload()
    await assign(sam, twin, people.sue.id, world.ports)
    expect(await caseload('all')).to.deep.equal(['Ada completed', 'ada requested Sue'])

    const merge = await join()
    expect(await caseload()).to.deep.equal(['Ada requested Sue'])
    expect(await caseload('all')).to.deep.equal(['Ada requested Sue'])

    at('2015-03-20T19:00:00Z')
    await answer('theirs', 'accepted')
    await undoMerge(sam, merge.id, world.ports)
    expect(await caseload()).to.deep.equal(['ada accepted Sue'])
    expect(await caseload('all')).to.deep.equal(['Ada completed Sue', 'ada accepted Sue'])
  })

  it('stay open where nobody referred the one that goes, and can be closed afterwards', async () => {
    await keepReferrals(
      aReferral('own', ada, 'north', {
        state: 'completed',
        since: new Date('2015-02-01T19:00:00Z'),
      }),
    )
    await keepConsent(twin, 'north')
    await caseload()
    await takeOn(sam, twin, world.ports)
    const merge = await join()

    expect(await caseload('all')).to.deep.equal(['Ada none Sam'])
    await undoMerge(sam, merge.id, world.ports)
    expect(await caseload()).to.deep.equal(['Ada none Sam', 'ada none Sam'])
  })

  it('stay open while one of two open referrals to the center is', async () => {
    await keepReferrals(aReferral('own', ada, 'north'), aReferral('theirs', twin, 'north'))
    await caseload()
    await join()
    at('2015-03-20T19:00:00Z')
    await answer('theirs', 'accepted', 'in-progress', 'completed')

    expect(await caseload()).to.deep.equal(['Ada requested'])
    at('2015-03-21T19:00:00Z')
    await answer('own', 'accepted', 'in-progress', 'completed')
    expect(await caseload('all')).to.deep.equal(['Ada completed'])
  })

  it('of a join from before are put in order by the job', async () => {
    await keepReferrals(aReferral('theirs', twin, 'north'))
    await keepConsent(ada, 'north')
    await takeOn(sam, ada, world.ports)
    await caseload()
    await join()
    const cases = mongoose.connection.collection('cases')
    await cases.updateMany({ learnerId: twin }, { $unset: { behind: 1 } })
    await cases.updateMany({ learnerId: ada }, { $set: { state: 'closed', isOpen: false } })

    await find()

    expect(await caseload('all')).to.deep.equal(['Ada requested Sam'])
    expect(await findCase('north', ada)).to.deep.include({ isOpen: true })
  })
})
