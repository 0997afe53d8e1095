import { expect } from 'chai'
import { findAccount, insertAccounts } from '../../src/access/account-store.js'
import { searchNames } from '../../src/access/account.js'
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
import { signIn, visitor, type Person } from '../support/person.js'

const mary = anAccount('Mary Manager', 'manager')
const ada = anAccount('Ada Ortiz', 'learner')
const stan = anAccount('Ståle Staff', 'staff', 'center', { email: 'stan@center.example' })
const elsewhere = anAccount('Adele Else', 'manager', 'other', {
  roles: [{ role: 'manager', organizationId: 'other', communityId: 'salem-or' }],
})

describe('how a name is found', () => {
  for (const [name, fromSecond, fromLast] of [
    ['Ada Ortiz Vega', 'ortiz vega ada', 'vega ada ortiz'],
    ['Ada Ortiz', 'ortiz ada', 'ortiz ada'],
    ['Åda', 'ada', 'ada'],
  ] as const) {
    it(`finds ${name} by "${fromSecond}" and "${fromLast}"`, () => {
      expect(searchNames(name)).to.deep.equal({ fromSecond, fromLast })
    })
  }
})

describe("a manager's list of people", () => {
  let world: TestApp
  let manager: Person
  const names = async (query: string) => {
    const shown = await manager.read(`${paths.people}?${query}`)
    return shown('tbody th a')
      .toArray()
      .map((link) => shown(link).text())
  }

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await saveOrganization(anOrganization('center', { kind: 'center', name: 'SE Works' }))
    await saveOrganization(anOrganization('pcc', { kind: 'college', name: 'PCC' }))
    await keep(mary, ada, stan, elsewhere)
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
  })

  it('shows the people of the own community by name, never those of another', async () => {
    expect(await names('')).to.deep.equal(['Ada Ortiz', 'Mary Manager', 'Ståle Staff'])
    expect(await names('community=salem-or')).to.deep.equal([
      'Ada Ortiz',
      'Mary Manager',
      'Ståle Staff',
    ])
  })

  for (const [query, found] of [
    ['q=ort', ['Ada Ortiz']],
    ['q=ada+o', ['Ada Ortiz']],
    ['q=ortiz+ada', ['Ada Ortiz']],
    ['q=man&state=active', ['Mary Manager']],
    ['q=man&state=deactivated', []],
    ['q=STALE', ['Ståle Staff']],
    ['q=stan%40', ['Ståle Staff']],
    ['q=tiz', []],
    ['q=.*', []],
    ['role=staff', ['Ståle Staff']],
    ['role=staff&q=ada', []],
    ['role=&state=&q=', ['Ada Ortiz', 'Mary Manager', 'Ståle Staff']],
    ['state=deactivated', []],
  ] as const) {
    it(`finds ${found.join(', ') || 'nobody'} by ${query}`, async () => {
      expect(await names(query)).to.deep.equal([...found])
    })
  }

  for (const query of ['role=king', 'limit=0', 'limit=999', 'cursor=x', 'cursor=WyJhIl0', 'x=1']) {
    it(`refuses the filter ${query}`, async () => {
      expect((await manager.get(`${paths.people}?${query}`)).status).to.equal(422)
    })
  }

  it('pages through everybody, each once, also those of one name', async () => {
    await insertAccounts(
      Array.from({ length: 7 }, (_, at) =>
        anAccount('Same Name', 'mentor', 'board', {
          id: `same-${String(at)}`,
          email: `same${String(at)}@example.org`,
        }),
      ),
    )
    const seen: string[] = []
    let path: string | undefined = `${paths.people}?limit=3`
    while (path !== undefined) {
      const shown = await manager.read(path)
      seen.push(
        ...shown('tbody th a')
          .toArray()
          .map((link) => shown(link).attr('href') ?? ''),
      )
      path = shown('a[rel=next]').attr('href')
    }

    expect(seen).to.have.length(10)
    expect(new Set(seen).size).to.equal(10)
  })

  it('exports the same view, with formulas made harmless', async () => {
    await keep(anAccount('=cmd|calc', 'staff', 'center', { id: 'evil', email: 'evil@example.org' }))
    const answer = await manager.get(`${paths.peopleCsv}?role=staff`)

    const lines = answer.text.trim().split('\r\n')
    expect(answer.headers['content-type']).to.contain('text/csv')
    expect(lines).to.have.length(3)
    expect(answer.text).to.contain("'=cmd|calc").and.contain('SE Works')
    expect(answer.text).to.not.contain('Ada')
  })

  it('is for managers only', async () => {
    const person = await signIn(world.app, credentials(stan))

    expect((await person.get(paths.people)).status).to.equal(403)
    expect((await person.get(paths.peopleCsv)).status).to.equal(403)
    expect((await visitor(world.app).get(paths.people)).status).to.equal(303)
  })

  it('does not show, change or close somebody of another community', async () => {
    const values = { id: elsewhere.id }
    for (const pattern of [paths.person, paths.personRoles, paths.deactivatePerson]) {
      expect((await manager.get(to(pattern, values))).status, pattern).to.equal(404)
    }
    const own = to(paths.deactivatePerson, { id: ada.id })
    const answer = await manager.submit(own, {}, to(paths.deactivatePerson, values))
    expect(answer.status).to.equal(404)
    expect((await findAccount(elsewhere.id))?.state).to.equal('active')
  })
})

