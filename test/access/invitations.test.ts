import { expect } from 'chai'
import { findAccountByEmail } from '../../src/access/account-store.js'
import { saveState } from '../../src/access/account-change-store.js'
import { inviteByCommand, type CommandInvitation } from '../../src/access/invite-by-command.js'
import { findOrganizations, saveOrganization } from '../../src/access/organization-store.js'
import { findPrograms, saveProgram } from '../../src/communities/program-store.js'
import { paths } from '../../src/http/paths.js'
import { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import {
  aChange,
  anAccount,
  anOrganization,
  aProgram,
  community,
  credentials,
  keep,
  keepProgram,
  password,
} from '../support/build-access.js'
import { emptyDatabase } from '../support/database.js'
import { linkTo, mailsTo } from '../support/mail.js'
import { signIn, visitor, type Person } from '../support/person.js'

const mary = anAccount('Mary Manager', 'manager')
const somebody = { name: 'Sam Rivera', password }

describe('inviting somebody', () => {
  let world: TestApp
  let manager: Person
  const invite = (change: Record<string, string> = {}) =>
    manager.submit(paths.invite, {
      email: 'Sam@Example.org',
      role: 'staff',
      organizationId: 'center',
      language: 'en',
      ...change,
    })

  beforeEach(async () => {
    await emptyDatabase()
    await keepProgram()
    await saveOrganization(anOrganization('center', { kind: 'center', name: 'SE Works' }))
    await keep(mary)
    world = testApp()
    manager = await signIn(world.app, credentials(mary))
  })

  it('opens an account with the role, by the link in the mail', async () => {
    await invite()
    const link = await linkTo(world, 'sam@example.org')
    const answer = await visitor(world.app).submit(link, somebody)

    expect(answer.headers['location']).to.contain(paths.signIn)
    const account = await findAccountByEmail('sam@example.org')
    expect(account?.roles).to.deep.equal([
      { role: 'staff', organizationId: 'center', communityId: community },
    ])
    expect(account?.emailConfirmedAt).to.deep.equal(world.clock.at)
    await signIn(world.app, { email: 'sam@example.org', password })
  })

  it('works by a call too: invite, list, withdraw', async () => {
    const body = { email: 'Sam@Example.org', role: 'staff', organizationId: 'center' }

    const invited = await manager.api('post', '/invitations', body)
    const wrong = await manager.api('post', '/invitations', { ...body, role: 'college' })
    const { id } = invited.body as { id: string }
    const listed = await manager.api('get', '/invitations?limit=1')
    const link = await linkTo(world, 'sam@example.org')
    const withdrawn = await manager.api('delete', `/invitations/${id}`)
    const again = await manager.api('delete', `/invitations/${id}`)

    expect(invited.status, invited.text).to.equal(201)
    expect(invited.body).to.deep.include({ email: 'sam@example.org', role: 'staff', state: 'open' })
    expect(invited.text).not.to.contain(link.split('/').at(-1))
    expect(wrong.status).to.equal(422)
    expect((listed.body as { items: object[] }).items).to.deep.equal([invited.body])
    expect([withdrawn.status, again.status]).to.deep.equal([204, 404])
    expect((await visitor(world.app).get(link)).status).not.to.equal(200)
  })

  it('is for managers alone, by a call too', async () => {
    await keep(anAccount('Stan Staff', 'staff', 'center'))
    const stan = await signIn(world.app, credentials(anAccount('Stan Staff', 'staff', 'center')))
    const body = { email: 'x@example.org', role: 'manager', organizationId: 'board' }

    expect((await stan.api('post', '/invitations', body)).status).to.equal(403)
    expect((await visitor(world.app).api('post', '/invitations', body)).status).to.equal(401)
  })

  it('says who invites to what, in the language chosen', async () => {
    await invite({ language: 'es' })
    const [mail] = await mailsTo(world, 'sam@example.org')

    expect(mail?.text).to.contain(
      'Mary Manager le invita a Waymark como personal de un centro de empleo en SE Works',
    )
    const shown = await visitor(world.app).read(await linkTo(world, 'sam@example.org'))
    expect(shown('html').attr('lang')).to.equal('es')
  })

  it('gives an account that is there the role, and asks for no password', async () => {
    const ada = anAccount('Ada Ortiz', 'mentor')
    await keep(ada)
    await invite({ email: ada.email })
    const link = await linkTo(world, ada.email)
    const shown = await visitor(world.app).read(link)
    expect(shown('input[type=password]')).to.have.length(0)

    await visitor(world.app).submit(link, {})

    const roles = (await findAccountByEmail(ada.email))?.roles.map((at) => at.role)
    expect(roles).to.deep.equal(['mentor', 'staff'])
    await signIn(world.app, credentials(ada))
  })

  it('works once, also of ten at the same time', async () => {
    await invite()
    const link = await linkTo(world, 'sam@example.org')
    const people = Array.from({ length: 10 }, (_, at) => ({
      name: `Sam ${String(at)}`,
      password: `words of person ${String(at)}`,
    }))

    const answers = await Promise.all(
      people.map((person) => visitor(world.app).submit(link, person)),
    )

    const account = await findAccountByEmail('sam@example.org')
    expect(account?.roles).to.have.length(1)
    expect(answers.map((answer) => answer.status)).to.include(303)
    expect((await visitor(world.app).get(link)).status).to.equal(409)
  })

  it('ends after 14 days, when it is withdrawn, and for a closed account', async () => {
    const ada = anAccount('Ada Ortiz', 'mentor')
    await keep(ada)
    await invite({ email: ada.email })
    await invite()
    const toAda = await linkTo(world, ada.email)
    const toSam = await linkTo(world, 'sam@example.org')

    await saveState(ada.id, 'deactivated', aChange('closed'))
    expect((await visitor(world.app).submit(toAda, {})).status).to.equal(409)

    const list = await manager.read(paths.invitations)
    const withdraw = list('a[href$="/withdraw"]').first().attr('href') ?? ''
    await manager.submit(withdraw, {})
    expect((await visitor(world.app).get(toSam)).status).to.equal(409)

    await invite({ email: 'late@example.org' })
    const toLate = await linkTo(world, 'late@example.org')
    world.clock.at = new Date('2015-03-23T19:00:00Z')
    expect((await visitor(world.app).get(toLate)).status).to.equal(409)
    expect((await manager.read(paths.invitations))('tbody tr').text()).to.contain('Ran out')
  })

  it('asks somebody new for a name and a password', async () => {
    await invite()
    const link = await linkTo(world, 'sam@example.org')

    expect((await visitor(world.app).submit(link, {})).status).to.equal(422)
    expect((await visitor(world.app).submit(link, { ...somebody, password: 'x' })).status).to.equal(
      422,
    )
    expect(await findAccountByEmail('sam@example.org')).to.equal(undefined)
  })

  for (const [what, change, status] of [
    ['a role at an organization of the wrong kind', { role: 'college' }, 422],
    ['an organization that waits for approval', { organizationId: 'pending' }, 422],
    ['an organization of another community', { organizationId: 'elsewhere' }, 422],
    ['no organization', { organizationId: '' }, 422],
    ['the role of a learner', { role: 'learner', organizationId: 'board' }, 422],
    ['an address that is none', { email: 'sam' }, 422],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await saveOrganization(anOrganization('pending', { kind: 'center', state: 'pending' }))
      await saveOrganization(
        anOrganization('elsewhere', { kind: 'center', communityId: 'salem-or' }),
      )

      expect((await invite(change)).status).to.equal(status)
      expect(await mailsTo(world, 'sam@example.org')).to.deep.equal([])
    })
  }

  it("is for managers only, and each withdraws their own community's only", async () => {
    const staff = anAccount('Stan Staff', 'staff', 'center')
    const elsewhere = anAccount('Eve Else', 'manager', 'other', {
      roles: [{ role: 'manager', organizationId: 'other', communityId: 'salem-or' }],
    })
    await keep(staff, elsewhere)
    await invite()
    const list = await manager.read(paths.invitations)
    const withdraw = list('a[href$="/withdraw"]').first().attr('href') ?? ''

    const asStaff = await signIn(world.app, credentials(staff))
    expect((await asStaff.get(paths.invite)).status).to.equal(403)
    const asOther = await signIn(world.app, credentials(elsewhere))
    expect((await asOther.submit(paths.settings, {}, withdraw)).status).to.equal(404)
    expect((await visitor(world.app).get(await linkTo(world, 'sam@example.org'))).status).to.equal(
      200,
    )
  })
})

