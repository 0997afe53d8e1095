import { expect } from 'chai'
import { saveOrganization } from '../../src/access/organization-store.js'
import { evidenceOfLearner } from '../../src/providers/evidence-store.js'
import { listImports } from '../../src/providers/list-imports.js'
import { findWebhookSecret } from '../../src/providers/webhook-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { aLearnerAt, keepCourses } from '../support/build-evidence.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const at = (organizationId: string) =>
  ({ role: 'provider', organizationId, communityId: community }) as const

describe('somebody who works for two providers', () => {
  let world: TestApp
  let pat: Person
  let learnerId = ''

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepCourses()
    await saveOrganization(anOrganization('night-school', { kind: 'provider' }))
    await saveOrganization(anOrganization('far-school', { kind: 'provider' }))
    ;({ learnerId } = await aLearnerAt(world.app, 'Lee Learner'))
    const roles = [at('night-school'), at('treehouse')]
    const [account] = await keep(anAccount('Pat Provider', 'provider', 'treehouse', { roles }))
    pat = await signIn(world.app, credentials(account))
  })

  it('sees for whom they speak, and changes it by a link that stays on the page', async () => {
    const first = await pat.read('/provider/webhook')
    const link = first('.tabs a:not([aria-current])').attr('href') ?? ''
    const second = await pat.read(link)

    expect(first('main').text()).to.contain('/providers/night-school/completions')
    expect(link).to.equal('/provider/webhook?organization=treehouse')
    expect(second('main').text()).to.contain('/providers/treehouse/completions')
    expect(second('.tabs a[aria-current]').text()).to.equal('Treehouse')
  })

  it('confirms, uploads and makes secrets for the one chosen', async () => {
    const chosen = '?organization=treehouse'
    const said = { email: 'lee.learner@example.org', course: 'html', completedOn: '2015-03-01' }
    const attested = await pat.submit(`/provider/attest${chosen}`, { ...said, score: '' })
    await pat.submit(`/provider/webhook${chosen}`, {})
    const content = 'email,course,completed_on\nlee.learner@example.org,css-basics,2015-03-02\n'
    const sent = await pat.upload(`/provider/rosters/new${chosen}`, { name: 'a.csv', content })

    expect(attested.status, attested.text).to.equal(303)
    expect(attested.headers['location']).to.contain('organization=treehouse')
    expect(sent.status).to.equal(303)
    expect(await findWebhookSecret('treehouse')).not.to.equal(undefined)
    expect(await findWebhookSecret('night-school')).to.equal(undefined)
    const facts = await evidenceOfLearner(learnerId)
    expect(facts.map(({ provider, item }) => `${provider} ${item}`).sort()).to.deep.equal([
      'treehouse css-basics',
      'treehouse html',
    ])
    const of = async (organizationId: string) =>
      (await listImports({ communityId: community, organizationId }, { limit: 10 })).items.length
    expect([await of('treehouse'), await of('night-school')]).to.deep.equal([2, 0])
  })

  it('may not speak for a provider they do not work for', async () => {
    expect((await pat.get('/provider?organization=far-school')).status).to.equal(403)
    expect((await pat.get('/provider/attest?organization=far-school')).status).to.equal(403)
    const call = await pat.api('post', '/imports?source=roster&organization=far-school', {})
    expect([403, 415]).to.include(call.status)
  })
})
