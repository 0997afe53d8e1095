import { expect } from 'chai'
import { load, type CheerioAPI } from 'cheerio'
import { insertLearners, findLearner } from '../../src/learners/learner-store.js'
import { learnerIdsBehind } from '../../src/learners/learner-walk-store.js'
import { applyRules } from '../../src/learners/apply-rules.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { ruleVersions } from '../../src/readiness/rule-store.js'
import { findTrial } from '../../src/readiness/rule-trial-store.js'
import { goOnTrying, tryRules } from '../../src/readiness/try-rules.js'
import type { Rule } from '../../src/readiness/rules.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { actorOf } from '../support/build-handoff.js'
import { adaFinished, adaId, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const easier = {
  scope: '',
  ask: ['contact', 'agreement'],
  trackLevel: '',
  badges: '2',
  badgesLevel: 'provider-confirmed',
  from: '2015-03-09',
}
const page = '/readiness/rules'

describe('the rules a manager edits', () => {
  let world: TestApp
  let max: Person
  const run = (signal = new AbortController().signal, touch = async () => undefined) =>
    applyRules({ world, signal, touch: async () => touch() })

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await adaFinished(['html', 'css'])
    max = await signIn(world.app, credentials(people.max))
  })

  const tried = async (change: object = {}): Promise<string> => {
    const answer = await max.submit(page, { ...easier, ...change })
    expect(answer.status, load(answer.text)('main').text()).to.equal(303)
    return answer.headers['location'] ?? ''
  }
  const publish = async (change: object = {}) => {
    const answer = await max.submit(`${await tried(change)}/publish`, {})
    expect(answer.status).to.equal(303)
  }

  it('show what is in force in the words of the proof, in both languages', async () => {
    expect((await max.read(page))('#rules-now').parent().text()).to.contain(
      'Hold 5 course badges that are at least provider-confirmed',
    )
    expect((await max.read(`/es${page}`))('h1').text()).to.equal('Requisitos de preparación')
  })

  it('tell before they are published who would be ready, and change nothing', async () => {
    const $ = await max.read(await tried())

    const stats = $('.stat__value').map((_, one) => $(one).text())
    expect(stats.get()).to.deep.equal(['0', '1', '1', '0'])
    expect(await ruleVersions(community)).to.have.length(1)
    expect((await findLearner(adaId))?.summary.ready).to.equal(false)
  })

  it('are published as the next version, and everybody follows', async () => {
    await publish()

    expect((await ruleVersions(community)).map(({ version }) => version)).to.deep.equal([1, 2])
    await run()
    expect((await findLearner(adaId))?.summary).to.include({ ready: true, rulesVersion: 2 })
  })

  it('are not published over those of somebody else, nor twice, but beside those of a center', async () => {
    const later = () => {
      world.clock.at = new Date(world.clock.at.getTime() + 60_000)
    }
    const post = async (at: string) => (await max.submit(`${at}/publish`, {})).status
    const own = await tried()
    later()
    const mo = anAccount('Mo Manager', 'manager')
    await keep(mo)
    const other = await signIn(world.app, credentials(mo))
    const theirs = await other.submit(page, { ...easier, ask: [...easier.ask, 'resume'] })
    const at = theirs.headers['location'] ?? ''
    expect((await other.submit(`${at}/publish`, {})).status).to.equal(303)

    expect(await post(own)).to.equal(409)
    const last = await tried()
    later()
    const scoped = { ...easier, scope: 'center:center', ask: 'resume', badges: '0' }
    const beside = (await other.submit(page, scoped)).headers['location'] ?? ''
    expect((await other.submit(`${beside}/publish`, {})).status).to.equal(303)
    expect([await post(last), await post(last)]).to.deep.equal([303, 409])
    const versions = await ruleVersions(community)
    expect(versions.map(({ publishedBy }) => publishedBy)).to.deep.equal([
      'max.manager',
      'Mo Manager',
      'Mo Manager',
      'Max Manager',
    ])
  })

  it('begin on their day, for everybody, also when they were published before', async () => {
    await publish({ from: '2015-03-20' })
    await run()
    expect((await findLearner(adaId))?.summary.ready).to.equal(false)

    world.clock.at = new Date('2015-03-20T19:00:00Z')
    await run()

    expect((await findLearner(adaId))?.summary.ready).to.equal(true)
  })

  it('take every kind of rule through the form and back', async () => {
    const all = {
      ask: ['track-finished', 'contact', 'agreement', 'resume', 'mentor-sign-off'],
      trackLevel: 'provider-confirmed',
      badgesOf: ['html', 'css', 'js'],
      portfolio: 'person',
      practice: '3',
      ownWord: 'yes',
      skillMonths: '18',
      markMonths: '12',
      credit: '1',
    }
    await publish(all)

    const $ = await max.read(page)
    const values = new Map<string, string[]>()
    for (const { name, value } of $('main form').last().serializeArray())
      values.set(name, [...(values.get(name) ?? []), value])
    for (const [name, value] of Object.entries({ ...easier, ...all }))
      if (name !== 'from') expect(values.get(name), name).to.have.members([value].flat())
  })

  it('of a center come on top of the program’s, for its list and for nobody else', async () => {
    await publish()
    await publish({ scope: 'center:center', ask: 'resume', badges: '0' })
    await run()

    const sam = await signIn(world.app, credentials(people.sam))
    expect((await sam.read('/staff/ready'))('tbody tr')).to.have.length(1)
    expect((await sam.read('/staff/ready?center=center'))('#ready tbody tr')).to.have.length(0)
    const ada = await signIn(world.app, credentials(people.ada))
    const profile = { city: 'Portland', postalCode: '', phone: '', portfolioUrl: '' }
    await ada.submit('/profile', { ...profile, resumeUrl: 'https://cv.example.org' })
    expect((await findLearner(adaId))?.summary.readyFor).to.deep.equal(['center:center'])

    await publish({ scope: 'center:center', ask: [], badges: '0' })
    await run()
    expect((await findLearner(adaId))?.summary.readyFor).to.equal(undefined)
  })

  it('of a track come on top for who is listed by that track', async () => {
    await publish()
    await publish({ scope: 'track:web', ask: 'resume', badges: '0' })
    await run()

    const sam = await signIn(world.app, credentials(people.sam))
    expect((await sam.read('/staff/ready'))('#ready tbody tr')).to.have.length(1)
    expect((await sam.read('/staff/ready?track=web'))('#ready tbody tr')).to.have.length(0)
  })

  it('of an employer read the same for the learner and for that employer, while it may read', async () => {
    const emil = anAccount('Emil Employer', 'employer', 'employer')
    await keep(emil)
    await publish({ scope: 'employer:employer', ask: 'resume', badges: '0' })
    await run()
    const ada = await signIn(world.app, credentials(people.ada))
    const employer = await signIn(world.app, credentials(emil))
    const heading = 'For The employer'
    const ruleUnder = ($: CheerioAPI) => {
      $('.proof__next').remove()
      return $(`section[aria-label="${heading}"] .proof__rule`).text().replace(/\s+/g, ' ').trim()
    }
    expect((await ada.read('/readiness'))('main').text()).not.to.contain(heading)

    const records = ['progress', 'badges', 'credential'] as const
    await keepConsent({ id: 'to-employer', parties: ['employer'], purpose: 'employment', records })
    const own = ruleUnder(await ada.read('/readiness'))
    expect(own).to.contain('résumé')
    expect(ruleUnder(await employer.read(`/employer/learners/${adaId}`))).to.equal(own)
  })

  it('unmake what grew too old on the day it does, without anybody touching it', async () => {
    await publish({ skillMonths: '2' })
    await run()
    const { summary } = (await findLearner(adaId)) ?? {}
    expect(summary).to.include({ ready: true, recheckOn: '2015-04-02' })

    world.clock.at = new Date('2015-04-02T19:00:00Z')
    await run()

    const after = (await findLearner(adaId))?.summary
    expect(after?.ready).to.equal(false)
    expect(after?.recheckOn).to.equal(undefined)
  })

  it('name people of a trial only to who may see them, and tell those people', async () => {
    await publish()
    await run()
    const names = async (person: Person, at: string) => (await person.read(at))('main').text()
    const harder = await tried({ badges: '5' })
    expect(await names(max, harder)).not.to.contain('Ada Lovelace')
    expect(await disclosuresOf(adaId, 5)).to.have.length(0)

    const both = anAccount('Bo Both', 'manager', 'board', {
      roles: [
        { role: 'manager', organizationId: 'board', communityId: community },
        { role: 'staff', organizationId: 'center', communityId: community },
      ],
    })
    await keep(both)
    const bo = await signIn(world.app, credentials(both))
    const shown = await names(bo, harder)
    expect(shown).to.contain('Ada Lovelace')
    const [read] = await disclosuresOf(adaId, 5)
    expect(read).to.deep.include({ basis: 'program-agreement', purpose: 'readiness rules' })
  })

  const wrong: [string, object][] = [
    ['a day that is over', { from: '2015-03-08' }],
    ['a day that does not exist', { from: '2015-02-30' }],
    ['no rule at all', { ask: [], badges: '0' }],
    ['badges without number', { badges: 'many' }],
    ['badges below nothing', { badges: '-1' }],
    ['more badges than it names', { badges: '2', badgesOf: 'html' }],
    ['skills older than ten years', { skillMonths: '121' }],
    ['an unknown level', { badgesLevel: 'gold' }],
    ['another program', { communityId: 'elsewhere' }],
    ['a scope of no kind', { scope: 'planet:mars' }],
  ]
  for (const [title, change] of wrong)
    it(`are refused with ${title}, and nothing is published`, async () => {
      const answer = await max.submit(page, { ...easier, ...change })

      expect(answer.status).to.equal(422)
      expect(await ruleVersions(community)).to.have.length(1)
    })

  it('are not found for a center of another program', async () => {
    expect((await max.get(`${page}?scope=center:far-center`)).status).to.equal(404)
    const answer = await max.submit(page, { ...easier, scope: 'center:far-center' })
    expect(answer.status).to.equal(404)
  })

  for (const name of ['sam', 'cora', 'ada'] as const)
    it(`are not for ${name}`, async () => {
      const person = await signIn(world.app, credentials(people[name]))

      expect((await person.get(page)).status).to.equal(403)
    })

  describe('for many people', () => {
    const crowd = 700
    const rules: readonly Rule[] = [{ id: 'contact', kind: 'contact' }]
    beforeEach(async () => {
      await insertLearners(
        Array.from({ length: crowd }, (_, at) => ({
          id: `crowd-${String(at).padStart(4, '0')}`,
          communityId: community,
          name: `Person ${String(at)}`,
          ...(at % 2 === 0 && { phone: '503 555 0100' }),
          place: { city: 'Portland' },
          language: 'en' as const,
          enrollments: [],
          profiles: [],
          joinedOn: '2015-01-01',
          demonstration: false,
        })),
      )
    })

    it('are tried in the background; two processes and a stop in between count nobody twice', async () => {
      const begun = await tryRules(
        { rules, from: '2015-03-09', scope: undefined },
        await actorOf(people.max),
        world.ports,
      )
      expect((await findTrial(begun.id))?.looked).to.equal(0)
      const stopper = new AbortController()
      const touch = async () => {
        stopper.abort()
      }
      await goOnTrying({ world, signal: stopper.signal, touch })
      const half = await findTrial(begun.id)
      expect(half?.looked).to.be.greaterThan(0).and.lessThan(crowd)

      const goOn = () =>
        goOnTrying({ world, signal: new AbortController().signal, touch: async () => undefined })
      await Promise.all([goOn(), goOn()])

      const done = await findTrial(begun.id)
      expect(done).to.include({ state: 'done', looked: begun.total })
      expect(done?.counts).to.deep.equal({
        before: 0,
        after: crowd / 2 + 1,
        becomes: crowd / 2 + 1,
        noLonger: 0,
      })
      expect(done?.becomes).to.have.length(25)
    })

    it('are applied to all, after a stop and by two processes at once, as if done one by one', async () => {
      await publish({ badges: '0', ask: 'contact' })
      const stopper = new AbortController()
      await run(stopper.signal, async () => {
        stopper.abort()
      })
      expect((await learnerIdsBehind(community, 2, 1_000)).length)
        .to.be.greaterThan(0)
        .and.lessThan(crowd)

      await Promise.all([run(), run()])

      expect(await learnerIdsBehind(community, 2, 1)).to.deep.equal([])
      const before = (await findLearner('crowd-0002'))?.summary
      await refreshSummaries(['crowd-0002'], world.clock.at)
      expect((await findLearner('crowd-0002'))?.summary).to.deep.equal(before)
      expect(before).to.include({ ready: true, rulesVersion: 2 })
    })
  })
})
