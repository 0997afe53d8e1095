import { expect } from 'chai'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { badgesFor, shownCount } from '../../src/employers/talent.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import type { RecordKind } from '../../src/learners/consent.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { insertLearners } from '../../src/learners/learner-store.js'
import { saveSummaries } from '../../src/learners/summary-store.js'
import { emptySummary } from '../../src/learners/learner.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { saveTrackVersion } from '../../src/tracks/track-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { aBadge, aTrack } from '../support/build-learning.js'
import { actorOf, keepPeople } from '../support/build-handoff.js'
import {
  adaFinished,
  adaId,
  courses,
  keepConsent,
  keepWorld,
  people,
} from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const badge = (slug: string, skills: string[]) =>
  aBadge(slug, { kind: 'completion', provider: 'treehouse', course: slug }, { skills })

describe('what an employer may know without consent', () => {
  for (const [count, shown] of [
    [0, 'few'],
    [9, 'few'],
    [10, 10],
    [999, 999],
    [1000, 'many'],
  ] as const)
    it(`${String(count)} people read as ${String(shown)}`, () => {
      expect(shownCount(count, 1000)).to.equal(shown)
    })

  it('finds badges by a piece of a skill, without case or accents', () => {
    const badges = [badge('a', ['JavaScript']), badge('b', ['Diseño']), badge('c', [])]
    const slugs = (skill?: string) => badgesFor(badges, skill).map(({ slug }) => slug)

    expect(slugs('script')).to.deep.equal(['a'])
    expect(slugs('DISENO')).to.deep.equal(['b'])
    expect(slugs()).to.deep.equal(['a', 'b', 'c'])
    expect(slugs('cobol')).to.deep.equal([])
  })

  it('shows counts by track and badges by skill, no names, to employers only', async () => {
    await emptyDatabase()
    const handOff = await keepPeople()
    await saveOrganization(anOrganization('acme', { kind: 'employer' }))
    const [emma] = await keep(anAccount('Emma', 'employer', 'acme'))
    await saveTrackVersion(aTrack([]))
    await saveBadgeVersion(badge('js-basics', ['JavaScript']))
    await saveBadgeVersion(badge('css-basics', ['CSS']))
    const ids = Array.from({ length: 12 }, (_, at) => `r${String(at)}`)
    await insertLearners(
      ids.map((id) => ({
        id,
        communityId: community,
        name: `Person ${id}`,
        place: { city: 'Portland' },
        language: 'en' as const,
        enrollments: [{ track: 'web', version: 'v1', startedOn: '2015-01-01' }],
        profiles: [],
        joinedOn: '2015-01-01',
        demonstration: false,
      })),
    )
    const ready = { ...emptySummary, ready: true, readySince: '2015-02-01' }
    await saveSummaries(new Map(ids.map((id) => [id, ready])), new Date())
    const { app } = testApp()
    const employer = await signIn(app, credentials(emma))

    const $ = await employer.read('/employer?skill=java')

    expect($('table').first().text()).to.include('Web').and.include('12')
    expect($('table').last().find('tbody th').text().trim()).to.equal('Badge js-basics')
    expect($('main').text()).to.not.include('Person')
    expect((await employer.get('/es/employer')).status).to.equal(200)
    for (const account of [handOff.ada, handOff.sam, handOff.max]) {
      const other = await signIn(app, credentials(account))
      expect((await other.get('/employer')).status).to.equal(403)
    }
  })
})

describe('the people who let an employer see their record', () => {
  let world: TestApp
  let emil: Person

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(courses)
    await saveOrganization(anOrganization('employer', { kind: 'employer' }))
    await saveOrganization(anOrganization('acme', { kind: 'employer' }))
    const account = anAccount('Emil Employer', 'employer', 'employer')
    await keep(account)
    emil = await signIn(world.app, credentials(account))
  })

  const person = `/employer/learners/${adaId}`
  const share = (records: readonly RecordKind[], id = 'to-employer') =>
    keepConsent({ id, parties: ['employer'], purpose: 'employment', records })
  const rows = async () => (await emil.read('/employer/learners'))('#people tbody tr').text()

  it('are nobody before a consent names it, and its page says what to do', async () => {
    expect((await emil.read('/employer/learners'))('main').text()).to.contain('Who sees what')
    expect((await emil.get(person)).status).to.equal(403)
  })

  it('stand in a list and a file with readiness where progress is shared, each look disclosed', async () => {
    await share(['progress', 'credential'])

    expect(await rows())
      .to.contain(people.ada.name)
      .and.contain('Job-ready')
    const { text } = await emil.get('/employer/learners.csv')
    expect(text.trim().split('\r\n')).to.have.length(2)
    const seen = await disclosuresOf(adaId, 2)
    expect(seen.map(({ channel }) => channel)).to.have.members(['list', 'export'])
    for (const one of seen)
      expect(one).to.deep.include({
        organizationId: 'employer',
        basis: 'consent',
        purpose: 'employment',
        records: ['progress'],
        consentIds: ['to-employer'],
      })
  })

  it('show only what is shared: without progress neither readiness nor proof', async () => {
    await share(['badges'])

    expect(await rows())
      .to.contain(people.ada.name)
      .and.not.contain('Job-ready')
    const $ = await emil.read(person)
    expect($('.proof')).to.have.length(0)
    expect($('#badges tbody tr').length).to.be.greaterThan(0)
    expect($('main').text()).to.contain('Progress is not shared').and.not.contain(people.ada.email)
    const [seen] = await disclosuresOf(adaId, 1)
    expect(seen?.records).to.deep.equal(['badges'])
  })

  it('are gone at the next look after the consent was stopped, between list and click too', async () => {
    await share(['progress'])
    expect(await rows()).to.contain(people.ada.name)

    await withdrawConsent('to-employer', await actorOf(people.ada), world.ports)

    expect((await emil.get(person)).status).to.equal(403)
    expect(await rows()).not.to.contain(people.ada.name)
    expect((await emil.get('/employer/learners.csv')).text).not.to.contain(adaId)
  })

  it('stay closed to another employer, and page by cursor without losing anybody', async () => {
    await share(['progress'])
    await share(['badges'], 'second')
    const other = anAccount('Ann Other', 'employer', 'acme')
    await keep(other)
    const ann = await signIn(world.app, credentials(other))

    expect((await ann.get(person)).status).to.equal(403)
    expect((await ann.read('/employer/learners'))('main').text()).not.to.contain(people.ada.name)
    const first = await emil.read('/employer/learners?limit=1')
    const next = await emil.read(first('a[rel=next]').attr('href') ?? '')
    expect(next('#people tbody tr').text()).to.contain(people.ada.name)
    expect((await emil.get('/employer/learners?cursor=x')).status).to.equal(422)
  })
})
