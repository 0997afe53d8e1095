import { expect } from 'chai'
import { findAccount } from '../../src/access/account-store.js'
import { editsBetween } from '../../src/access/change.js'
import { changesOf } from '../../src/access/history-store.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { paths, to } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import {
  anAccount,
  anOrganization,
  community,
  credentials,
  keep,
  keepProgram,
} from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const mary = anAccount('Mary Manager', 'manager')
const ada = anAccount('Ada Lovelace', 'mentor')
const emma = anAccount('Emma Boss', 'mentor')
const sam = anAccount('Sam Staff', 'staff')

describe('the history of organizations and roles', () => {
  let world: TestApp
  let manager: Person
  const kinds = async (subject: 'organizations' | 'people', id: string) =>
    (await changesOf(subject, id, [community])).map(({ kind }) => kind)
  const timeline = async (path: string) => (await manager.read(path))('.timeline').text()

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(mary, ada, emma, sam)
    await saveOrganization(
      anOrganization('acme', { kind: 'employer', state: 'pending', registeredBy: emma.id }),
    )
    await saveOrganization(anOrganization('north', { kind: 'center' }))
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
  })

  it('tells who approved an organization, and the role that came with it', async () => {
    await manager.submit(to(paths.decideOrganization, { id: 'acme' }), { decision: 'approve' })

    expect(await timeline(to(paths.organization, { id: 'acme' })))
      .to.contain('Approved')
      .and.contain('Mary Manager')
    expect(await timeline(to(paths.person, { id: emma.id }))).to.contain(
      'Given the role employer at The acme',
    )
  })

  it('tells a decline with its reason, and notes a second decision nowhere', async () => {
    const decide = to(paths.decideOrganization, { id: 'acme' })
    await manager.submit(decide, { decision: 'decline', reason: 'Not in Oregon' })
    await manager.submit(decide, { decision: 'approve' })

    expect(await timeline(to(paths.organization, { id: 'acme' }))).to.contain('Not in Oregon')
    expect(await kinds('organizations', 'acme')).to.deep.equal(['declined'])
    expect(await kinds('people', emma.id)).to.deep.equal([])
  })

  it('tells what an edit changed from what to what; the same facts again are no change', async () => {
    const edit = to(paths.editOrganization, { id: 'north' })
    const facts = { name: 'Center North', city: 'Gresham', url: '' }
    await manager.submit(edit, facts)
    await manager.submit(edit, facts)

    expect(await kinds('organizations', 'north')).to.deep.equal(['edited'])
    expect(await timeline(to(paths.organization, { id: 'north' }))).to.contain(
      'Name changed from “The north” to “Center North”.',
    )
  })

  it('tells who gave and took a role, closed and opened an account', async () => {
    const page = to(paths.person, { id: ada.id })
    await manager.submit(
      to(paths.personRoles, { id: ada.id }),
      { roles: ['mentor@board', 'staff@north'], rolesVersion: '1' },
      `${to(paths.personRoles, { id: ada.id })}?preview=yes&roles=mentor@board&roles=staff@north`,
    )
    await manager.submit(
      to(paths.personRoles, { id: ada.id }),
      { roles: 'mentor@board', rolesVersion: '2' },
      `${to(paths.personRoles, { id: ada.id })}?preview=yes&roles=mentor@board`,
    )
    await manager.submit(to(paths.deactivatePerson, { id: ada.id }), {})
    await manager.submit(to(paths.reactivatePerson, { id: ada.id }), {})

    expect(await kinds('people', ada.id)).to.deep.equal([
      'roleGiven',
      'roleTaken',
      'closed',
      'reopened',
    ])
    expect(await timeline(page)).to.contain('Lost the role job center staff at The north')
    expect((await findAccount(ada.id))?.state).to.equal('active')
  })

  it('is a list by pages and a file, for managers only', async () => {
    for (const id of ['acme', 'north'])
      await manager.submit(to(paths.editOrganization, { id }), { name: `New ${id}`, city: 'Bend' })
    world.clock.at = new Date(world.clock.at.getTime() + 60_000)
    await manager.submit(to(paths.decideOrganization, { id: 'acme' }), { decision: 'approve' })

    const first = await manager.read(`${paths.history}?limit=1`)
    expect(first('tbody tr').text()).to.contain('New acme').and.contain('Approved')
    const second = await manager.read(first('.pages a[rel=next]').attr('href') ?? '')
    expect(second('tbody tr').text()).to.contain('New north').and.not.contain('New acme')
    const people = await manager.read(`${paths.history}?of=people`)
    expect(people('tbody tr').text()).to.contain('Emma Boss')
    const csv = await manager.get(paths.historyCsv)
    expect(csv.text.trim().split('\r\n')).to.have.length(1 + 3)
    expect(csv.text).to.contain('name: The north > New north; city:')
    const staff = await signIn(world.app, credentials(sam))
    expect((await staff.get(paths.history)).status).to.equal(403)
  })
})

describe('what an edit changed', () => {
  for (const [what, before, after, edits] of [
    ['nothing', { name: 'A' }, { name: 'A', url: undefined }, []],
    ['a fact that is new', { name: 'A' }, { name: 'A', city: 'B' }, [['city', '', 'B']]],
    ['a fact taken away', { name: 'A', url: 'u' }, { name: 'A' }, [['url', 'u', '']]],
    [
      'two',
      { name: 'A', city: 'B' },
      { name: 'C', city: 'D' },
      [
        ['name', 'A', 'C'],
        ['city', 'B', 'D'],
      ],
    ],
  ] as const)
    it(`is ${what}`, () => {
      expect(editsBetween(before, after).map((one) => [one.field, one.from, one.to])).to.deep.equal(
        edits,
      )
    })
})
