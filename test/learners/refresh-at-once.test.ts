import { expect } from 'chai'
import mongoose from 'mongoose'
import { insertAwards } from '../../src/badges/award-store.js'
import { applyRules } from '../../src/learners/apply-rules.js'
import { Learners } from '../../src/learners/learner-row-store.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { testApp, type TestApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import { keepPeople } from '../support/build-handoff.js'
import { anAward } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'

const ada = 'learner-ada'

type Write = (typeof Learners)['bulkWrite']

describe('one learner rebuilt by two at once', () => {
  const write = Learners.bulkWrite.bind(Learners)
  let world: TestApp

  beforeEach(async () => {
    await emptyDatabase()
    await keepPeople()
    world = testApp()
    await refreshSummaries([ada], world.ports.now())
  })

  afterEach(() => {
    Learners.bulkWrite = write
  })

  const earn = (badge: string) =>
    insertAwards([anAward(badge, { id: badge, learnerId: ada, communityId: community })])
  const awards = async () => (await findLearner(ada))?.summary.awards
  /** Does something just before each of the next writes of summaries, as somebody quicker would. */
  const before = (times: number, work: () => Promise<unknown>) => {
    let left = times
    const slow = async (...args: Parameters<Write>) => {
      left -= 1
      if (left >= 0) await work()
      return write(...args)
    }
    Learners.bulkWrite = slow
  }

  it('keeps what was read last, though the other writes after it', async () => {
    await earn('html')
    before(1, async () => {
      Learners.bulkWrite = write
      await earn('css')
      await refreshSummaries([ada], world.ports.now())
      expect(await awards()).to.equal(2)
    })
    await refreshSummaries([ada], world.ports.now())

    expect(await awards()).to.equal(2)
  })

  it('works for a row from before summaries were counted', async () => {
    await mongoose.connection
      .collection<{ _id: string }>('learners')
      .updateOne({ _id: ada }, { $unset: { summaryRevision: 1 } })
    await earn('html')
    await refreshSummaries([ada], world.ports.now())

    expect(await awards()).to.equal(1)
    expect((await findLearner(ada))?.summaryRevision).to.equal(1)
  })

  it('leaves to the job whom others rebuild again and again', async () => {
    await earn('html')
    const meanwhile = () =>
      mongoose.connection
        .collection<{ _id: string }>('learners')
        .updateOne({ _id: ada }, { $inc: { summaryRevision: 1 } })
    before(5, meanwhile)
    await refreshSummaries([ada], world.ports.now())
    expect(await awards()).to.equal(0)

    await applyRules({
      world,
      signal: new AbortController().signal,
      touch: async () => undefined,
    })
    expect(await awards()).to.equal(1)
  })
})
