import { expect } from 'chai'
import mongoose from 'mongoose'
import { findLearner, insertLearners } from '../../src/learners/learner-store.js'
import { emptySummary, type LearnerSummary } from '../../src/learners/learner.js'
import { saveSummaries } from '../../src/learners/summary-store.js'
import { testApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'

const at = new Date('2015-03-09T19:00:00Z')
const ids = ['one', 'two', 'three']

describe('what lists show of learners, made again', () => {
  before(() => {
    testApp()
  })

  beforeEach(async () => {
    await emptyDatabase()
    await insertLearners(
      ids.map((id) => ({
        id,
        communityId: community,
        name: id,
        place: { city: 'Portland' },
        language: 'en',
        enrollments: [],
        profiles: [],
        joinedOn: '2015-01-06',
        demonstration: false,
      })),
    )
  })

  const all = (summary: LearnerSummary) => new Map(ids.map((id) => [id, summary]))
  const summaries = async () => Promise.all(ids.map(async (id) => (await findLearner(id))?.summary))
  /** How many documents the database changes meanwhile. */
  const changes = async (work: () => Promise<void>): Promise<string[]> => {
    const [collection] = [mongoose.connection.collection('learners')]
    const before = await collection.find().toArray()
    await work()
    const after = await collection.find().toArray()
    return before
      .filter((row, index) => JSON.stringify(row) !== JSON.stringify(after[index]))
      .map(({ _id }) => String(_id))
  }

  it('takes the edition of the rules alone where nothing else is new', async () => {
    const kept = all(emptySummary)
    const next = all({ ...emptySummary, rulesVersion: 7 })
    const more = new Map([...next, ['two', { ...emptySummary, awards: 3, rulesVersion: 7 }]])

    await saveSummaries(more, at, kept)

    expect(await summaries()).to.deep.equal([...more.values()])
  })

  it('does not write over what came meanwhile where nothing is new', async () => {
    const kept = all(emptySummary)
    await saveSummaries(new Map([['one', { ...emptySummary, awards: 1 }]]), at)

    expect(await changes(() => saveSummaries(kept, at, kept))).to.deep.equal([])
    expect((await summaries()).map((one) => one?.awards)).to.deep.equal([1, 0, 0])
  })

  it('writes everything where nobody says what is kept', async () => {
    await saveSummaries(all({ ...emptySummary, facts: 2 }), at)

    expect((await summaries()).map((one) => one?.facts)).to.deep.equal([2, 2, 2])
  })
})
