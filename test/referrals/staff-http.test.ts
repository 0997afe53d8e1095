import { parse } from 'csv-parse/sync'
import { expect } from 'chai'
import { chainOf } from '../../src/learners/disclosure-store.js'
import { insertLearners } from '../../src/learners/learner-store.js'
import { saveSummaries } from '../../src/learners/summary-store.js'
import { emptySummary, type LearnerSummary, type NewLearner } from '../../src/learners/learner.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import { aReferral, keepConsent, keepPeople, keepReferrals } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

const aLearner = (id: string, name: string, change: Partial<NewLearner> = {}): NewLearner => ({
  id,
  communityId: community,
  name,
  place: { city: 'Portland' },
  language: 'en',
  enrollments: [{ track: 'web', version: 'v1', startedOn: '2014-09-01' }],
  profiles: [],
  joinedOn: '2014-09-01',
  programAgreement: { version: '1', acceptedOn: '2014-09-01' },
  demonstration: false,
  ...change,
})

const readySince = (day: string): LearnerSummary => ({
  ...emptySummary,
  ready: true,
  readySince: day,
  rulesMet: ['finished-track', 'contact'],
  tracks: [{ slug: 'web', version: 'v1', title: 'Web', done: 5, total: 5, finishedOn: day }],
})

/** Seven ready learners, the first ready longest; one ready without the agreement, one of another community, one not ready. */
async function keepReady() {
  const unagreed = aLearner('unagreed', 'Amy Unagreed')
  Reflect.deleteProperty(unagreed, 'programAgreement')
  const names = ['Zoe Ames', 'Yan Bo', 'Xu Cam', 'Will Day', 'Vera Eng', 'Uma Fox', 'Tess Gil']
  await insertLearners([
    ...names.map((name, at) =>
      aLearner(`r${String(at)}`, name, {
        ...(at % 2 === 0 && { centerId: 'north' }),
        ...(at > 4 && { enrollments: [{ track: 'php', version: 'v1', startedOn: '2014-09-01' }] }),
      }),
    ),
    unagreed,
    aLearner('foreign', 'Abe Foreign', { communityId: 'boston-ma' }),
    aLearner('learning', 'Ali Learning'),
  ])
  await saveSummaries(
    new Map([
      ...names.map((_, at): [string, LearnerSummary] => [
        `r${String(at)}`,
        readySince(`2015-02-0${String(at + 1)}`),
      ]),
      ['foreign', readySince('2015-01-01')],
      ['unagreed', readySince('2015-01-02')],
    ]),
    new Date('2015-03-01T19:00:00Z'),
  )
}

