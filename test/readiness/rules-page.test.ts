import { expect } from 'chai'
import { applyRules } from '../../src/learners/apply-rules.js'
import { findLearner } from '../../src/learners/learner-store.js'
import { ruleVersions } from '../../src/readiness/rule-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import { adaFinished, adaId, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const easier = {
  ask: ['contact', 'agreement'],
  trackLevel: '',
  badges: '2',
  badgesLevel: 'provider-confirmed',
  from: '2015-03-09',
}
const pairs: [string, string][] = [
  ['ask', 'contact'],
  ['ask', 'agreement'],
  ['trackLevel', ''],
  ['badges', '2'],
  ['badgesLevel', 'provider-confirmed'],
  ['from', '2015-03-09'],
]
const query = new URLSearchParams(pairs).toString()

describe('the rules a manager edits', () => {
  let world: TestApp
  let max: Person
  const run = () =>
    applyRules({ world, signal: new AbortController().signal, touch: async () => undefined })

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    max = await signIn(world.app, credentials(people.max))
  })

  it('show what is in force in the words of the proof, in both languages', async () => {
    expect((await max.read('/readiness/rules'))('#rules-now').parent().text()).to.contain(
      'Hold 5 course badges that are at least provider-confirmed',
    )
    expect((await max.read('/es/readiness/rules'))('h1').text()).to.equal(
      'Requisitos de preparación',
    )
  })

  it('tell before they are published who would be ready, and change nothing', async () => {
    const preview = await max.read(`/readiness/rules?${query}`)

    expect(preview('main .card').text()).to.contain('0 are job-ready now and 1 would be')
    expect(await ruleVersions(community)).to.have.length(1)
    expect((await findLearner(adaId))?.summary.ready).to.equal(false)
  })

  it('are published as the next version, and everybody follows', async () => {
    const answer = await max.submit(`/readiness/rules?${query}`, easier, '/readiness/rules')

    expect(answer.status).to.equal(303)
    expect((await ruleVersions(community)).map(({ version }) => version)).to.deep.equal([1, 2])
    await run()
    expect((await findLearner(adaId))?.summary).to.include({ ready: true, rulesVersion: 2 })
  })

  it('begin on their day, for everybody, also when they were published before', async () => {
    await max.submit(
      `/readiness/rules?${query}`,
      { ...easier, from: '2015-03-20' },
      '/readiness/rules',
    )
    await run()
    expect((await findLearner(adaId))?.summary.ready).to.equal(false)

    world.clock.at = new Date('2015-03-20T19:00:00Z')
    await run()

    expect((await findLearner(adaId))?.summary.ready).to.equal(true)
  })

  const wrong: [string, object][] = [
    ['a day that is over', { from: '2015-03-08' }],
    ['a day that does not exist', { from: '2015-02-30' }],
    ['no rule at all', { ask: [], badges: '0' }],
    ['badges without number', { badges: 'many' }],
    ['badges below nothing', { badges: '-1' }],
    ['an unknown level', { badgesLevel: 'gold' }],
    ['another program', { communityId: 'elsewhere' }],
  ]
  for (const [title, change] of wrong)
    it(`are refused with ${title}, and nothing is published`, async () => {
      const answer = await max.submit(
        `/readiness/rules?${query}`,
        { ...easier, ...change },
        '/readiness/rules',
      )

      expect(answer.status).to.equal(422)
      expect(await ruleVersions(community)).to.have.length(1)
    })

  for (const name of ['sam', 'cora', 'ada'] as const)
    it(`are not for ${name}`, async () => {
      const person = await signIn(world.app, credentials(people[name]))

      expect((await person.get('/readiness/rules')).status).to.equal(403)
    })
})
