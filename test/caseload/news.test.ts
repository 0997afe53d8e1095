import { expect } from 'chai'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { cancelAppointment, moveAppointment } from '../../src/appointments/change-appointment.js'
import { insertSlot } from '../../src/appointments/slot-store.js'
import { findCase, openCase } from '../../src/caseload/case-store.js'
import { agree } from '../../src/caseload/keep-plan.js'
import { tasksAt } from '../../src/caseload/task-store.js'
import { addDays } from '../../src/calendar.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { insertLearners, saveProfile } from '../../src/learners/learner-store.js'
import { emptySummary } from '../../src/learners/learner.js'
import { learnersReadyAfter, saveSummaries } from '../../src/learners/summary-store.js'
import { changeReferral, noteEvent } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { anAccount, community, credentials, keep } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  aSlot,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const ada = 'learner-ada'
const page = `/staff/learners/${ada}/case`
const start = new Date('2015-03-09T19:00:00Z')
const unagreed = {
  id: 'learner-una',
  communityId: community,
  name: 'Una',
  place: { city: 'Portland' },
  language: 'en',
  enrollments: [],
  profiles: [],
  joinedOn: '2015-01-06',
  demonstration: false,
} as const
const hours = (count: number) => new Date(start.getTime() + count * 3_600_000)

