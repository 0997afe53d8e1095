import { expect } from 'chai'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { badgesFor, shownCount } from '../../src/employers/talent.js'
import { saveOrganization } from '../../src/access/organization-store.js'
import { insertLearners, saveSummaries } from '../../src/learners/learner-store.js'
import { emptySummary } from '../../src/learners/learner.js'
import { saveTrackVersion } from '../../src/tracks/track-store.js'
import { testApp } from '../support/app.js'
import { anAccount, anOrganization, community, credentials, keep } from '../support/build-access.js'
import { aBadge, aTrack } from '../support/build-learning.js'
import { keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

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
    const people = await keepPeople()
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
    await saveSummaries(new Map(ids.map((id) => [id, ready])))
    const { app } = testApp()
    const employer = await signIn(app, credentials(emma))

    const $ = await employer.read('/employer?skill=java')

    expect($('table').first().text()).to.include('Web').and.include('12')
    expect($('table').last().find('tbody th').text().trim()).to.equal('Badge js-basics')
    expect($('main').text()).to.not.include('Person')
    expect((await employer.get('/es/employer')).status).to.equal(200)
    for (const account of [people.ada, people.sam, people.max]) {
      const other = await signIn(app, credentials(account))
      expect((await other.get('/employer')).status).to.equal(403)
    }
  })
})
