import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import fc from 'fast-check'
import { actorFrom } from '../../src/access/account.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { decideApplication } from '../../src/pathways/decide-application.js'
import {
  applicationOf,
  applicationPage,
  countApplications,
  insertApplication,
  insertPathway,
  placesTaken,
} from '../../src/pathways/pathway-store.js'
import {
  faultsOfPathway,
  freePlace,
  planProgress,
  type Application,
  type Pathway,
} from '../../src/pathways/pathway.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import {
  adaFinished,
  adaId,
  anAgreement,
  keepConsent,
  keepWorld,
  now,
  people,
} from '../support/build-record.js'
import { aPathway as emptyPathway } from '../support/build-ties.js'
import { databaseUri, emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const plan = [
  { series: 'cis-122', course: 'CIS 122', courseTitle: 'Logic', credits: 4, unit: 'quarter' },
  { series: 'js', course: 'CIS 195', courseTitle: 'Web', credits: 3, unit: 'quarter' },
] as const

const aPathway = (change: Partial<Pathway> = {}): Pathway =>
  emptyPathway({ plan, about: 'Two courses together', ...change })

const anApplication = (name: string, change: Partial<Application> = {}): Application => ({
  id: `application-${name}`,
  pathwayId: 'pathway',
  communityId: community,
  collegeId: 'pcc',
  learnerId: `learner-${name}`,
  learnerName: name,
  state: 'applied',
  appliedAt: now,
  events: [],
  demonstration: false,
  ...change,
})

const cora = actorFrom({
  ...people.cora,
  rolesVersion: 1,
  sessionVersion: 1,
  state: 'active',
})
const ports = { now: () => now }

describe('a place in a pathway', () => {
  it('is free, within the number there is, and none when all are held', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
        fc.integer({ min: 1, max: 60 }),
        fc.string(),
        (taken, places, id) => {
          const seat = freePlace(taken, places, id)

          if (taken.length >= places) expect(seat).to.equal(undefined)
          else {
            expect(taken).to.not.include(seat)
            expect(seat).to.be.within(1, places)
          }
        },
      ),
    )
  })
})

describe('what is wrong with a pathway', () => {
  const table: [string, Partial<Pathway>, string[]][] = [
    ['nothing', {}, []],
    ['61 places', { places: 61 }, ['places']],
    ['no places', { places: 0 }, ['places']],
    ['half a place', { places: 1.5 }, ['places']],
    ['no course', { plan: [] }, ['plan']],
    ['applications that close before they open', { closesOn: '2015-02-01' }, ['closesOn']],
    ['an end before the start', { endsOn: '2015-03-31' }, ['endsOn']],
  ]
  for (const [title, change, fields] of table)
    it(`is named: ${title}`, () => {
      expect(faultsOfPathway(aPathway(change)).map(({ field }) => field)).to.deep.equal(fields)
    })
})

describe('progress in a plan', () => {
  const claim = (
    state: 'claimed' | 'granted' | 'part' | 'refused',
    granted?: number,
    at = now,
  ) => ({
    agreement: { ...anAgreement(), lowestLevel: 'provider-confirmed' as const },
    state,
    filedAt: at,
    ...(granted !== undefined && { granted }),
  })
  const table: [string, ReturnType<typeof claim>[], string, number, number][] = [
    ['nothing claimed', [], 'open', 0, 0],
    ['a claim filed', [claim('claimed')], 'claimed', 0, 0],
    ['credit granted', [claim('granted', 4)], 'granted', 1, 4],
    ['a part granted', [claim('part', 2)], 'part', 1, 2],
    ['a refusal', [claim('refused')], 'refused', 0, 0],
    [
      'a refusal and then credit',
      [claim('refused'), claim('granted', 4, new Date(0))],
      'granted',
      1,
      4,
    ],
  ]
  for (const [title, claims, state, done, quarter] of table)
    it(`counts ${title}`, () => {
      const progress = planProgress(plan, claims)

      expect(progress.courses[0]?.state).to.equal(state)
      expect(progress.done).to.equal(done)
      expect(progress.earned).to.deep.equal({ quarter, semester: 0 })
    })
})

