import { expect } from 'chai'
import { claimQueue } from '../../src/claims/claim-queue-store.js'
import { moves } from '../../src/claims/claim.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { addDemoClaims } from '../../src/seeding/make-demo-claims.js'
import { beginDemo, makeDemo, settingFor } from '../../src/seeding/make-demo.js'
import { organizationIdOf } from '../../src/seeding/reference-records.js'
import { consentsOf } from '../../src/learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../../src/learners/consent.js'
import { testWorld } from '../support/app.js'
import { countAll, emptyDatabase } from '../support/database.js'

const today = '2016-04-01'

describe('the claims of the demonstration', function () {
  this.timeout(60_000)
  const { ports, clock } = testWorld({}, `${today}T19:00:00Z`)
  const pcc = organizationIdOf('pcc')

  before(async () => {
    await emptyDatabase()
    await beginDemo(300, ports)
    const reference = await loadReference({ now: clock.at, demonstration: true })
    await makeDemo(reference, 300, ports, () => undefined)
  })

  it('leave some for the registrar to decide, and show some decided', async () => {
    const states = (await claimQueue({ collegeIds: [pcc] }, 100)).map(({ state }) => state)

    expect(states.filter((state) => state === 'claimed').length).to.be.greaterThan(2)
    expect(states.filter((state) => state !== 'claimed').length).to.be.greaterThan(1)
  })

  it('each rest on a live consent of their learner, and say that they are invented', async () => {
    for (const claim of await claimQueue({ collegeIds: [pcc] }, 100)) {
      const cover = coverOf(await consentsOf(claim.learnerId), pcc, today)
      expect(notCovered(cover, recordsNeeded.credit)).to.deep.equal([])
      expect(claim.demonstration).to.equal(true)
      expect(claim.events.length).to.equal(claim.revision + 1)
      if (claim.revision === 0) expect(moves[claim.state]).to.have.property('grant')
    }
  })

  it('are the same again, and none comes twice', async () => {
    const before = await countAll('claims')
    await addDemoClaims(
      await settingFor(await loadReference({ now: clock.at, demonstration: true }), today),
    )

    expect(await countAll('claims')).to.equal(before)
  })
})