describe('the desk of workforce staff', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    await keepReady()
    world = testApp()
    sam = await signIn(world.app, credentials(people.sam))
  })

  const namesOn = async (path: string) => {
    const $ = await sam.read(path)
    return $('tbody th')
      .toArray()
      .map((cell) => $(cell).text().trim())
  }
  const csvOf = async (path: string) => {
    const sent = await sam.get(path)
    expect(sent.status).to.equal(200)
    expect(sent.headers['content-type']).to.equal('text/csv; charset=utf-8')
    return parse<Record<string, string>>(sent.text, { bom: true, columns: true })
  }

  describe('who is job-ready', () => {
    it('lists the longest ready first, of this community only', async () => {
      expect(await namesOn('/staff/ready')).to.deep.equal([
        'Zoe Ames',
        'Yan Bo',
        'Xu Cam',
        'Will Day',
        'Vera Eng',
        'Uma Fox',
        'Tess Gil',
      ])
    })

    for (const [query, names] of [
      ['order=newly-ready&limit=2', ['Tess Gil', 'Uma Fox']],
      ['order=name&limit=2', ['Tess Gil', 'Uma Fox']],
      ['track=php', ['Uma Fox', 'Tess Gil']],
      ['center=north&track=web', ['Zoe Ames', 'Xu Cam', 'Vera Eng']],
      ['q=x', ['Xu Cam']],
      ['q=X&order=newly-ready', ['Xu Cam']],
      ['q=nobody', []],
      [
        'center=&track=&q=&order=',
        ['Zoe Ames', 'Yan Bo', 'Xu Cam', 'Will Day', 'Vera Eng', 'Uma Fox', 'Tess Gil'],
      ],
    ] as const)
      it(`filters and sorts by ${query}, on the page, in the CSV and by the API alike`, async () => {
        expect(await namesOn(`/staff/ready?${query}`)).to.deep.equal(names)
        const whole = query.replace(/&limit=\d+/, '')
        const listed = (await csvOf(`/staff/ready.csv?${whole}`)).map((row) => row['name'])
        expect(listed.slice(0, names.length)).to.deep.equal(names)
        const answered = await sam.api('get', `/learners?ready=true&${query}`)
        expect(
          (answered.body as { items: { name: string }[] }).items.map(({ name }) => name),
        ).to.deep.equal(names)
      })

    it('pages by cursor without losing or repeating anyone, newest first too', async () => {
      for (const order of ['longest-ready', 'newly-ready', 'name']) {
        const seen: string[] = []
        const path = `/learners?ready=true&limit=2&order=${order}`
        for (let cursor: string | undefined = ''; cursor !== undefined;) {
          const answered = await sam.api('get', `${path}${cursor && `&cursor=${cursor}`}`)
          const { items, next } = answered.body as { items: { id: string }[]; next?: string }
          seen.push(...items.map(({ id }) => id))
          cursor = next
        }
        expect(seen, order).to.have.length(7)
        expect(new Set(seen).size, order).to.equal(7)
      }
    })

    it('says name, place, tracks, ready since and rules, and nothing else', async () => {
      const answered = await sam.api('get', '/learners?ready=true&limit=1')

      expect((answered.body as { items: unknown[] }).items).to.deep.equal([
        {
          id: 'r0',
          name: 'Zoe Ames',
          place: { city: 'Portland' },
          tracks: [{ slug: 'web', stepsDone: 5, stepsTotal: 5, finishedOn: '2015-02-01' }],
          readySince: '2015-02-01',
          rules: [
            { id: 'finished-track', met: true },
            { id: 'contact', met: true },
          ],
        },
      ])
    })

    it('writes one disclosure per learner and look, naming channel and ground', async () => {
      await sam.get('/staff/ready?limit=2')
      await csvOf('/staff/ready.csv?q=zoe')
      await sam.api('get', '/learners?ready=true&limit=1')

      const rows = await chainOf('r0')
      expect(rows.map(({ channel }) => channel)).to.have.members(['list', 'export', 'api'])
      expect(new Set(rows.map(({ basis }) => basis))).to.deep.equal(new Set(['program-agreement']))
      expect(new Set(rows.map(({ organizationId }) => organizationId))).to.deep.equal(
        new Set(['north']),
      )
      expect(await chainOf('r1')).to.have.length(1)
      expect(await chainOf('r2')).to.deep.equal([])
    })

    it('exports a name that is a formula as text', async () => {
      await insertLearners([aLearner('r9', '=1+1')])
      await saveSummaries(new Map([['r9', readySince('2015-03-01')]]), new Date())

      const rows = await csvOf('/staff/ready.csv?order=newly-ready')

      expect(rows[0]?.['name']).to.equal("'=1+1")
    })

    it('exports everyone, batch by batch, each once and each told', async () => {
      const ids = Array.from({ length: 210 }, (_, at) => `many${String(at)}`)
      await insertLearners(ids.map((id) => aLearner(id, `Name ${id}`)))
      await saveSummaries(new Map(ids.map((id) => [id, readySince('2015-02-20')])), new Date())

      const rows = await csvOf('/staff/ready.csv')

      expect(rows).to.have.length(217)
      expect(new Set(rows.map((row) => row['id'])).size).to.equal(217)
      for (const id of ['many0', 'many209']) expect(await chainOf(id)).to.have.length(1)
    })

    for (const query of [
      'limit=0',
      'limit=201',
      'cursor=x',
      'order=worst',
      'ready=false',
      'more=1',
    ])
      it(`refuses ${query} with 422`, async () => {
        expect((await sam.api('get', `/learners?${query}`)).status).to.equal(422)
      })
  })

  describe('the referral queue', () => {
    beforeEach(() =>
      keepReferrals(
        aReferral('one', 'r0', 'north'),
        aReferral('two', 'r1', 'north', {
          state: 'in-progress',
          since: new Date('2015-02-01T19:00:00Z'),
        }),
        aReferral('three', 'r2', 'north', {
          state: 'rejected',
          since: new Date('2015-03-05T19:00:00Z'),
        }),
        aReferral('four', 'r3', 'south'),
      ),
    )

    for (const [query, names] of [
      ['', ['Yan Bo', 'Zoe Ames']],
      ['?order=newest', ['Zoe Ames', 'Yan Bo']],
      ['?state=requested', ['Zoe Ames']],
      ['?state=all', ['Yan Bo', 'Zoe Ames', 'Xu Cam']],
      ['?state=rejected', ['Xu Cam']],
      ['?days=10', ['Yan Bo']],
      ['?state=&days=&order=', ['Yan Bo', 'Zoe Ames']],
    ] as const)
      it(`shows ${query || 'the open ones'} on the page and in the CSV alike`, async () => {
        expect(await namesOn(`/staff/referrals${query}`)).to.deep.equal(names)
        const rows = await csvOf(`/staff/referrals.csv${query}`)
        expect(rows.map((row) => row['name'])).to.deep.equal(names)
      })

    it('writes one disclosure for each learner it names', async () => {
      await sam.get('/staff/referrals?state=requested')
      await csvOf('/staff/referrals.csv?state=requested')
      await sam.api('get', '/referrals?state=requested')

      const rows = await chainOf('r0')
      expect(rows.map(({ channel }) => channel)).to.have.members(['list', 'export', 'api'])
      expect(new Set(rows.map(({ purpose }) => purpose))).to.deep.equal(new Set(['referral list']))
      expect(await chainOf('r1')).to.deep.equal([])
    })

    it('says how old each is, by whose delay, and which requests are overdue', async () => {
      const requested = await sam.read('/staff/referrals?state=requested')
      const working = await sam.read('/staff/referrals')

      const request = requested('tbody tr').text()
      expect(request).to.include('8 days').and.include('Overdue')
      expect(request).to.include('Not opened for 6 business days')
      expect(working('tbody tr').first().text()).to.include('Your center')
      const rows = await csvOf('/staff/referrals.csv')
      expect(rows.map(({ overdue }) => overdue)).to.deep.equal(['', 'late'])
    })

    it('pages by cursor', async () => {
      const first = await sam.read('/staff/referrals?limit=1&state=all')
      const next = first('a[rel=next]').attr('href') ?? ''

      expect(await namesOn(next)).to.deep.equal(['Zoe Ames'])
    })

    it('is for the people of that center', async () => {
      expect((await sam.get('/staff/referrals?center=south')).status).to.equal(403)
      expect((await sam.get('/staff/referrals.csv?center=south')).status).to.equal(403)
    })

    it('leads the start page, with who is newly ready and what has stood still', async () => {
      const $ = await sam.read('/staff')

      expect($('#waiting-caption').closest('table').text()).to.include('Zoe Ames')
      expect($('#stalled-center-caption').closest('table').text()).to.include('Yan Bo')
      expect($('#stalled-learner-caption')).to.have.length(0)
      expect($('#ready-caption').closest('table').find('tbody th').first().text()).to.include(
        'Tess Gil',
      )
    })
  })

  it('says on Today by whose delay something stands still, however many requests wait', async () => {
    const since = new Date('2015-02-01T19:00:00Z')
    await keepReferrals(
      ...Array.from({ length: 12 }, (_, at) =>
        aReferral(`q${String(at)}`, 'r0', 'north', {
          learnerId: `q${String(at)}`,
          since: new Date('2015-01-01T19:00:00Z'),
        }),
      ),
      aReferral('working', 'r1', 'north', { state: 'in-progress', since }),
      aReferral('missed', 'r2', 'north', { state: 'accepted', substate: 'no_show', since }),
    )

    const $ = await sam.read('/staff')

    const under = (id: string) => $(`#stalled-${id}-caption`).closest('table').text()
    expect(under('center')).to.include('Yan Bo').and.not.include('Xu Cam')
    expect(under('learner')).to.include('Xu Cam').and.not.include('Yan Bo')
  })

  describe('the person page', () => {
    it('shows a ready learner the rules they met without evidence or contact, and how to ask', async () => {
      const $ = await sam.read('/staff/learners/r0')

      expect($('h1').text()).to.equal('Zoe Ames')
      expect($('main').text()).to.include('No consent to your center')
      expect($('main').text()).to.not.include('@')
      expect((await chainOf('r0')).map(({ records }) => records)).to.deep.equal([['listing']])
    })

    it('opens evidence and contact under live consent only', async () => {
      await keepConsent('learner-ada', 'north')
      const open = await sam.read('/staff/learners/learner-ada')
      expect(open('main').text()).to.include('Open to you by consent')
      expect(open('a[href="mailto:ada@example.org"]')).to.have.length(1)
      const [row] = await chainOf('learner-ada')
      expect(row).to.deep.include({ basis: 'consent', consentIds: ['consent-learner-ada-north'] })

      const tom = await signIn(world.app, credentials(people.tom))
      const closed = await tom.read('/staff/learners/learner-ada')
      expect(closed('main').text()).to.not.include('ada@example.org')
    })

    it('does not exist for staff of another community', async () => {
      expect((await sam.get('/staff/learners/foreign')).status).to.equal(404)
      expect((await sam.get('/staff/learners/nobody')).status).to.equal(404)
    })

    it('opens to a center of another community once the learner consents to it', async () => {
      await keepConsent('foreign', 'north', { communityId: 'boston-ma' })

      expect((await sam.get('/staff/learners/foreign')).status).to.equal(200)
    })

    it('lets staff ask in the learner’s place, with their consent', async () => {
      const refused = await sam.submit('/staff/learners/r0/referral', { center: 'south' })
      expect(refused.status).to.equal(403)
      await keepConsent('r0', 'south')

      const asked = await sam.submit('/staff/learners/r0/referral', {
        center: 'south',
        message: '',
      })

      expect(asked.status).to.equal(303)
      expect(asked.headers['location']).to.match(/^\/referrals\//)
    })

    it('finds a learner by name, and discloses it', async () => {
      expect(await namesOn('/staff/learners')).to.deep.equal([])
      expect(await namesOn('/staff/learners?q=al')).to.deep.equal(['Ali Learning'])
      expect(await chainOf('learning')).to.have.length(1)
    })
  })

  describe('who may open a staff page', () => {
    const pages = [
      '/staff',
      '/staff/ready',
      '/staff/ready.csv',
      '/staff/referrals',
      '/staff/referrals.csv',
      '/staff/learners',
      '/staff/learners/r0',
      '/staff/learners/r0/referral',
      '/staff/learners/r0/pairings/new',
    ]

    it('is staff, and nobody else', async () => {
      const [boss] = await keep(anAccount('Boss', 'manager'))
      for (const account of [people.ada, people.max, people.eve, boss]) {
        const person = await signIn(world.app, credentials(account))
        for (const path of pages)
          expect((await person.get(path)).status, `${account.name} ${path}`).to.equal(
            path.endsWith('/referral') && account === people.ada ? 404 : 403,
          )
        expect((await person.api('get', '/learners?ready=true')).status).to.equal(403)
      }
      for (const path of pages) {
        expect((await visitor(world.app).get(path)).status, path).to.equal(303)
        expect((await sam.get(path)).status, path).to.equal(200)
        expect((await sam.get(`/es${path}`)).status, path).to.equal(200)
      }
    })
  })
})
