import { expect } from 'chai'
import { findAccountByEmail } from '../../src/access/account-store.js'
import { saveRoles } from '../../src/access/account-change-store.js'
import { giveOwedRoles } from '../../src/access/give-role.js'
import {
  findOrganization,
  findOrganizations,
  saveDecision,
  saveOrganization,
} from '../../src/access/organization-store.js'
import { slugFor } from '../../src/access/organization.js'
import { changesOf } from '../../src/access/history-store.js'
import { paths, to } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import {
  anAccount,
  anOrganization,
  community,
  credentials,
  keep,
  keepProgram,
  password,
} from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { mailsTo } from '../support/mail.js'
import { signIn, visitor, type Person } from '../support/person.js'

const mary = anAccount('Mary Manager', 'manager')
const acme = {
  kind: 'employer',
  organizationName: 'Acme Web, Inc.',
  city: 'Portland',
  url: 'https://acme.example',
  name: 'Emma Boss',
  email: 'emma@acme.example',
  password,
}

describe('an organization registers itself', () => {
  let world: TestApp
  let manager: Person
  const register = (change: Partial<typeof acme> = {}) =>
    visitor(world.app).submit(paths.registerOrganization, { ...acme, ...change })
  const pending = () => findOrganizations({ communityId: community, state: 'pending' })
  const decide = async (id: string, answer: Record<string, string>) =>
    manager.submit(to(paths.decideOrganization, { id }), answer)

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(mary)
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
  })

  it('waits for approval, and its person has no role before', async () => {
    const answer = await register()

    const [organization] = await pending()
    const account = await findAccountByEmail(acme.email)
    expect(answer.headers['location']).to.equal(paths.registered)
    expect(organization).to.deep.include({ name: 'Acme Web, Inc.', slug: 'acme-web-inc' })
    expect(organization?.registeredBy).to.equal(account?.id)
    expect(account?.roles).to.deep.equal([])
    const person = await signIn(world.app, { email: acme.email, password })
    expect((await person.get(paths.people)).status).to.equal(403)
    expect((await person.read(paths.settings))('main').text()).to.contain('no role here yet')
  })

  it('gains the role also when the process died right after the approval, and only once', async () => {
    await register()
    const [{ id } = { id: '' }] = await pending()
    const at = world.clock.at
    const change = { at, by: mary.id, byName: mary.name, communityId: community } as const
    await saveDecision(id, 'approved', { by: mary.id, at }, [], { ...change, kind: 'approved' })
    const owed = () => giveOwedRoles({ signal: new AbortController().signal })

    await owed()
    const account = await findAccountByEmail(acme.email)
    expect(account?.roles).to.deep.equal([
      { role: 'employer', organizationId: id, communityId: community },
    ])
    expect((await changesOf('people', account?.id ?? '', [community]))[0]).to.deep.include({
      kind: 'roleGiven',
      byName: mary.name,
    })

    if (account) await saveRoles(account, [], [])
    await owed()
    expect((await findAccountByEmail(acme.email))?.roles).to.deep.equal([])
  })

  it('is approved: its person gains the role and is told', async () => {
    await register()
    const [organization] = await pending()
    const answer = await decide(organization!.id, { decision: 'approve', reason: '' })

    expect(answer.status).to.equal(303)
    expect((await findAccountByEmail(acme.email))?.roles).to.deep.equal([
      { role: 'employer', organizationId: organization!.id, communityId: community },
    ])
    const subjects = (await mailsTo(world, acme.email)).map((mail) => mail.subject)
    expect(subjects.at(-1)).to.equal('Acme Web, Inc. is approved on Waymark')
    expect((await findOrganization(organization!.id))?.decision).to.deep.include({ by: mary.id })
  })

  it('is declined with a reason, which its person is told', async () => {
    await register()
    const [organization] = await pending()
    const { id } = organization!
    expect((await decide(id, { decision: 'decline', reason: ' ' })).status).to.equal(422)
    await decide(id, { decision: 'decline', reason: 'We could not reach you.' })

    const mail = (await mailsTo(world, acme.email)).at(-1)
    expect(mail?.text).to.contain('We could not reach you.')
    expect((await findOrganization(id))?.state).to.equal('declined')
    expect((await findAccountByEmail(acme.email))?.roles).to.deep.equal([])
  })

  it('is decided once: of two managers at the same time one is refused', async () => {
    await register()
    const [organization] = await pending()
    const { id } = organization!
    const other = await signIn(world.app, credentials(mary))
    const path = to(paths.decideOrganization, { id })

    const answers = await Promise.all([
      decide(id, { decision: 'approve' }),
      other.submit(path, { decision: 'decline', reason: 'No.' }),
    ])

    expect(answers.map((answer) => answer.status).sort()).to.deep.equal([303, 409])
    expect((await decide(id, { decision: 'approve' })).status).to.equal(409)
  })

  it('by an address that has an account registers nothing, and answers the same', async () => {
    await register()
    const again = await register({ organizationName: 'Another' })

    expect(again.headers['location']).to.equal(paths.registered)
    expect(await pending()).to.have.length(1)
    expect((await mailsTo(world, acme.email)).at(-1)?.subject).to.contain('already')
  })

  it('by somebody signed in needs no new account', async () => {
    const ada = anAccount('Ada Ortiz', 'mentor')
    await keep(ada)
    const person = await signIn(world.app, credentials(ada))
    const { name: _, email: __, password: ___, ...organization } = acme

    await person.submit(paths.newOrganization, organization)

    expect((await pending())[0]?.registeredBy).to.equal(ada.id)
  })

  it('gets a slug of its own when the name is taken', async () => {
    await register()
    await register({ email: 'other@acme.example' })

    const slugs = (await pending()).map((one) => one.slug)
    expect(slugs).to.have.members(['acme-web-inc', 'acme-web-inc-2'])
  })

  for (const [what, change] of [
    ['a board', { kind: 'board' }],
    ['a web address that runs a script', { url: 'javascript:alert(1)' }],
    ['an empty name', { organizationName: ' ' }],
    ['a weak password', { password: '1234567890' }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect((await register(change)).status).to.equal(422)
      expect(await pending()).to.deep.equal([])
    })
  }
})

