import { expect } from 'chai'
import { awardBadges } from '../../src/badges/award-badges.js'
import { awardEveryone } from '../../src/badges/award-everyone.js'
import { awardsOf } from '../../src/badges/award-store.js'
import { findAwardWalk, wantAwardWalk } from '../../src/badges/award-walk-store.js'
import { findBadge, findBadges } from '../../src/badges/badge-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, credentials, keep, keepProgram } from '../support/build-access.js'
import { anEvidence } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

let world: TestApp
let maria: Person
const manager = anAccount('Maria Manager', 'manager')
const ada = anAccount('Ada Learner', 'learner')
const bo = anAccount('Bo Learner', 'learner')

const query = (fields: Record<string, string | string[]>) =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  ).toString()

const gitWithTwo = {
  name: 'Git Basics',
  description: 'You can keep versions of your work.',
  skills: 'Git, Version control',
  lowestLevel: 'self-reported',
  status: 'published',
  needed: 'all',
  kind: ['provider-badges', '', '', ''],
  provider: ['treehouse', 'treehouse', 'treehouse', 'treehouse'],
  what: ['367 368 369 370', '', '', ''],
  number: ['2', '', '', ''],
}

describe('editing what a badge takes', () => {
  before(async () => {
    world = testApp()
    await emptyDatabase()
    await keepProgram()
    await loadReference({ now: world.clock.at, demonstration: true })
    await keep(manager, ada, bo)
    await recordFacts(
      ['367', '368'].map((id) => anEvidence(ada.learnerId!, id, { communityId: 'portland-or' })),
    )
    await awardBadges([ada.learnerId!], world.ports)
    maria = await signIn(world.app, credentials(manager))
  })

  it('opens with the criteria as they are', async () => {
    const page = await maria.read('/edit/badges/git-basics')

    expect(page('#field-needed option[selected]').attr('value')).to.equal('1')
    expect(page('#condition-0-kind option[selected]').attr('value')).to.equal('completion')
    expect(page('#condition-0-what').attr('value')).to.equal('git-basics')
    expect(page('#condition-1-what').attr('value')).to.equal('367 368 369 370')
  })

  it('opens for every badge of the reference', async () => {
    for (const { slug } of (await findBadges()).filter((_, at) => at % 16 === 0)) {
      const page = await maria.read(`/edit/badges/${slug}`)
      expect(page('#condition-0-kind option[selected]'), slug).to.have.length(1)
    }
  })

  it('previews, without changing anything, how many would newly earn it', async () => {
    const page = await maria.read(`/edit/badges/git-basics/preview?${query(gitWithTwo)}`)
    const text = page('main').text()

    expect(text).to.include('Hold at least 2 of these 4 provider badges:')
    expect(text).to.include(
      '1 person would newly earn this badge. We looked at everybody: 2 people.',
    )
    expect(text).to.include('What it takes now')
    expect(await findBadge('git-basics')).to.include({ version: 1 })
  })

  it('shows the form again for what cannot be, naming it', async () => {
    const wrong = [
      { ...gitWithTwo, number: ['5', '', '', ''] },
      { ...gitWithTwo, kind: ['', '', '', ''] },
      { ...gitWithTwo, kind: ['badges', '', '', ''], what: ['git-basics', '', '', ''] },
      { ...gitWithTwo, kind: ['badges', '', '', ''], what: ['no-such-badge', '', '', ''] },
      { ...gitWithTwo, kind: ['steps', '', '', ''], what: ['no-such-track', '', '', ''] },
      { ...gitWithTwo, name: '' },
    ]
    for (const fields of wrong) {
      const answer = await maria.get(`/edit/badges/git-basics/preview?${query(fields)}`)
      expect(answer.status).to.equal(422)
      expect(answer.text).to.include('error-summary')
      expect(answer.text).to.include('You can keep versions of your work.')
    }
  })

  it('publishes a new version, and then awards who earns it, once', async () => {
    const path = `/edit/badges/git-basics/preview?${query(gitWithTwo)}`
    const fields = Object.fromEntries(
      Object.entries(gitWithTwo).map(([name, value]) => [name, value]),
    )

    const published = await maria.submit(path, fields, '/edit/badges/git-basics/preview')
    await awardEveryone({
      world,
      signal: new AbortController().signal,
      touch: () => Promise.resolve(),
    })

    expect(published.headers['location']).to.match(/^\/badges\/git-basics\?notice=/)
    expect(await findBadge('git-basics')).to.include({ version: 2, kind: 'course' })
    const award = (await awardsOf(ada.learnerId!)).find(({ badge }) => badge === 'git-basics')
    expect(award).to.include({ badgeVersion: 2 })
    expect(await findAwardWalk()).to.equal(undefined)
  })

  it('goes on with the awards after a stop, from where it stopped', async () => {
    await wantAwardWalk(world.clock.at)
    const stopper = new AbortController()
    stopper.abort()
    await awardEveryone({ world, signal: stopper.signal, touch: () => Promise.resolve() })
    const waiting = await findAwardWalk()
    let touched = 0
    await awardEveryone({
      world,
      signal: new AbortController().signal,
      touch: async () => {
        touched += 1
      },
    })

    expect(waiting).to.include({ after: '' })
    expect(touched).to.equal(1)
    expect(await findAwardWalk()).to.equal(undefined)
  })

  it('adds a badge without a deploy', async () => {
    const fields = {
      ...gitWithTwo,
      slug: 'tool-user',
      name: 'Tool user',
      needed: '1',
      kind: ['completion', 'badges', '', ''],
      what: ['console-foundations', 'git-basics', '', ''],
      number: ['', '', '', ''],
    }
    const path = `/edit/badges/new/preview?${query(fields)}`

    const done = await maria.submit(path, fields, '/edit/badges/new/preview')

    expect(done.status).to.equal(303)
    expect(await findBadge('tool-user')).to.deep.include({
      version: 1,
      kind: 'other',
      criteria: {
        kind: 'at-least',
        count: 1,
        of: [
          { kind: 'completion', provider: 'treehouse', course: 'console-foundations' },
          { kind: 'badges', badges: ['git-basics'] },
        ],
      },
    })
  })

  it('is for managers only', async () => {
    const learner = await signIn(world.app, credentials(ada))
    const statuses = await Promise.all(
      ['/edit/badges', '/edit/badges/git-basics', '/edit/badges/git-basics/awards'].map(
        async (path) => (await learner.get(path)).status,
      ),
    )

    expect(statuses).to.deep.equal([403, 403, 403])
  })
})

