import { expect } from 'chai'
import { findOrganizations, saveOrganization } from '../../src/access/organization-store.js'
import { awardBadges } from '../../src/badges/award-badges.js'
import { awardsOf } from '../../src/badges/award-store.js'
import { findBadge, findBadges } from '../../src/badges/badge-store.js'
import { findProgram } from '../../src/communities/program-store.js'
import { agreementsInForce } from '../../src/agreements/crosswalk-store.js'
import { addLearners } from '../../src/learners/add-learners.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { ruleVersions } from '../../src/readiness/rule-store.js'
import { searchCenters } from '../../src/centers/center-store.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { organizationIdOf } from '../../src/seeding/reference-records.js'
import { findTrackVersions, findTracks } from '../../src/tracks/track-store.js'
import { evidenceOfProfile } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'

const now = new Date('2015-03-09T19:00:00Z')

const counts = async () => ({
  tracks: (await findTrackVersions()).length,
  badges: (await findBadges()).length,
  organizations: (await findOrganizations({})).length,
  centers: (await searchCenters({ limit: 200 })).length,
  rules: (await ruleVersions('portland')).length,
  agreements: (await agreementsInForce({ on: '2015-03-09' }, 200)).items.length,
})

describe('loading the reference facts', () => {
  before(async () => {
    await emptyDatabase()
    await loadReference({ now, demonstration: true })
  })

  it('fills the stores', async () => {
    expect(await counts()).to.deep.equal({
      tracks: 11,
      badges: 80,
      organizations: 64,
      centers: 17,
      rules: 1,
      agreements: 9,
    })
    expect(await findProgram('portland')).to.include({ name: 'Code Oregon', goal: 10_000 })
    expect((await findTracks()).map(({ slug }) => slug)).to.include.members([
      'front-end-web-development',
      'full-stack-javascript',
      'php-development',
      'web-design',
    ])
  })

  it('changes nothing the second time, and keeps what people changed', async () => {
    const before = await counts()
    const id = organizationIdOf('pcc')
    const pcc = (await findOrganizations({ kind: 'college' })).find((one) => one.id === id)!
    await saveOrganization({ ...pcc, url: 'https://www.pcc.edu/credit' })

    await loadReference({ now, demonstration: true })

    expect(await counts()).to.deep.equal(before)
    const after = (await findOrganizations({ kind: 'college' })).find((one) => one.id === id)
    expect(after?.url).to.equal('https://www.pcc.edu/credit')
  })

  it('gives the learner of a real profile with 144 badges the first badge and course badges', async () => {
    await addLearners(
      [
        {
          id: 'five',
          communityId: 'portland',
          name: 'Sample Learner',
          place: { city: 'Portland' },
          language: 'en',
          enrollments: [],
          profiles: [],
          joinedOn: '2014-09-06',
          demonstration: false,
        },
      ],
      now,
    )
    await recordFacts(evidenceOfProfile('real-5', 'five'))

    await awardBadges(['five'], { now: () => now })

    const awards = await awardsOf('five')
    expect(awards.map(({ badge }) => badge)).to.include.members(['first-badge', 'git-basics'])
    expect(awards).to.have.length(19)
    expect(awards.every(({ evidenceLevel }) => evidenceLevel === 'self-reported')).to.equal(true)
  })

  it('leaves out what is made up unless it is a demonstration', async () => {
    await emptyDatabase()
    await loadReference({ now, demonstration: false })

    expect((await counts()).agreements).to.equal(0)
    const centers = await searchCenters({ limit: 200 })
    expect(centers.some(({ acceptingReferrals }) => acceptingReferrals)).to.equal(false)
    expect(await findBadge('first-badge')).to.include({ version: 1, kind: 'first' })
  })
})
