import { expect } from 'chai'
import { agreementsOfCollege } from '../../src/agreements/agreement-store.js'
import { offeredOn } from '../../src/agreements/agreement.js'
import { checkVersion } from '../../src/agreements/check-version.js'
import {
  applicationPage,
  pathwaysOfCollege,
  placesTaken,
} from '../../src/pathways/pathway-store.js'
import { faultsOfPathway } from '../../src/pathways/pathway.js'
import { proposalPage } from '../../src/agreements/proposal-store.js'
import { proposalStates, versionOf } from '../../src/agreements/proposal.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { addDemoCredit } from '../../src/seeding/make-demo-credit.js'
import { beginDemo, makeDemo, settingFor } from '../../src/seeding/make-demo.js'
import { organizationIdOf } from '../../src/seeding/reference-records.js'
import { testWorld } from '../support/app.js'
import { countAll, emptyDatabase } from '../support/database.js'

const today = '2016-04-01'

describe("the demonstration's proposals and pathways", function () {
  this.timeout(60_000)
  const { ports, clock } = testWorld({}, `${today}T19:00:00Z`)
  const pcc = organizationIdOf('pcc')

  before(async () => {
    await emptyDatabase()
    await beginDemo(400, ports)
    const reference = await loadReference({ now: clock.at, demonstration: true })
    await makeDemo(reference, 400, ports, () => undefined)
  })

  it('show every state, say that they are invented, and can be worked on', async () => {
    const proposals = await proposalPage({ collegeIds: [pcc] }, 50)

    expect([...new Set(proposals.map(({ state }) => state))].sort()).to.deep.equal(
      [...proposalStates].sort(),
    )
    for (const proposal of proposals) {
      expect(proposal.demonstration).to.equal(true)
      expect(proposal.trail).to.have.length(proposal.steps + 1)
      if (['proposed', 'review', 'approved'].includes(proposal.state))
        expect(await checkVersion(versionOf(proposal), today)).to.deep.equal([])
    }
  })

  it('leave what is offered today as it was, and bind no college', async () => {
    const versions = await agreementsOfCollege(pcc)

    expect(versions.filter(({ version }) => version === 2)).to.have.length(1)
    expect(offeredOn(versions, today).every(({ version }) => version === 1)).to.equal(true)
    expect(versions.every(({ advisory }) => advisory === true)).to.equal(true)
  })

  it('have a pathway with room and one that is full, with people who wait', async () => {
    const pathways = await pathwaysOfCollege(pcc)
    expect(pathways).to.have.length(2)
    for (const pathway of pathways) {
      expect(faultsOfPathway(pathway)).to.deep.equal([])
      expect(pathway.demonstration).to.equal(true)
      const accepted = await applicationPage({ pathwayId: pathway.id, state: 'accepted' }, 100)
      const waiting = await applicationPage({ pathwayId: pathway.id, state: 'waiting' }, 100)
      const taken = await placesTaken(pathway.id)
      expect(taken).to.have.length(accepted.length)
      expect(waiting.length > 0, 'waits only where no place is left').to.equal(
        taken.length === pathway.places,
      )
    }
  })

  it('are the same again, and none comes twice', async () => {
    const counts = () =>
      Promise.all(
        ['agreement-drafts', 'pathways', 'pathway-applications', 'agreements'].map(countAll),
      )
    const before = await counts()
    await addDemoCredit(
      await settingFor(await loadReference({ now: clock.at, demonstration: true }), today),
    )

    expect(await counts()).to.deep.equal(before)
  })
})
