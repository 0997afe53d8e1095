import { expect } from 'chai'
import type { Actor } from '../../src/access/actor.js'
import { addOrganization } from '../../src/access/add-organization.js'
import { saveOrganizations } from '../../src/access/organization-store.js'
import { findCenter } from '../../src/centers/center-store.js'
import { importCenters } from '../../src/centers/import-centers.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, keep } from '../support/build-access.js'
import { aCenter, actorOf, keepCenters, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const organization = (id: string) => ({
  id,
  name: `Center ${id}`,
  description: '',
  x_waymark: { state: 'OR' },
})

describe('a file of centers', () => {
  let it_: TestApp
  let manager: Actor

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepPeople()
    const [account] = await keep(anAccount('Mae', 'manager'))
    manager = await actorOf(account)
  })

  const file = (...ids: readonly string[]) =>
    importCenters(
      {
        content: JSON.stringify({ organizations: ids.map(organization) }),
        fileName: 'centers.json',
        format: 'json',
        dryRun: false,
      },
      manager,
      it_.ports,
    )

  it('makes whole a center whose process died between its organization and its entry', async () => {
    const half = {
      id: 'half',
      name: 'Center half',
      communityId: community,
      kind: 'center',
    } as const
    await addOrganization({
      ...half,
      source: 'centers.json',
      demonstration: false,
      registeredAt: it_.clock.at,
    })

    expect(await file('half')).to.include({ added: 1 })
    expect((await findCenter('half'))?.name).to.equal('Center half')
    expect(await file('half')).to.include({ added: 0, unchanged: 1 })
  })

  it('takes no id of another kind of organization, of another program or not yet approved', async () => {
    await saveOrganizations([
      anOrganization('school', { kind: 'college' }),
      anOrganization('far', { kind: 'center', communityId: 'another' }),
      anOrganization('new', { kind: 'center', state: 'pending' }),
    ])

    const came = await file('school', 'far', 'new')

    expect(came.refused.map(({ row, message }) => [row, message])).to.deep.equal(
      [1, 2, 3].map((row) => [row, 'centers:import.idTaken']),
    )
    expect(await findCenter('new')).to.equal(undefined)
  })

  it('takes an id that another center has as its short name', async () => {
    await keepCenters(aCenter('c1', { slug: 'gresham' }))

    expect(await file('gresham', 'later')).to.include({ state: 'done', added: 2 })
    expect((await findCenter('gresham'))?.slug).to.not.equal('gresham')
    expect((await findCenter('later'))?.slug).to.equal('later')
  })
})