describe('changing roles', () => {
  let world: TestApp
  let manager: Person
  const page = to(paths.personRoles, { id: stan.id })
  const rolesOf = async (id: string) =>
    (await findAccount(id))?.roles.map((at) => `${at.role}@${at.organizationId}`)

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await saveOrganization(anOrganization('center', { kind: 'center', name: 'SE Works' }))
    await saveOrganization(anOrganization('pcc', { kind: 'college', name: 'PCC' }))
    await saveOrganization(anOrganization('wait', { kind: 'college', state: 'pending' }))
    await saveOrganization(anOrganization('far', { kind: 'college', communityId: 'salem-or' }))
    await keep(mary, ada, stan)
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
  })

  it('first shows what it would do, and changes nothing', async () => {
    const shown = await manager.read(`${page}?add=college%40pcc&preview=yes`)

    const text = shown('section.card').text().replace(/\s+/g, ' ')
    expect(text).to.contain('Ståle Staff becomes college staff at PCC.')
    expect(text).to.contain('Ståle Staff is no longer job center staff at SE Works.')
    expect(await rolesOf(stan.id)).to.deep.equal(['staff@center'])
  })

  it('does what was previewed', async () => {
    const preview = `${page}?roles=staff%40center&add=college%40pcc&preview=yes`
    const shown = await manager.read(preview)
    const roles = shown('section.card input[name=roles]')
      .toArray()
      .map((input) => shown(input).attr('value') ?? '')

    const answer = await manager.submit(preview, { roles, rolesVersion: '1' }, page)

    expect(answer.status).to.equal(303)
    expect(await rolesOf(stan.id)).to.have.members(['staff@center', 'college@pcc'])
    expect((await manager.read(`${paths.people}?role=college`))('tbody tr')).to.have.length(1)
  })

  it('is refused to the second of two managers who looked at the same time', async () => {
    const preview = `${page}?add=college%40pcc&preview=yes`
    const change = { roles: ['college@pcc'], rolesVersion: '1' }
    await manager.submit(preview, change, page)

    const second = await manager.submit(preview, { ...change, roles: ['staff@center'] }, page)

    expect(second.status).to.equal(409)
    expect(await rolesOf(stan.id)).to.deep.equal(['college@pcc'])
  })

  it('keeps being a learner, whatever is chosen', async () => {
    const learner = to(paths.personRoles, { id: ada.id })
    const preview = `${learner}?add=mentor%40board&preview=yes`
    await manager.submit(preview, { roles: 'mentor@board', rolesVersion: '1' }, learner)

    expect(await rolesOf(ada.id)).to.have.members(['learner@board', 'mentor@board'])
  })

  for (const wrong of [
    'college@center',
    'college@wait',
    'college@far',
    'college@nowhere',
    'learner@board',
    'king@board',
    'staff',
    '$ne@board',
  ]) {
    it(`refuses ${wrong}`, async () => {
      const preview = `${page}?add=college%40pcc&preview=yes`
      const answer = await manager.submit(preview, { roles: wrong, rolesVersion: '1' }, page)

      expect(answer.status).to.equal(422)
      expect(await rolesOf(stan.id)).to.deep.equal(['staff@center'])
    })
  }

  it('never lets a manager lose the own role or close the own account', async () => {
    const own = to(paths.personRoles, { id: mary.id })
    const form = `${own}?roles=manager%40board&add=staff%40center&preview=yes`
    const answer = await manager.submit(form, { roles: 'staff@center', rolesVersion: '1' }, own)
    const close = to(paths.deactivatePerson, { id: mary.id })
    const closing = await manager.submit(close, {})

    expect([answer.status, closing.status]).to.deep.equal([422, 409])
    expect(await rolesOf(mary.id)).to.deep.equal(['manager@board'])
  })
})

describe('closing an account', () => {
  it('signs the person out everywhere, and opening it lets them in again', async () => {
    await emptyDatabase()
    await keepProgram()
    await keep(mary, ada)
    const { app } = testApp()
    const manager = await signIn(app, credentials(mary))
    const person = await signIn(app, credentials(ada))

    await manager.submit(to(paths.deactivatePerson, { id: ada.id }), {})
    expect((await person.get(paths.settings)).status).to.equal(303)
    expect((await visitor(app).submit(paths.signIn, credentials(ada))).status).to.equal(409)

    const twice = await manager.submit(to(paths.deactivatePerson, { id: ada.id }), {})
    expect(twice.status).to.equal(409)
    await manager.submit(to(paths.reactivatePerson, { id: ada.id }), {})
    await signIn(app, credentials(ada))
    expect((await findAccount(ada.id))?.roles[0]?.communityId).to.equal(community)
  })
})
