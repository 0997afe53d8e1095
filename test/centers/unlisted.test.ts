import { expect } from 'chai'
import { saveOrganizations } from '../../src/access/organization-store.js'
import { findCenter } from '../../src/centers/center-store.js'
import { entryForm } from '../../src/centers/center-form-input.js'
import { keepEntry } from '../../src/centers/keep-center.js'
import { paths, to } from '../../src/http/paths.js'
import type { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { aCenter, actorOf, keepCenters, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { mailsTo } from '../support/mail.js'
import { signIn, visitor, type Person } from '../support/person.js'

const edit = to(paths.editCenter, { id: 'east' })
const typed = { version: '0', zone: 'America/Los_Angeles', city: 'Gresham', accepting: 'true' }
const save = { ...typed, step: 'save' }

describe('a center that registered itself', () => {
  let it_: TestApp
  let ester: Person

  const eastIs = (state: 'pending' | 'approved') =>
    saveOrganizations([
      anOrganization('east', {
        name: 'Center north',
        slug: 'east-slug',
        kind: 'center',
        state,
        registeredBy: 'ester',
      }),
    ])

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    await keepPeople()
    // Another with the same name is in the directory already.
    await keepCenters(aCenter('c-north', { slug: 'east-slug' }))
    const account = anAccount('Ester', 'staff', 'east')
    await keep(account)
    ester = await signIn(it_.app, credentials(account))
  })

  it('is led from its calendar to its entry, keeps it, and is in the directory', async () => {
    await eastIs('approved')
    expect((await visitor(it_.app).get(to(paths.center, { id: 'east' }))).status).to.equal(404)
    const sent = await ester.get(paths.calendar)
    expect([sent.status, sent.headers['location']?.split('?')[0]]).to.deep.equal([303, edit])

    expect((await ester.submit(edit, typed)).status).to.equal(200)
    expect(await findCenter('east')).to.equal(undefined)
    expect((await ester.submit(edit, save)).status).to.equal(303)

    expect(await findCenter('east')).to.include({
      name: 'Center north',
      city: 'Gresham',
      state: 'OR',
      communityId: community,
      acceptingReferrals: true,
      version: 1,
    })
    expect((await ester.get(paths.calendar)).status).to.equal(200)
    expect((await ester.submit(edit, save)).status).to.equal(409)
    const $ = await visitor(it_.app).read(paths.centers)
    expect($(`a[href="${to(paths.center, { id: 'east' })}"]`)).to.have.length(1)
  })

  it('makes one entry when two of its people keep it at once', async () => {
    await eastIs('approved')
    const [actor, form] = [await actorOf({ id: 'ester' }), entryForm.parse(save)]
    const keepIt = async () =>
      keepEntry(actor, 'east', form, it_.ports).then(
        () => 'kept',
        (thrown: unknown) => (thrown as Problem).message,
      )

    expect((await Promise.all([keepIt(), keepIt()])).sort()).to.deep.equal([
      'centers:problem.quicker',
      'kept',
    ])
  })

  it('has no entry before it is approved', async () => {
    await eastIs('pending')

    expect((await ester.get(edit)).status).to.equal(404)
  })

  it('is told by mail where to begin', async () => {
    await eastIs('pending')
    const account = anAccount('Mae', 'manager')
    await keep(account)
    const mae = await signIn(it_.app, credentials(account))
    const decide = to(paths.decideOrganization, { id: 'east' })
    const decided = await mae.submit(decide, { decision: 'approve', reason: '' })

    expect(decided.status, decided.text).to.equal(303)
    expect((await mailsTo(it_, 'ester@example.org')).at(-1)?.text).to.contain(edit)
  })
})
