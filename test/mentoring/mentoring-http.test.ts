import { parse } from 'csv-parse/sync'
import { expect } from 'chai'
import { load } from 'cheerio'
import { saveOrganization } from '../../src/access/organization-store.js'
import { chainOf, disclosuresOf } from '../../src/learners/disclosure-store.js'
import { saveCapacity } from '../../src/mentoring/capacity-store.js'
import { meetingsOf } from '../../src/mentoring/meeting-store.js'
import { livePairing, livePairingsOfMentor, pairingsOf } from '../../src/mentoring/pairing-store.js'
import { startPairing } from '../../src/mentoring/start-pairing.js'
import { mailSettled } from '../../src/messages/deliver-mail.js'
import { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, anOrganization, credentials, keep } from '../support/build-access.js'
import { actorOf, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

describe('mentoring over HTTP', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person
  let max: Person
  let ada: Person

  beforeEach(async () => {
    await emptyDatabase()
    people = await keepPeople()
    world = testApp()
    sam = await signIn(world.app, credentials(people.sam))
    max = await signIn(world.app, credentials(people.max))
    ada = await signIn(world.app, credentials(people.ada))
  })

  afterEach(() => mailSettled())

  const pair = async (learner = 'learner-ada', startedOn = '2015-02-01', mentor = 'max') =>
    startPairing(await actorOf(people.sam), learner, { mentor, startedOn }, world.ports)

  describe('pairings', () => {
    it('are started by staff on a form that shows each mentor’s free places', async () => {
      await saveCapacity('max', 2)
      await pair('learner-ben')
      const $ = await sam.read('/staff/learners/learner-ada/pairings/new')
      expect($('main').text()).to.include('Max').and.include('1 free place of 2')

      const done = await sam.submit('/staff/learners/learner-ada/pairings/new', {
        mentor: 'max',
        startedOn: '2015-03-01',
      })

      expect(done.status).to.equal(303)
      expect(await livePairing('max', 'learner-ada')).to.deep.include({
        startedOn: '2015-03-01',
        startedBy: 'Sam',
        allows: ['progress', 'badges'],
        seat: 2,
      })
    })

    for (const [what, fields, field] of [
      ['a mentor who is none', { mentor: 'ben', startedOn: '2015-03-01' }, 'mentor'],
      ['nobody', { startedOn: '2015-03-01' }, 'mentor'],
      ['a day to come', { mentor: 'max', startedOn: '2015-03-10' }, 'startedOn'],
      ['a day before the learner joined', { mentor: 'max', startedOn: '2014-01-01' }, 'startedOn'],
      ['a day that never was', { mentor: 'max', startedOn: '2015-02-29' }, 'startedOn'],
    ] as const)
      it(`are not started with ${what}`, async () => {
        const again = await sam.submit('/staff/learners/learner-ada/pairings/new', fields)

        expect(again.status).to.equal(422)
        expect(load(again.text)(`.error-summary a[href="#field-${field}"]`)).to.have.length(1)
        expect(await pairingsOf('learner-ada')).to.deep.equal([])
      })

    it('never exceed a mentor’s capacity, however many start at once', async () => {
      await saveCapacity('max', 3)
      const learners = await keep(
        ...Array.from({ length: 8 }, (_, at) => anAccount(`Learner ${String(at)}`, 'learner')),
      )

      const outcomes = await Promise.all(
        learners.map(({ learnerId }) =>
          pair(learnerId ?? '').then(
            () => 'started',
            (thrown: unknown) => (thrown instanceof Problem ? thrown.message : String(thrown)),
          ),
        ),
      )

      expect(outcomes.filter((one) => one === 'started')).to.have.length(3)
      expect(outcomes.filter((one) => one === 'mentoring:problem.mentorFull')).to.have.length(5)
      const seats = (await livePairingsOfMentor('max')).map(({ seat }) => seat)
      expect(seats.sort()).to.deep.equal([1, 2, 3])
    })

    it('are live once per learner and mentor', async () => {
      await pair()

      const again = await sam.submit('/staff/learners/learner-ada/pairings/new', {
        mentor: 'max',
        startedOn: '2015-03-01',
      })

      expect(again.status).to.equal(409)
      expect(await pairingsOf('learner-ada')).to.have.length(1)
    })

    it('end on a day, keep the history, free the seat, and can start again', async () => {
      await saveCapacity('max', 1)
      const { id } = await pair()

      const ended = await sam.submit(`/staff/pairings/${id}/end`, { reason: 'Moved away.' })
      const twice = await sam.submit(`/staff/pairings/${id}/end`, { reason: 'Again.' })
      await pair()

      expect(ended.status).to.equal(303)
      expect(twice.status).to.equal(409)
      const both = await pairingsOf('learner-ada')
      expect(both.map(({ endedOn }) => endedOn)).to.have.members(['2015-03-09', undefined])
      expect(both.map(({ endReason }) => endReason)).to.have.members(['Moved away.', undefined])
    })

    it('are for staff of that program only', async () => {
      await saveOrganization(anOrganization('boston', { kind: 'center', communityId: 'boston-ma' }))
      const [bo] = await keep(
        anAccount('Bo', 'staff', 'boston', {
          roles: [{ role: 'staff', organizationId: 'boston', communityId: 'boston-ma' }],
        }),
      )
      const { id } = await pair()
      const elsewhere = await signIn(world.app, credentials(bo))

      for (const path of [
        '/staff/learners/learner-ada/pairings/new',
        `/staff/pairings/${id}/end`,
        '/staff/learners/learner-ada',
      ])
        expect((await elsewhere.get(path)).status, path).to.equal(404)
      expect((await max.get(`/staff/pairings/${id}/end`)).status).to.equal(403)
    })
  })

  describe('a mentor’s list', () => {
    it('shows assigned learners only, the longest without contact first, and flags them', async () => {
      await pair('learner-ada', '2015-03-01')
      await pair('learner-ben', '2015-02-01')

      const $ = await max.read('/mentor')

      const rows = $('tbody tr').toArray()
      expect(rows.map((row) => $(row).find('th').text().trim())).to.deep.equal(['Ben', 'Ada'])
      expect($(rows[0]).text()).to.include('36 days without contact')
      expect($(rows[1]).text()).to.include('8 days ago')
    })

    for (const [query, names] of [
      ['', ['Ben', 'Ada']],
      ['?flag=quiet', ['Ben']],
      ['?q=AD', ['Ada']],
      ['?track=web', []],
      ['?q=&track=&flag=', ['Ben', 'Ada']],
    ] as const)
      it(`filters by ${query || 'nothing'} on the page and in the CSV alike`, async () => {
        await pair('learner-ada', '2015-03-01')
        await pair('learner-ben', '2015-02-01')

        const $ = await max.read(`/mentor${query}`)
        const sent = await max.get(`/mentor.csv${query}`)

        const shown = $('tbody th')
          .toArray()
          .map((cell) => $(cell).text().trim())
        expect(shown).to.deep.equal(names)
        const rows = parse<Record<string, string>>(sent.text, { bom: true, columns: true })
        expect(rows.map((row) => row['name'])).to.deep.equal(names)
      })

    it('pages by cursor', async () => {
      await pair('learner-ada', '2015-03-01')
      await pair('learner-ben', '2015-02-01')

      const first = await max.read('/mentor?limit=1')
      const second = await max.read(first('a[rel=next]').attr('href') ?? '')

      expect(second('tbody th').text().trim()).to.equal('Ada')
      expect(second('a[rel=next]')).to.have.length(0)
    })

    it('is disclosed to each learner on it', async () => {
      await pair()
      await max.get('/mentor')

      expect(await chainOf('learner-ada')).to.have.length(1)
      expect((await chainOf('learner-ada'))[0]).to.deep.include({
        basis: 'pairing',
        records: ['progress'],
      })
    })
  })

  describe('the learner brief', () => {
    it('shows what the learner allows and nothing more', async () => {
      const { id } = await pair()
      const before = await max.read('/mentor/learners/learner-ada')
      expect(before('main').text()).to.include('Tracks, progress and readiness')
      expect(before('main').text()).to.not.include('ada@example.org')

      const saved = await ada.submit(`/my-mentors/${id}`, { allows: ['contact'] })
      expect(saved.status).to.equal(303)

      const after = await max.read('/mentor/learners/learner-ada')
      expect(after('a[href="mailto:ada@example.org"]')).to.have.length(1)
      expect(after('#tracks-heading')).to.have.length(0)
      expect(after('#badges-heading')).to.have.length(0)
    })

    it('opens nothing when the learner allows nothing', async () => {
      const { id } = await pair()
      await ada.submit(`/my-mentors/${id}`, {})

      const $ = await max.read('/mentor/learners/learner-ada')

      expect($('main').text()).to.include('Nothing right now.')
      expect((await max.read('/mentor'))('tbody tr').text()).to.include('Not shared with you')
    })

    it('is closed without a live pairing, before, after, and to another mentor', async () => {
      const paths = [
        '/mentor/learners/learner-ada',
        '/mentor/learners/learner-ada/meetings/new',
        '/mentor/learners/learner-ada/nudges/new',
        '/mentor/learners/nobody',
      ]
      for (const path of paths) expect((await max.get(path)).status, path).to.equal(403)
      const { id } = await pair()
      expect((await max.get('/mentor/learners/learner-ada')).status).to.equal(200)
      const [mia] = await keep(anAccount('Mia', 'mentor'))
      const other = await signIn(world.app, credentials(mia))
      for (const path of paths) expect((await other.get(path)).status, path).to.equal(403)

      await sam.submit(`/staff/pairings/${id}/end`, {})

      for (const path of paths) expect((await max.get(path)).status, path).to.equal(403)
    })
  })

  describe('meetings', () => {
    const typed = { on: '2015-03-05', minutes: '25', topic: 'stuck', note: 'Flexbox.' }
    const log = (change: Record<string, string | string[]> = {}) =>
      max.submit('/mentor/learners/learner-ada/meetings/new', { ...typed, ...change })

    it('are logged with day, minutes, topic, note and readers', async () => {
      await pair()

      expect((await log({ readers: ['learner', 'staff'] })).status).to.equal(303)

      const [meeting] = await meetingsOf('learner-ada')
      expect(meeting).to.deep.include({
        on: '2015-03-05',
        minutes: 25,
        topic: 'stuck',
        note: 'Flexbox.',
        readers: ['learner', 'staff'],
      })
      expect((await livePairing('max', 'learner-ada'))?.lastMeetingOn).to.equal('2015-03-05')
    })

    for (const [readers, learnerSees, staffSee] of [
      [[], false, false],
      [['learner'], true, false],
      [['staff'], false, true],
      [['learner', 'staff'], true, true],
    ] as const)
      it(`for ${readers.join(' and ') || 'only the mentor'} are read by nobody else`, async () => {
        await pair()
        await log(readers.length === 0 ? {} : { readers: [...readers] })

        const brief = (await max.read('/mentor/learners/learner-ada'))('main').text()
        const mine = (await ada.read('/my-mentors'))('main').text()
        const staff = (await sam.read('/staff/learners/learner-ada'))('main').text()

        await keepConsent('learner-ada', 'south')
        const others = (await sam.read('/staff/learners/learner-ada'))('main').text()
        await keepConsent('learner-ada', 'north')
        const consented = (await sam.read('/staff/learners/learner-ada'))('main').text()

        expect(brief).to.include('Flexbox.')
        expect(mine.includes('Flexbox.')).to.equal(learnerSees)
        expect([staff, others].some((text) => text.includes('Flexbox.'))).to.equal(false)
        expect(consented.includes('Flexbox.')).to.equal(staffSee)
        const looks = await disclosuresOf('learner-ada', 10)
        const told = looks.filter(({ records }) => records.includes('meeting'))
        expect(told.map(({ basis, consentIds }) => [basis, consentIds])).to.deep.equal(
          staffSee ? [['consent', ['consent-learner-ada-north']]] : [],
        )
        expect(
          (await ada.read('/consents/reads'))('main').text().includes('mentor’s notes'),
        ).to.equal(staffSee)
      })

    it('sent twice are kept once', async () => {
      await pair()
      await log()

      expect((await log()).status).to.equal(409)
      expect(await meetingsOf('learner-ada')).to.have.length(1)
    })

    for (const [what, change, field] of [
      ['a day to come', { on: '2015-03-10' }, 'on'],
      ['a day before the pairing', { on: '2015-01-31' }, 'on'],
      ['no minutes', { minutes: '' }, 'minutes'],
      ['601 minutes', { minutes: '601' }, 'minutes'],
      ['half a minute', { minutes: '0.5' }, 'minutes'],
      ['an unknown topic', { topic: 'gossip' }, 'topic'],
      ['an unknown reader', { readers: 'press' }, 'readers'],
    ] as const)
      it(`with ${what} are shown again with what was typed`, async () => {
        await pair()

        const again = await log(change)

        expect(again.status).to.equal(422)
        const $ = load(again.text)
        expect($('#field-note').text().trim()).to.equal('Flexbox.')
        expect($('.error-summary li')).to.have.length(1)
        expect($('.error-summary').html()).to.include(`#field-${field}`)
        expect(await meetingsOf('learner-ada')).to.deep.equal([])
      })
  })

  describe('a nudge', () => {
    const send = (text: string) => max.submit('/mentor/learners/learner-ada/nudges/new', { text })

    it('starts from a text that fits, and goes out once by mail in the mentor’s words', async () => {
      await pair()
      const $ = await max.read('/mentor/learners/learner-ada/nudges/new')
      expect($('textarea').text()).to.include('Hello Ada,').and.include('first lesson')

      const sent = await send('Hi Ada, shall we meet on Friday?')
      await mailSettled()

      expect(sent.status).to.equal(303)
      expect(world.mails.map(({ to }) => to)).to.deep.equal(['ada@example.org'])
      expect(world.mails[0]?.text).to.include('Hi Ada, shall we meet on Friday?')
      expect((await livePairing('max', 'learner-ada'))?.lastNudgeOn).to.equal('2015-03-09')
    })

    it('is one a day for a learner, whichever mentor writes, and free again tomorrow', async () => {
      const [mia] = await keep(anAccount('Mia', 'mentor'))
      await pair()
      await pair('learner-ada', '2015-02-01', 'mia')
      const other = await signIn(world.app, credentials(mia))

      const tries = [
        await send('One.'),
        await send('Two.'),
        await other.submit('/mentor/learners/learner-ada/nudges/new', { text: 'Three.' }),
      ]
      world.clock.at = new Date('2015-03-10T19:00:00Z')
      const tomorrow = await send('Four.')
      await mailSettled()

      expect(tries.map(({ status }) => status)).to.deep.equal([303, 409, 409])
      expect(tomorrow.status).to.equal(303)
      expect(world.mails).to.have.length(2)
    })

    it('needs words', async () => {
      await pair()

      expect((await send('   ')).status).to.equal(422)
      expect((await send('x'.repeat(2001))).status).to.equal(422)
      expect(world.mails).to.deep.equal([])
    })

    it('cannot go to somebody without an address, and says so on the page', async () => {
      const [cy] = await keep(anAccount('Cy', 'learner'))
      await pair(cy.learnerId)

      const $ = await max.read(`/mentor/learners/${cy.learnerId ?? ''}/nudges/new`)

      expect($('main form')).to.have.length(0)
      expect($('main').text()).to.include('We have no e-mail address')
    })
  })

  describe('a learner’s mentors', () => {
    it('are their own only', async () => {
      const { id } = await pair()
      const ben = await signIn(world.app, credentials(people.ben))

      expect((await ben.get(`/my-mentors/${id}`)).status).to.equal(404)
      expect((await ada.get(`/my-mentors/${id}`)).status).to.equal(200)
      expect((await max.get('/my-mentors')).status).to.equal(403)
    })

    it('cannot be changed once the pairing has ended', async () => {
      const { id } = await pair()
      await sam.submit(`/staff/pairings/${id}/end`, {})

      expect((await ada.submit(`/my-mentors/${id}`, { allows: ['contact'] })).status).to.equal(409)
    })
  })

  describe('who may open a mentor page', () => {
    it('is a mentor, in both languages, and nobody else', async () => {
      await pair()
      const pages = [
        '/mentor',
        '/mentor.csv',
        '/mentor/capacity',
        '/mentor/learners/learner-ada',
        '/mentor/learners/learner-ada/meetings/new',
        '/mentor/learners/learner-ada/nudges/new',
      ]
      for (const path of pages) {
        expect((await max.get(path)).status, path).to.equal(200)
        expect((await max.get(`/es${path}`)).status, path).to.equal(200)
        for (const person of [ada, sam]) expect((await person.get(path)).status, path).to.equal(403)
        expect((await visitor(world.app).get(path)).status, path).to.equal(303)
      }
    })

    it('lets a mentor say how many learners they take', async () => {
      expect((await max.submit('/mentor/capacity', { capacity: '101' })).status).to.equal(422)
      expect((await max.submit('/mentor/capacity', { capacity: '0' })).status).to.equal(303)

      const full = await sam.submit('/staff/learners/learner-ada/pairings/new', {
        mentor: 'max',
        startedOn: '2015-03-01',
      })

      expect(full.status).to.equal(409)
    })
  })
})
