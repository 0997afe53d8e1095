import { expect } from 'chai'
import { slotsOfHost } from '../../src/appointments/slot-store.js'
import { findCase } from '../../src/caseload/case-store.js'
import { notesAt } from '../../src/caseload/note-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { referralsOf } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { aReferral, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const page = (name: string) => `/staff/learners/learner-${name}/case`
const role = (organizationId: string) =>
  ({ role: 'staff', organizationId, communityId: community }) as const
const kind = { kind: 'contact', readers: 'center' }
const note = (text: string) => ({ text, ...kind })

describe('somebody who works at two centers', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let zoe: Person

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    await keepReferrals(
      aReferral('r1', 'learner-ada', 'north'),
      aReferral('r2', 'learner-ada', 'south'),
      aReferral('r3', 'learner-ben', 'south'),
    )
    const account = anAccount('Zoe', 'staff', 'north', { roles: [role('north'), role('south')] })
    await keep(account)
    zoe = await signIn(world.app, credentials(account))
  })

  it('opens and works a case that only the second one has', async () => {
    const $ = await zoe.read(page('ben'))
    expect($('#site-nav [aria-current]').text()).to.equal('Caseload')
    expect($('form[action*="/case/notes"]').attr('action')).to.equal(
      `${page('ben')}/notes?center=south`,
    )
    const answer = await zoe.submit(page('ben'), note('Called.'), `${page('ben')}/notes`)
    expect(answer.status).to.equal(303)
    expect((await notesAt('learner-ben', 'south', 'zoe')).map(({ text }) => text)).to.deep.equal([
      'Called.',
    ])
  })

  it('opens the case of the center they ask for where both have one, and stays there', async () => {
    const south = `${page('ada')}?center=south`
    const wrote = await zoe.submit(south, note('At south.'), `${page('ada')}/notes?center=south`)
    expect(wrote.headers['location']).to.contain('center=south')
    await zoe.submit(page('ada'), note('At north.'), `${page('ada')}/notes`)

    expect((await zoe.read(south))('#notes').text())
      .to.contain('At south.')
      .and.not.to.contain('At north.')
    expect((await notesAt('learner-ada', 'north', 'zoe')).map(({ text }) => text)).to.deep.equal([
      'At north.',
    ])
    const colleagues = (await zoe.read(south))('select[name=doer]').text()
    expect(colleagues).to.contain('Tom').and.not.to.contain('Sue')
  })

  it('has a table and a Today for each, and the way from one to the other', async () => {
    const $ = await zoe.read('/staff/cases?center=south')
    expect(
      $('#cases tbody th a')
        .map((_, link) => $(link).attr('href'))
        .get(),
    ).to.have.members([`${page('ada')}?center=south`, `${page('ben')}?center=south`])
    expect($('select[name=center] option').length).to.equal(2)
    expect((await zoe.read('/staff'))('a[href="/staff?center=south"]').text()).to.equal(
      'Today at Center south',
    )
    const today = await zoe.read('/staff?center=south')
    expect(today('#waiting').text()).to.contain('Ben')
    for (const list of ['cases', 'appointments', 'referrals'])
      expect(today(`main a[href="/staff/${list}?center=south"]`).length, list).to.equal(1)
  })

  it('takes somebody on at the center they ask for', async () => {
    await zoe.submit('/staff/learners/learner-ben/take-on?center=south', {})
    expect(await findCase('south', 'learner-ben')).to.include({ assignedName: 'Zoe' })
    expect(await findCase('north', 'learner-ben')).to.equal(undefined)
  })

  it('asks for many from the table of the second one in its name, and comes back to it', async () => {
    const fields = { act: 'refer', learners: 'learner-ben', assignTo: '', text: '', ...kind }
    const table = '/staff/cases?center=south'
    const at = (await zoe.submit(table, fields)).headers['location'] ?? ''
    const form = await zoe.read(at)
    expect(form('select[name=center] [selected]').attr('value')).to.equal('south')
    expect((await disclosuresOf('learner-ben', 1))[0]?.organizationId).to.equal('south')

    const asked = { center: 'north', learners: 'learner-ben', message: '' }
    const answer = await zoe.submit(at, asked)
    expect(answer.status).to.equal(200)
    for (const html of [form.html(), answer.text]) expect(html).to.contain(`href="${table}"`)
    const [draft] = (await referralsOf('learner-ben')).filter(({ state }) => state === 'draft')
    expect(draft).to.include({ centerId: 'north' })
  })

  it('offers times at the center whose calendar they look at', async () => {
    const calendar = await zoe.read('/staff/appointments?center=south')
    const at = calendar('main a[href*="center=south"]').last().attr('href') ?? ''
    const form = await zoe.read(at)
    expect(form('main').text()).to.contain('Center south').and.not.to.contain('Center north')
    const time = { startsOn: '2015-03-16', time: '10:00', minutes: '60', mode: 'phone' }
    const fields = { ...time, capacity: '1', where: '', priority: '', weeks: '1' }
    const offered = await zoe.submit(at, fields)
    expect(offered.headers['location']).to.contain('center=south')
    const slots = await slotsOfHost('south', 'zoe', { from: new Date(0), before: new Date('2016') })
    expect(slots).to.have.length(1)
  })

  it('gets no further at a third one', async () => {
    const sam = await signIn(world.app, credentials(people.sam))
    for (const path of [
      page('ada'),
      '/staff',
      '/staff/cases',
      '/staff/learners/learner-ada',
      '/staff/referrals/new',
      '/staff/appointments/new',
    ])
      expect((await sam.get(`${path}?center=south`)).status, path).to.equal(403)
    expect((await sam.get(page('ben'))).status).to.equal(404)
  })
})