describe('inviting from the command line', () => {
  const moment = { now: new Date('2015-03-09T19:00:00Z'), secret: 'a secret' }
  const wanted = (change: Partial<CommandInvitation> = {}): CommandInvitation => ({
    email: 'maria@board.example',
    role: 'manager',
    language: 'en',
    programName: 'Code Salem',
    boardName: 'Salem Board',
    ...change,
  })
  const problemOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => (error instanceof Problem ? error : undefined),
    )

  beforeEach(emptyDatabase)

  it('makes the program and its board where there are none, once', async () => {
    const first = await inviteByCommand(wanted(), moment)
    const second = await inviteByCommand(wanted({ role: 'mentor' }), moment)

    expect(first.isNewProgram).to.equal(true)
    expect(second.isNewProgram).to.equal(false)
    expect((await findPrograms()).map((one) => one.name)).to.deep.equal(['Code Salem'])
    expect((await findOrganizations({})).map((one) => one.name)).to.deep.equal(['Salem Board'])
    expect(first.path).to.match(/^\/invitations\/[\w-]{36}\/[\w-]{43}$/)
  })

  it('uses the program that is there', async () => {
    await keepProgram()
    const { organization, isNewProgram } = await inviteByCommand(wanted(), moment)

    expect([organization.id, isNewProgram]).to.deep.equal(['board', false])
  })

  it('names the communities where there are several', async () => {
    await keepProgram()
    await saveProgram(aProgram({ id: 'p2', communityId: 'salem-or' }))

    const problem = await problemOf(inviteByCommand(wanted(), moment))

    expect(problem?.params['choices']).to.equal('portland-or, salem-or')
  })

  it('names the organizations where several fit the role', async () => {
    await keepProgram()
    await saveOrganization(anOrganization('pcc', { kind: 'college' }))
    await saveOrganization(anOrganization('mhcc', { kind: 'college' }))

    const problem = await problemOf(inviteByCommand(wanted({ role: 'college' }), moment))
    const named = await inviteByCommand(wanted({ role: 'college', organization: 'pcc' }), moment)

    expect(problem?.params['choices']).to.equal('mhcc, pcc')
    expect(named.organization.id).to.equal('pcc')
  })
})
