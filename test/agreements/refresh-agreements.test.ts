import { expect } from 'chai'
import {
  Agreements,
  agreementsWithin,
  insertAgreements,
} from '../../src/agreements/agreement-store.js'
import { refreshAgreements } from '../../src/agreements/refresh-agreements.js'
import { createLog } from '../../src/log.js'
import { community } from '../support/build-access.js'
import { anAgreement } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

describe('agreements of a database from before they were found by pairs of badges', () => {
  const said: unknown[] = []
  const log = Object.assign(createLog('silent'), { info: (facts: unknown) => said.push(facts) })
  const run = (aborted = false) => {
    said.length = 0
    const stopper = new AbortController()
    if (aborted) stopper.abort()
    return refreshAgreements({ world: { log }, signal: stopper.signal, touch: async () => {} })
  }
  const found = async () => (await agreementsWithin(community, ['html', 'css'])).map(({ id }) => id)

  beforeEach(async () => {
    await emptyDatabase()
    await insertAgreements([
      anAgreement(),
      anAgreement({ version: 2, badges: { of: ['php', 'js'] } }),
    ])
    await Agreements.collection.updateMany(
      {},
      { $unset: { edition: 1, keys: 1, words: 1, inherited: 1 } },
    )
  })

  it('are found again after the job, which says how far it is', async () => {
    expect(await found()).to.deep.equal([])

    await run()

    expect(await found()).to.deep.equal(['cis-122-v1', 'cis-122-v2'])
    const rows = await Agreements.find().sort({ version: 1 }).lean()
    expect(rows.map(({ inherited }) => inherited)).to.deep.equal([undefined, ['html', 'css']])
    expect(said).to.deep.equal([
      { done: 0, total: 2 },
      { done: 2, total: 2 },
    ])
  })

  it('are left to the next run when the process stops', async () => {
    await run(true)
    expect(await found()).to.deep.equal([])

    await run()
    await run()

    expect(await found()).to.have.length(2)
    expect(said, 'nothing left to say').to.deep.equal([])
  })
})