describe("a manager's list of organizations", () => {
  let manager: Person

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(mary)
    await saveOrganization(anOrganization('pcc', { kind: 'college', name: 'Portland CC' }))
    await saveOrganization(anOrganization('acme', { kind: 'employer', state: 'pending' }))
    await saveOrganization(anOrganization('far', { kind: 'college', communityId: 'salem-or' }))
    manager = await signIn(testApp().app, credentials(mary))
  })

  it('filters by kind and state, and exports the same view', async () => {
    const rows = async (query: string) =>
      (await manager.read(`${paths.organizations}?${query}`))('tbody tr').length

    expect(await rows('')).to.equal(3)
    expect(await rows('kind=college')).to.equal(1)
    expect(await rows('state=pending')).to.equal(1)
    const csv = await manager.get(`${paths.organizationsCsv}?kind=college`)
    expect(csv.text).to.contain('Portland CC').and.not.contain('far')
  })

  it('lets the facts be edited, not those of another community', async () => {
    const edit = to(paths.editOrganization, { id: 'pcc' })
    const facts = { name: 'Portland Community College', city: 'Portland', url: '' }
    await manager.submit(edit, facts)

    const organization = await findOrganization('pcc')
    expect(organization).to.deep.include({ name: 'Portland Community College', city: 'Portland' })
    expect(organization).to.not.have.property('url')
    const far = await manager.submit(edit, facts, to(paths.editOrganization, { id: 'far' }))
    expect(far.status).to.equal(404)
    expect((await manager.get(to(paths.organization, { id: 'far' }))).status).to.equal(404)
  })
})

describe('a slug from a name', () => {
  for (const [name, slug] of [
    ['Mt. Hood Community College', 'mt-hood-community-college'],
    ['  Señor & Sons  ', 'senor-sons'],
    ['株式会社', 'organization'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ] as const) {
    it(`${name.slice(0, 30)} is ${slug.slice(0, 30)}`, () => {
      expect(slugFor(name)).to.equal(slug)
    })
  }
})
