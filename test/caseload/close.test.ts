import { expect } from 'chai'
import { findCase, saveCaseStates } from '../../src/caseload/case-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { changeReferral } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { aReferral, keepConsent, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'
const ben = 'learner-ben'
const page = `/staff/learners/${ada}/case`
const close = `${page}/close`
const takeOn = `/staff/learners/${ada}/take-on`
const why = { reason: 'Found work on her own.' }
const bulk = { assignTo: '', text: '', kind: 'contact', readers: 'center' }

describe('closing a case and opening it again', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person
  let sue: Person
  const at = (iso: string) => {
    world.clock.at = new Date(iso)
  }

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    for (const id of [ada, ben]) await keepConsent(id, 'north')
    ;[sam, sue] = (await Promise.all(
      [people.sam, people.sue].map((one) => signIn(world.app, credentials(one))),
    )) as [Person, Person]
  })

  const names = async (query = '') => {
    const $ = await sam.read(`/staff/cases${query}`)
    return $('#cases tbody th a')
      .map((_, link) => $(link).text())
      .get()
  }
  const ended = async (id: string) => {
    const event = {
      id: `end-${id}`,
      at: world.ports.now(),
      side: 'center',
      by: 'Sue',
      kind: 'state',
      state: 'completed',
    } as const
    await changeReferral({ id, centerId: 'north' }, 'in-progress', {
      state: 'completed',
      event,
      outbox: [],
    })
  }

  it('takes somebody without a referral out of the open caseload, with the reason', async () => {
    await sam.submit(takeOn, {})
    expect(await names()).to.deep.equal(['Ada'])
    at('2015-03-10T19:00:00Z')
    const told = (await disclosuresOf(ada, 50)).length
    expect((await sam.read(close))('h1').text()).to.equal('Close the case of Ada')
    expect(await disclosuresOf(ada, 50)).to.have.length(told + 1)
    expect((await sam.submit(close, { reason: ' ' })).status).to.equal(422)
    expect((await sam.submit(close, why)).status).to.equal(303)

    expect(await names()).to.deep.equal([])
    expect(await names('?state=closed')).to.deep.equal(['Ada'])
    expect(await names('?state=all')).to.deep.equal(['Ada'])
    const main = (await sue.read(page))('main').text()
    expect(main).to.contain(why.reason).and.contain('Closed').and.contain('Sam')
    expect((await sam.get('/staff/cases.csv?state=closed')).text).to.contain('Closed')
    expect((await sam.submit(page, why, close)).status).to.equal(409)
    expect(await findCase('north', ada)).to.deep.include({ assignedTo: people.sam.id })
  })

  it('is not taken over from a colleague who took it on a moment ago', async () => {
    const done = await Promise.all([sam.submit(takeOn, {}), sue.submit(takeOn, {})])

    expect(done.map(({ status }) => status).sort()).to.deep.equal([303, 409])
    const [won, lost] = done[0].status === 303 ? [people.sam, done[1]] : [people.sue, done[0]]
    expect(await findCase('north', ada)).to.deep.include({ assignedTo: won.id })
    expect(lost.text).to.contain(`${won.name} looks after`)

    const again = won === people.sam ? sam : sue
    expect((await again.submit(takeOn, {})).status).to.equal(303)
    const other = won === people.sam ? sue : sam
    const to = won === people.sam ? people.sue.id : people.sam.id
    await other.submit(page, { assignTo: to }, `${page}/assign`)
    expect(await findCase('north', ada)).to.deep.include({ assignedTo: to })
  })

  it('tells colleagues on Today and on the case', async () => {
    await sam.submit(takeOn, {})
    for (const path of ['/staff', page]) await sue.read(path)
    at('2015-03-10T19:00:00Z')
    await sam.submit(takeOn, {})
    await sam.submit(close, why)
    at('2015-03-10T20:00:00Z')
    expect((await sue.read('/staff'))('#news-cases').text()).to.contain('Case closed')
    expect((await sue.read(page))('#news').text()).to.contain('Case closed')

    at('2015-03-11T19:00:00Z')
    await sam.submit(takeOn, {})
    expect((await sue.read('/staff'))('#news-cases').text()).to.contain('Case opened again')
    expect((await sue.read(page))('#news').text()).to.contain('Case opened again')
  })

  it('is offered where it can be done: closing, or taking on again', async () => {
    const leads = async (path: string) => {
      const $ = await sam.read(path)
      return $('.page-head a.usa-button')
        .map((_, link) => $(link).attr('href'))
        .get()
        .filter((href) => href === close || href === takeOn)
    }
    const person = `/staff/learners/${ada}`
    expect(await leads(person)).to.deep.equal([takeOn])
    await sam.submit(takeOn, {})
    for (const path of [person, page]) expect(await leads(path)).to.deep.equal([close])
    await sam.submit(close, why)
    for (const path of [person, page]) expect(await leads(path)).to.deep.equal([takeOn])
    expect((await sam.read(takeOn))('h1').text()).to.equal('Take on')
  })

  it('opens again by taking on, also after a referral that ended a moment ago', async () => {
    await keepReferrals(aReferral('r', ada, 'north', { state: 'in-progress' }))
    expect(await names()).to.deep.equal(['Ada'])
    expect((await sam.read(close))('main form')).to.have.length(0)
    expect((await sam.submit(page, why, close)).status, 'an open referral ends it').to.equal(409)
    at('2015-03-10T19:00:00Z')
    await ended('r')
    expect(await names()).to.deep.equal([])
    at('2015-03-10T19:00:30Z')
    await sam.submit(takeOn, {})

    for (let look = 0; look < 2; look += 1) expect(await names()).to.deep.equal(['Ada'])
    expect((await sam.submit(close, why)).status).to.equal(303)
    for (let look = 0; look < 2; look += 1) expect(await names()).to.deep.equal([])
    expect((await findCase('north', ada))?.state).to.equal('closed')
    at('2015-03-10T19:00:40Z')
    await sam.submit(takeOn, {})
    expect(await names()).to.deep.equal(['Ada'])
    expect(await findCase('north', ada)).not.to.have.property('closing')
  })

  it('opens again by a new referral, by whichever clock that came', async () => {
    await sam.submit(takeOn, {})
    at('2015-03-10T19:00:00Z')
    await sam.submit(close, why)
    const since = new Date('2015-03-10T18:59:58Z')
    await keepReferrals(aReferral('r', ada, 'north', { since }))

    expect(await names()).to.deep.equal(['Ada'])
    expect(await findCase('north', ada)).to.include({ state: 'requested', isOpen: true })
    expect(await findCase('north', ada)).not.to.have.property('closing')
  })

  it('keeps a case of an ended referral that nobody has seen before', async () => {
    const ending = {
      communityId: community,
      centerId: 'north',
      learnerId: ada,
      state: 'failed',
      isOpen: false,
      since: world.ports.now(),
    } as const
    expect(await saveCaseStates([ending])).to.equal(1)
    expect(await saveCaseStates([ending])).to.equal(0)
    expect(await findCase('north', ada)).to.include({ state: 'failed', isOpen: false })
  })

  describe('many at once', () => {
    const send = (fields: object) =>
      sam.submit('/staff/cases', { ...bulk, learners: [ada, ben], act: 'close', ...fields })

    beforeEach(async () => {
      for (const id of [ada, ben]) await sam.submit(`/staff/learners/${id}/take-on`, {})
    })

    it('are closed with one reason', async () => {
      expect((await send(why)).status).to.equal(303)
      expect(await names()).to.deep.equal([])
      expect((await findCase('north', ben))?.closing?.reason).to.equal(why.reason)
    })

    it('stay open without a reason', async () => {
      expect((await send({ reason: ' ' })).status).to.equal(422)
      expect(await names()).to.have.members(['Ada', 'Ben'])
    })

    it('stay open together where one has an open referral', async () => {
      await keepReferrals(aReferral('r', ben, 'north'))
      expect((await send(why)).status).to.equal(409)
      expect(await names()).to.have.members(['Ada', 'Ben'])
    })
  })

  it('is not for another center', async () => {
    await sam.submit(takeOn, {})
    const tom = await signIn(world.app, credentials(people.tom))
    expect((await tom.get(close)).status).to.equal(404)
    expect((await tom.submit('/staff/cases/views?query=', why, close)).status).to.equal(404)
    expect((await findCase('north', ada))?.isOpen).to.equal(true)
  })
})