describe('taking a badge back', () => {
  before(async () => {
    world = testApp()
    await emptyDatabase()
    await keepProgram()
    await loadReference({ now: world.clock.at, demonstration: true })
    await keep(manager, ada)
    await recordFacts([anEvidence(ada.learnerId!, '367', { communityId: 'portland-or' })])
    await awardBadges([ada.learnerId!], world.ports)
    maria = await signIn(world.app, credentials(manager))
  })

  it('lists who has it, and tells each that somebody looked', async () => {
    const page = await maria.read('/edit/badges/first-badge/awards')

    expect(page('main table').text()).to.include('Ada Learner')
    const seen = await disclosuresOf(ada.learnerId!, 50)
    expect(JSON.stringify(seen)).to.include('Maria Manager')
  })

  it('asks for a reason, which the learner reads; a second time is not found', async () => {
    const [award] = await awardsOf(ada.learnerId!)
    const path = `/edit/awards/${award!.id}/withdraw`

    const without = await maria.submit(path, { reason: '   ' })
    const done = await maria.submit(path, { reason: 'It was entered for somebody else.' })
    const again = await maria.get(path)
    const page = await (await signIn(world.app, credentials(ada))).read('/badges/first-badge')

    expect(without.status).to.equal(422)
    expect(done.status).to.equal(303)
    expect(again.status).to.equal(404)
    expect(page('main').text()).to.include('Reason: It was entered for somebody else.')
  })
})
