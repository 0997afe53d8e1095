import { expect } from 'chai'
import mongoose from 'mongoose'
import { findLearner, findLearnersByIds, insertLearners } from '../../src/learners/learner-store.js'
import { emptySummary, type LearnerSummary } from '../../src/learners/learner.js'
import { saveSummaries } from '../../src/learners/summary-store.js'
import { testApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'

const at = new Date('2015-03-09T19:00:00Z')
const ids = ['one', 'two', 'three']
const whenReady: LearnerSummary = { ...emptySummary, ready: true, readySince: '2015-03-01' }

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
  /** As it is read of rows that were never written yet. */
  const read = (summary: LearnerSummary) => new Map(ids.map((id) => [id, { summary }]))
  /** Puts rows back by hand, as they were before they were counted. */
  const keep = (set: object, ...of: string[]) =>
    mongoose.connection
      .collection<{ _id: string }>('learners')
      .updateMany({ _id: { $in: of } }, [{ $unset: ['summaryRevision', 'readyAt'] }, { $set: set }])
  const refresh = async (summary: LearnerSummary, now: Date) => {
    const reads = new Map((await findLearnersByIds(ids)).map((one) => [one.id, one]))
    await saveSummaries(all(summary), now, reads)
  }

  it('takes the edition of the rules alone where nothing else is new', async () => {
    const kept = read(emptySummary)
    const next = all({ ...emptySummary, rulesVersion: 7 })
    const more = new Map([...next, ['two', { ...emptySummary, awards: 3, rulesVersion: 7 }]])

    await saveSummaries(more, at, kept)

    expect(await summaries()).to.deep.equal([...more.values()])
  })

  it('does not write over what came meanwhile, and says whose that is', async () => {
    await saveSummaries(new Map([['one', { ...emptySummary, awards: 1 }]]), at)

    for (const late of [emptySummary, { ...emptySummary, facts: 4, rulesVersion: 2 }, whenReady]) {
      await keep({ summary: emptySummary }, 'two', 'three')
      expect(await saveSummaries(all(late), at, read(emptySummary))).to.deep.equal(['one'])
      expect(await summaries()).to.deep.equal([{ ...emptySummary, awards: 1 }, late, late])
    }
    expect(await findLearner('one')).not.to.have.property('readyAt')
  })

  it('lets nobody in between be missed where a write changes nothing', async () => {
    const before = await findLearnersByIds(ids)
    const reads = new Map(before.map((one) => [one.id, one]))
    await saveSummaries(all(emptySummary), at, reads)

    const late = all({ ...emptySummary, awards: 9 })
    expect((await saveSummaries(late, at, reads)).sort()).to.deep.equal([...ids].sort())
    expect(await summaries()).to.deep.equal(ids.map(() => emptySummary))
  })

  it('takes rows in from before they were counted, and however often each was written', async () => {
    await keep({ summaryRevision: 3 }, 'two')
    const reads = new Map((await findLearnersByIds(ids)).map((one) => [one.id, one]))
    expect(
      [...reads.values()].filter(({ summaryRevision }) => summaryRevision === 3).length,
    ).to.equal(1)

    expect(await saveSummaries(all({ ...emptySummary, rulesVersion: 7 }), at, reads)).to.deep.equal(
      [],
    )
    expect((await summaries()).map((one) => one?.rulesVersion)).to.deep.equal([7, 7, 7])
    expect((await findLearner('two'))?.summaryRevision).to.equal(4)
  })

  it('keeps the moment somebody was first seen to be ready, by what was read', async () => {
    const later = new Date('2015-03-12T19:00:00Z')
    await refresh(whenReady, at)
    await refresh({ ...whenReady, awards: 5 }, later)
    expect((await findLearner('one'))?.readyAt).to.deep.equal(at)

    await refresh(emptySummary, later)
    expect(await findLearner('one')).not.to.have.property('readyAt')
    await refresh(whenReady, later)
    expect((await findLearner('one'))?.readyAt).to.deep.equal(later)
  })

  it('writes everything where nobody says what is kept', async () => {
    await saveSummaries(all({ ...emptySummary, facts: 2 }), at)

    expect((await summaries()).map((one) => one?.facts)).to.deep.equal([2, 2, 2])
  })
})