describe('what is new since a member of staff last looked', () => {
  let world: TestApp
  let people: Awaited<ReturnType<typeof keepPeople>>
  let sam: Person
  let sue: Person

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    people = await keepPeople()
    ;[sam, sue] = (await Promise.all(
      [people.sam, people.sue].map((one) => signIn(world.app, credentials(one))),
    )) as [Person, Person]
  })

  const at = (count: number) => {
    world.clock.at = hours(count)
  }
  /** The heads of the kinds told, and each kind's text. */
  const news = async (person = sam, path = '/staff') => {
    const $ = await person.read(path)
    const section = $('#since-heading').parent()
    return {
      text: section.text(),
      kinds: section
        .find('table')
        .map((_, table) => $(table).attr('id'))
        .get(),
      of: (kind: string) => section.find(`#news-${kind} tbody`).text().replace(/\s+/g, ' '),
    }
  }
  const readySummary = { ...emptySummary, ready: true, readySince: '2015-02-01' }
  const isReady = async (learnerId: string, when: Date) => {
    await saveProfile(learnerId, {
      place: { city: 'Portland' },
      programAgreement: { version: '1', acceptedOn: '2015-02-01' },
    })
    await saveSummaries(new Map([[learnerId, readySummary]]), when)
  }

  it('is nothing at the first look, and nothing where nothing happened', async () => {
    expect((await news()).text).to.contain('From your next look on')
    at(24)
    expect(await news())
      .to.deep.include({ kinds: [] })
      .and.have.property('text')
      .that.contains('Nothing is new since then')
  })

  describe('of who is job-ready', () => {
    it('goes by when that was seen, not by the day of the evidence, and tells the learner', async () => {
      await news()
      await isReady(ada, hours(1))
      at(24)

      expect((await news()).of('ready'))
        .to.contain('Ada')
        .and.contain('by their evidence since February 1, 2015')
      expect((await disclosuresOf(ada, 5)).map(({ purpose }) => purpose)).to.include('caseload')
    })

    it('counts from the first time, however often the rules are applied, and anew after a gap', async () => {
      await isReady(ada, hours(1))
      await saveSummaries(new Map([[ada, { ...readySummary, rulesVersion: 2 }]]), hours(2))
      expect(await learnersReadyAfter(community, hours(1), 5)).to.deep.equal([])

      await saveSummaries(new Map([[ada, emptySummary]]), hours(3))
      expect(await learnersReadyAfter(community, start, 5)).to.deep.equal([])

      await saveSummaries(new Map([[ada, readySummary]]), hours(4))
      const [found] = await learnersReadyAfter(community, hours(1), 5)
      expect(found?.readyAt).to.deep.equal(hours(4))
    })

    it('leaves out who has not accepted the program agreement', async () => {
      await insertLearners([unagreed])
      await saveSummaries(new Map([[unagreed.id, readySummary]]), hours(1))

      expect(await learnersReadyAfter(community, start, 5)).to.deep.equal([])
    })
  })

  describe('of referrals', () => {
    const event = (by: string, hour: number) =>
      ({ id: `e${String(hour)}`, at: hours(hour), side: 'center', by, kind: 'state' }) as const
    const accept = (by: string, hour: number) =>
      changeReferral({ id: 'r1', centerId: 'north' }, 'requested', {
        state: 'accepted',
        event: { ...event(by, hour), state: 'accepted' },
        outbox: [],
      })

    it('names those that came and those that a colleague changed, with who did it', async () => {
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await news(sue)
      await accept('Sue', 1)
      const came = { since: hours(2), askedAt: hours(2) }
      const [asked] = aReferral('r2', 'learner-ben', 'north').timeline
      await keepReferrals(
        aReferral('r2', 'learner-ben', 'north', {
          ...came,
          timeline: [{ ...asked!, at: hours(2), by: 'Ben' }],
        }),
      )
      at(24)

      expect((await news()).of('referrals')).to.match(/Ben .*Requested.*Ada .*Accepted.*Sue/)
      expect((await news(sue)).of('referrals'))
        .to.contain('Ben')
        .and.not.to.contain('Ada')
    })

    it('leaves out what one has answered since', async () => {
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await changeReferral({ id: 'r1', centerId: 'north' }, 'requested', {
        state: 'requested',
        event: { ...event('Ada', 1), side: 'sender', kind: 'facts-changed', state: 'requested' },
        outbox: [],
      })
      await accept('Sam', 2)
      at(24)
      expect((await news()).kinds).to.deep.equal([])
    })

    it('keeps what a colleague did before one did something oneself', async () => {
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await news(sue)
      await accept('Sue', 1)
      const said = { ...event('Sam', 2), state: 'accepted', kind: 'note' } as const
      await noteEvent('r1', said)
      at(24)
      expect((await news()).of('referrals')).to.match(/Ada .*Accepted.*Sue/)
      expect((await news(sue)).of('referrals')).to.contain('Sam')
    })

    it('is found behind a day of one’s own work', async () => {
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await accept('Sue', 1)
      const ids = Array.from({ length: 120 }, (_, at) => `own-${String(at)}`)
      await keepReferrals(
        ...ids.map((id) =>
          aReferral(id, id, 'north', {
            state: 'rejected',
            since: hours(3),
            timeline: [{ ...event('Sam', 3), id, state: 'rejected' }],
          }),
        ),
      )
      at(24)

      expect((await news()).of('referrals')).to.match(/^ ?Ada .*Accepted.*Sue/)
    })

    it('tells colleagues of one name apart by their accounts', async () => {
      const other = anAccount('Sam', 'staff', 'north', { id: 'sam-two', email: 'sam2@example.org' })
      await keep(other)
      const otherSam = await signIn(world.app, credentials(other))
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await news(otherSam)
      at(1)
      const answer = { state: 'accepted', substate: '', reason: '' }
      expect((await otherSam.submit('/referrals/r1/answer', answer)).status).to.equal(303)
      at(24)
      expect((await news()).of('referrals')).to.match(/Ada .*Accepted.*Sam/)
      expect((await news(otherSam)).kinds).to.deep.equal([])
    })

    it('stays on the page for half an hour and is gone at the next look', async () => {
      await keepReferrals(aReferral('r1', ada, 'north'))
      await news()
      await accept('Sue', 1)
      at(24)
      expect((await news()).kinds).to.deep.equal(['news-referrals'])
      at(24.4)
      expect((await news()).kinds).to.deep.equal(['news-referrals'])
      at(25)
      expect((await news()).kinds).to.deep.equal([])
    })
  })

  describe('of appointments', () => {
    const slot = (id: string, hour: number, hostId = people.sam.id) =>
      aSlot({
        id,
        centerId: 'north',
        hostId,
        startsAt: hours(hour),
        endsAt: hours(hour + 1),
      })
    const learner = () => actorOf(people.ada)

    it('tells what was booked, moved and cancelled, each once, and only of one’s own times', async () => {
      await keepConsent(ada, 'north')
      for (const one of [slot('s1', 48), slot('s2', 50), slot('s3', 52), slot('s4', 54, 'sue')])
        await insertSlot(one)
      const early = await bookAppointment(await learner(), 's1', world.ports)
      await news()
      at(1)
      const booked = await bookAppointment(await learner(), 's3', world.ports)
      await moveAppointment(await learner(), early.booking.id, 's2', world.ports)
      await bookAppointment(await learner(), 's4', world.ports)
      at(2)

      const told = await news()
      expect(told.of('appointments')).to.match(/Moved from .* to /)
      expect(told.of('appointments').match(/Booked|Cancelled|Given back/g)).to.deep.equal([
        'Booked',
      ])

      at(3)
      await cancelAppointment(await learner(), booked.booking.id, undefined, world.ports)
      at(4)
      expect((await news()).of('appointments')).to.contain(
        'Ada Cancelled: Wednesday, March 11, 2015',
      )
    })

    it('tells what somebody else did also when one has given another place back since', async () => {
      await keepConsent(ada, 'north')
      await keepConsent('learner-ben', 'north')
      await insertSlot(slot('s1', 48))
      await news()
      at(1)
      await bookAppointment(await learner(), 's1', world.ports)
      const ben = await bookAppointment(await actorOf(people.ben), 's1', world.ports)
      at(2)
      const host = await actorOf(people.sam)
      await cancelAppointment(host, ben.booking.id, 'Ill.', world.ports)
      at(3)
      expect((await news()).of('appointments')).to.contain('Ada Booked')
    })

    it('names nobody who does not let the center see who comes', async () => {
      await keepConsent(ada, 'north', { expiresOn: '2015-03-09' })
      await insertSlot(slot('s1', 48))
      await news()
      at(1)
      await bookAppointment(await learner(), 's1', world.ports)
      at(47)

      expect((await news()).of('appointments'))
        .to.contain('Name hidden')
        .and.not.to.contain('Ada')
    })
  })

  describe('of a case', () => {
    beforeEach(async () => {
      await openCase({ communityId: community, centerId: 'north', learnerId: ada }, start)
    })
    const own = async (person = sam) => {
      const $ = await person.read(page)
      return $('#news tbody').text().replace(/\s+/g, ' ')
    }
    const say = (text: string, readers: string) =>
      sue.submit(page, { text, kind: 'contact', readers }, `${page}/notes`)

    it('is a colleague’s note, never one for themselves alone, and never one’s own', async () => {
      await news()
      await news(sue)
      at(1)
      await say('For me.', 'author')
      at(24)
      expect((await news()).kinds).to.deep.equal([])
      at(25)
      await say('For us.', 'center')
      at(48)
      expect((await news()).of('cases')).to.match(/Ada .*New note.*Sue/)
      expect((await news(sue)).kinds).to.deep.equal([])
    })

    it('is a colleague’s, or the learner’s, also when one has done something oneself since', async () => {
      await news()
      await news(sue)
      await sam.read(page)
      at(1)
      await sue.submit(page, { assignTo: people.sam.id }, `${page}/assign`)
      at(2)
      for (const text of ['Mine.', 'Mine again.'])
        await sam.submit(page, { text, kind: 'contact', readers: 'center' }, `${page}/notes`)
      expect(await own())
        .to.contain('Sue')
        .and.not.to.contain('Sam')
      at(24)
      expect((await news()).of('cases')).to.match(/Ada Who looks after them changed.*Sue/)
      expect((await news(sue)).of('cases')).to.match(/Ada New note.*Sam/)

      at(25)
      await sam.submit(page, { assignTo: '' }, `${page}/assign`)
      at(48)
      expect((await news()).kinds).to.deep.equal([])
      expect((await findCase('north', ada))?.assignedTo).to.equal(undefined)
    })

    it('tells colleagues of one name apart: task, task done, plan', async () => {
      const other = anAccount('Sam', 'staff', 'north', { id: 'sam-two', email: 'sam2@example.org' })
      await keep(other)
      const otherSam = await signIn(world.app, credentials(other))
      await sam.read(page)
      await otherSam.read(page)
      at(1)
      const task = { task: 'Call back', dueOn: addDays('2015-03-09', 7), doer: people.sam.id }
      await otherSam.submit(page, task, `${page}/tasks`)
      await otherSam.submit(page, { goal: 'A first job', steps: 'W', version: '0' }, `${page}/plan`)
      const [kept] = await tasksAt(ada, 'north')
      await otherSam.submit(`${page}/tasks/${kept?.id ?? ''}/done`, {})
      at(24)
      expect(await own())
        .to.contain('New task')
        .and.contain('Task done')
        .and.contain('Plan written')
      expect(await own(otherSam)).to.equal('')
    })

    it('stands on the page of the case line by line, for who did not look since', async () => {
      await sam.read(page)
      at(1)
      await say('For me.', 'author')
      await say('For us.', 'center')
      const task = { task: 'Call back', dueOn: addDays('2015-03-09', 7), doer: people.sam.id }
      await sue.submit(page, task, `${page}/tasks`)
      const plan = { goal: 'A first job', steps: 'Write', version: '0' }
      await sue.submit(page, plan, `${page}/plan`)
      at(2)
      await agree(await actorOf(people.ada), 'north', 1, world.ports)
      await isReady(ada, hours(2))
      at(24)

      const lines = await own()
      for (const line of ['For us.', 'Call back', 'A first job', 'agreed to the plan', 'Job-ready'])
        expect(lines).to.contain(line)
      expect(lines).not.to.contain('For me.')
      expect(await own(sue))
        .to.contain('agreed to the plan')
        .and.not.to.contain('For us.')
      at(48)
      expect((await sam.read(page))('#news-heading').parent().text()).to.contain('Nothing new')
    })
  })

  it('is cut at ten of a kind, with a way to the rest', async () => {
    await news()
    await keepReferrals(
      ...Array.from({ length: 12 }, (_, index) => {
        const id = `many-${String(index)}`
        const one = aReferral(id, id, 'north', { since: hours(1), askedAt: hours(1) })
        return { ...one, timeline: one.timeline.map((line) => ({ ...line, at: hours(1) })) }
      }),
    )
    at(24)

    const $ = await sam.read('/staff')
    expect($('#news-referrals tbody tr')).to.have.length(10)
    expect($('a[href="/staff/referrals?state=all&order=newest"]').text()).to.contain(
      'There is more',
    )
  })
})