describe('60 places', () => {
  const applicants = Array.from({ length: 200 }, (_, index) => `many-${index}`)

  beforeEach(async () => {
    await emptyDatabase()
    await keepWorld()
    await insertPathway(aPathway({ places: 60 }))
    await Promise.all(
      applicants.map((name, index) =>
        insertApplication(anApplication(name, { appliedAt: new Date(now.getTime() + index) }), []),
      ),
    )
  })

  const expectSixty = async () => {
    const seats = (await placesTaken('pathway')).sort((a, b) => a - b)
    expect(seats).to.deep.equal(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(await countApplications('pathway', 'accepted')).to.equal(60)
    expect(await countApplications('pathway', 'waiting')).to.equal(140)
    expect(await countApplications('pathway', 'applied')).to.equal(0)
  }

  it('never become 61 when 200 are accepted at once', async () => {
    await Promise.all(
      applicants.map((name) =>
        decideApplication(`application-${name}`, { decision: 'accept' }, cora, ports),
      ),
    )

    await expectSixty()
  }).timeout(60_000)

  it('never become 61 when four processes accept 200 at once', async () => {
    const worker = fileURLToPath(new URL('../support/accept-worker.ts', import.meta.url))
    const shares = [0, 1, 2, 3].map((share) =>
      applicants.filter((_, index) => index % 4 === share).map((name) => `application-${name}`),
    )

    const codes = await Promise.all(
      shares.map(async (ids) => {
        const args = ['--import', 'tsx', worker, databaseUri(), now.toISOString(), ids.join(',')]
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
        const [code] = (await once(child, 'exit')) as [number]
        return code
      }),
    )

    expect(codes).to.deep.equal([0, 0, 0, 0])
    await expectSixty()
  }).timeout(120_000)
})

describe('a pathway', () => {
  let world: TestApp
  let ada: Person
  let desk: Person
  const as = (account: typeof people.ada) => signIn(world.app, credentials(account))
  const apply = (person: Person) => person.api('post', '/pathways/pathway/applications', {})

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    await keepWorld()
    await insertAgreements([
      anAgreement({ series: 'js', course: 'CIS 195', badges: { of: ['js'] } }),
    ])
    ;[ada, desk] = await Promise.all([as(people.ada), as(people.cora)])
  })

  it('is opened by the college, with named faults, and shown to everybody', async () => {
    const form = {
      name: 'Spring group',
      about: 'Two courses together',
      places: '60',
      plan: ['cis-122-v1', 'js-v1'],
      opensOn: '2015-03-01',
      closesOn: '2015-03-31',
      startsOn: '2015-04-01',
      endsOn: '2015-06-30',
    }
    const wrong = await desk.submit('/college/pathways/new', { ...form, places: '61', plan: [] })
    expect(wrong.status).to.equal(422)
    expect(wrong.text).to.contain('field-places-error').and.to.contain('field-plan-error')

    const opened = await desk.submit('/college/pathways/new', form)

    expect(opened.status).to.equal(303)
    const list = await visitor(world.app).read('/es/pathways')
    const at = list('#pathways tbody a').attr('href')!
    const page = await visitor(world.app).read(at)
    expect(page('#plan tbody tr').length).to.equal(2)
    expect(page('.facts').text()).to.contain('0 de 60 ocupadas')
  })

  it('cannot have courses of another college in its plan', async () => {
    await insertAgreements([anAgreement({ series: 'psu', collegeId: 'psu' })])
    const answer = await desk.submit('/college/pathways/new', {
      name: 'Spring group',
      about: 'Two courses together',
      places: '2',
      plan: ['psu-v1'],
      opensOn: '2015-03-01',
      closesOn: '2015-03-31',
      startsOn: '2015-04-01',
      endsOn: '2015-06-30',
    })

    expect(answer.status).to.equal(422)
    expect(answer.text).to.contain('field-plan-error')
  })

  it('is applied for once, while it is open, by learners of the program', async () => {
    await insertPathway(aPathway())

    expect((await apply(ada)).status).to.equal(201)
    expect((await apply(ada)).status).to.equal(409)
    expect((await apply(desk)).status).to.equal(403)
    await insertPathway(aPathway({ id: 'far', communityId: 'elsewhere' }))
    expect((await ada.api('post', '/pathways/far/applications', {})).status).to.equal(404)
    await insertPathway(aPathway({ id: 'over', closesOn: '2015-03-08' }))
    expect((await ada.api('post', '/pathways/over/applications', {})).status).to.equal(409)
  })

  it('is taken once when the same learner applies many times at once', async () => {
    await insertPathway(aPathway())

    const answers = await Promise.all(Array.from({ length: 6 }, () => apply(ada)))

    expect(answers.filter(({ status }) => status === 201)).to.have.length(1)
  })

  it('gives places by form, then the waiting list, and moves up who waits longest', async () => {
    await insertPathway(aPathway({ places: 1 }))
    await ada.submit('/pathways/pathway/apply', { why: 'I like it' })
    for (const [index, name] of ['first', 'second'].entries())
      await insertApplication(
        anApplication(name, { appliedAt: new Date(now.getTime() + 1000 * (index + 1)) }),
        [],
      )
    const own = (await applicationOf('pathway', adaId))!
    const shown = await desk.read('/college/pathways/pathway')
    expect(shown('#applications tbody tr').length).to.equal(3)
    const none = await desk.submit('/college/pathways/pathway', { decision: 'accept' })
    expect(none.status).to.equal(422)

    const sent = await desk.submit('/college/pathways/pathway', {
      decision: 'accept',
      applications: [own.id, 'application-second', 'application-first'],
    })

    expect(sent.status).to.equal(303)
    const waiting = await applicationPage({ pathwayId: 'pathway', state: 'waiting' }, 5)
    expect(waiting.map(({ learnerName }) => learnerName)).to.deep.equal(['first', 'second'])
    expect((await ada.read('/es/pathways/pathway'))('.tag').first().text()).to.equal('Aceptada')
    expect((await ada.submit('/pathways/pathway/leave', {})).status).to.equal(303)
    const [first] = await applicationPage({ pathwayId: 'pathway', state: 'accepted' }, 5)
    expect(first).to.include({ learnerName: 'first', seat: 1 })
    expect(first?.events.at(-1)?.kind).to.equal('moved-up')
    expect((await apply(ada)).status).to.equal(201)
  })

  it('is declined with a reason, once, by its own college only', async () => {
    await insertPathway(aPathway())
    const id = ((await apply(ada)).body as { id: string }).id
    const decide = (person: Person, body: object) =>
      person.api('post', `/pathways/applications/${id}/decisions`, body)

    expect((await decide(await as(people.paul), { decision: 'accept' })).status).to.equal(404)
    expect((await decide(desk, { decision: 'decline' })).status).to.equal(422)
    expect((await decide(desk, { decision: 'decline', reason: 'full' })).status).to.equal(201)
    expect((await decide(desk, { decision: 'accept' })).status).to.equal(409)
    expect((await ada.read('/pathways/pathway'))('main').text()).to.contain('full')
    expect((await ada.get('/pathways/pathway/leave')).status).to.equal(200)
    expect((await ada.submit('/pathways/pathway/leave', {})).status).to.equal(404)
  })

  it('shows both sides the credit earned so far', async () => {
    await insertPathway(aPathway())
    await adaFinished(['html', 'css'])
    await keepConsent()
    const id = ((await apply(ada)).body as { id: string }).id
    await desk.api('post', `/pathways/applications/${id}/decisions`, { decision: 'accept' })
    const claim = await ada.api('post', '/claims', { agreement: 'cis-122-v1' })
    const claimId = (claim.body as { id: string }).id
    await desk.api('post', `/claims/${claimId}/decisions`, { decision: 'grant' })

    const own = await ada.read('/pathways/pathway')
    expect(own('main').text()).to.contain('4 quarter credits').and.to.contain('1 of 2 courses')
    const csv = await desk.get('/college/pathways/pathway/learners.csv')
    expect(csv.text.split('\r\n')[1]).to.match(/^Ada Lovelace,accepted,\d,.*,1,2,4,0$/)
  })
})
