import { expect } from 'chai'
import mongoose from 'mongoose'
import { findBadge, findBadges, saveBadgeVersion } from '../../src/badges/badge-store.js'
import { keptWhile } from '../../src/tracks/kept-while.js'
import { findTracks, saveTrackVersion } from '../../src/tracks/track-store.js'
import { aBadge, aStep, aTrack } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'

describe('what is kept while nothing is added', () => {
  it('is read once for each mark', async () => {
    let mark = 'a'
    let reads = 0
    const ask = keptWhile(
      () => Promise.resolve(mark),
      () => Promise.resolve((reads += 1)),
    )

    expect([await ask(), await ask()]).to.deep.equal([1, 1])
    mark = 'b'
    expect([await ask(), await ask()]).to.deep.equal([2, 2])
  })

  it('is asked for again after a failure', async () => {
    let fails = true
    const ask = keptWhile(
      () => Promise.resolve('a'),
      () => (fails ? Promise.reject(new Error('away')) : Promise.resolve('here')),
    )

    expect(await ask().catch((error: unknown) => (error as Error).message)).to.equal('away')
    fails = false
    expect(await ask()).to.equal('here')
  })
})

describe('tracks and badges that another process adds', () => {
  const completion = { kind: 'completion', provider: 'treehouse', course: 'html' } as const

  beforeEach(emptyDatabase)

  it('are there at the next question', async () => {
    await saveBadgeVersion(aBadge('html', completion))
    await saveTrackVersion(aTrack([aStep('html')]))
    expect([(await findBadges()).length, (await findTracks()).length]).to.deep.equal([1, 1])

    const { _id, ...row } = { _id: 'zzzz', ...aBadge('html', completion, { version: 2 }) }
    await mongoose.connection.collection<{ _id: string }>('badges').insertOne({ _id, ...row })

    expect(await findBadge('html')).to.include({ version: 2 })
    expect(await findBadge('html', 1)).to.include({ version: 1 })
  })

  it('are gone when the database is another one', async () => {
    await saveBadgeVersion(aBadge('html', completion))
    await findBadges()

    await emptyDatabase()

    expect(await findBadges()).to.deep.equal([])
    expect(await findTracks()).to.deep.equal([])
  })

  it('cannot be changed by sorting an answer', async () => {
    for (const slug of ['a', 'b']) await saveBadgeVersion(aBadge(slug, completion))

    ;(await findBadges()).reverse()

    expect((await findBadges()).map(({ slug }) => slug)).to.deep.equal(['a', 'b'])
  })
})
