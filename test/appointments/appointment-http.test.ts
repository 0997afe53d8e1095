import { expect } from 'chai'
import type { NewAccount } from '../../src/access/account.js'
import { paths, to, withQuery } from '../../src/http/paths.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, visitor, type Person } from '../support/person.js'

interface SlotBody {
  readonly id: string
  readonly free: number
  readonly version: number
  readonly startsAt: string
}
interface AppointmentBody {
  readonly id: string
  readonly state: string
  readonly learner: { readonly name: string } | null
}

describe('appointments over HTTP', () => {
  let it_: TestApp
  let ada: Person
  let ben: Person
  let sam: Person
  let tom: Person
  let anybody: Person
  let sue: NewAccount

  before(async () => {
    await emptyDatabase()
    it_ = testApp()
    const people = await keepPeople()
    sue = people.sue
    await keepConsent(people.ada.learnerId ?? '', 'north')
    ;[ada, ben, sam, tom] = (await Promise.all(
      [people.ada, people.ben, people.sam, people.tom].map((one) =>
        signIn(it_.app, credentials(one)),
      ),
    )) as [Person, Person, Person, Person]
    anybody = visitor(it_.app)
  })

  const offer = {
    startsOn: '2015-03-16',
    time: '10:00',
    minutes: '30',
    mode: 'video',
    capacity: '2',
  }
  const slots = async (query = '') =>
    ((await anybody.api('get', `/centers/north/slots${query}`)).body as { items: SlotBody[] }).items

  it('walk from an offered time to a booked one, moved, in a calendar, and marked', async () => {
    const offered = await sam.submit(paths.offerSlots, {
      ...offer,
      where: 'https://video.example/1',
      weeks: '2',
    })
    expect(offered.status).to.equal(303)
    expect(offered.headers['location']).to.contain('notice=appointments%3Anotice.manyOffered')
    const [first, second] = await slots()
    const $ = await ada.read(to(paths.centerSlots, { id: 'north' }))
    expect($('#slots tbody tr')).to.have.length(2)
    expect($('#slots tbody').text()).to.contain('2 places free').and.not.to.contain('video.example')

    const booked = await ada.submit(to(paths.bookSlot, { id: first?.id ?? '' }), {})
    expect(booked.status).to.equal(303)
    const id = /appointments\/([\w-]+)/.exec(booked.headers['location'] ?? '')?.[1] ?? ''
    const own = await ada.read(to(paths.appointment, { id }))
    expect(own('main').text()).to.contain('https://video.example/1').and.to.contain('10:00–10:30')

    const moved = await ada.submit(to(paths.moveAppointment, { id }), { slot: second?.id ?? '' })
    const next = /appointments\/([\w-]+)/.exec(moved.headers['location'] ?? '')?.[1] ?? ''
    expect(moved.status).to.equal(303)
    expect((await ada.read(paths.appointments))('#appointments tbody tr')).to.have.length(2)

    const file = await ada.get(to(paths.appointmentIcs, { id: next }))
    expect(file.headers['content-type']).to.contain('text/calendar')
    expect(file.text).to.contain('DTSTART:20150323T170000Z\r\n').and.to.contain('STATUS:CONFIRMED')
    const gone = await ada.get(to(paths.appointmentIcs, { id }))
    expect(gone.text).to.contain('STATUS:CANCELLED')

    const week = await sam.read(withQuery(paths.calendar, { on: '2015-03-23', view: 'week' }))
    expect(week('#calendar tbody').text()).to.contain('Ada').and.to.contain('1 of 2 taken')
    const staffFile = await sam.get(to(paths.appointmentIcs, { id: next }))
    expect(staffFile.text).not.to.contain('Ada')

    it_.clock.at = new Date(second?.startsAt ?? '')
    const mark = to(paths.markAppointment, { id: next })
    const was = async () => (await sam.read(mark))('input[name=was]').attr('value') ?? ''
    for (const state of ['no_show', 'attended']) {
      const marked = await sam.submit(mark, { state, was: await was() })
      expect(marked.status).to.equal(303)
    }
    expect(await was()).to.equal('attended')
    const unseen = await sam.submit(mark, { state: 'no_show', was: 'booked' })
    expect(unseen.status).to.equal(409)
    expect((await ada.read(to(paths.appointment, { id: next })))('main').text()).to.contain('Came')
    it_.clock.at = new Date('2015-03-09T19:00:00Z')
  })

  it('answer alike by API', async () => {
    const made = await sam.api('post', '/slots', {
      ...offer,
      time: '14:00',
      minutes: 30,
      capacity: 1,
      mode: 'phone',
    })
    expect(made.status, made.text).to.equal(201)
    const [slot] = (made.body as { slots: SlotBody[] }).slots
    const at = `/slots/${slot?.id ?? ''}`

    expect((await ben.api('post', '/appointments', { slot: slot?.id })).status).to.equal(403)
    const booked = await ada.api('post', '/appointments', { slot: slot?.id })
    expect(booked.status).to.equal(201)
    const { id } = booked.body as AppointmentBody
    expect((await ada.api('post', '/appointments', { slot: slot?.id })).status).to.equal(409)

    const list = (await sam.api('get', '/appointments')).body as { items: AppointmentBody[] }
    expect(list.items.map((one) => [one.id, one.learner?.name])).to.deep.include([id, 'Ada'])
    const theirs = (await ada.api('get', '/appointments')).body as { items: AppointmentBody[] }
    expect(theirs.items.map((one) => one.id)).to.include(id)
    expect((await tom.api('get', '/appointments?center=north')).status).to.equal(403)

    const change = { ...offer, time: '14:00', version: 1, capacity: 1 }
    expect((await tom.api('put', at, change)).status).to.equal(404)
    expect((await sam.api('put', at, { ...change, capacity: 0 })).status).to.equal(422)
    expect((await sam.api('put', at, { ...change, version: 9 })).status).to.equal(409)
    expect((await sam.api('put', at, { ...change, capacity: 3 })).status).to.equal(200)

    const cancel = { change: 'cancel', reason: 'I found a job.' }
    expect((await ben.api('post', `/appointments/${id}/changes`, cancel)).status).to.equal(404)
    const left = await ada.api('post', `/appointments/${id}/changes`, cancel)
    expect(left.status).to.equal(201)
    expect((left.body as AppointmentBody).state).to.equal('cancelled')
    expect((await ada.api('post', `/appointments/${id}/changes`, cancel)).status).to.equal(409)
    const $ = await ada.read(`/appointments/${id}`)
    expect($('main a[href="/centers/north/appointments"]').text()).to.contain('Book another time')
    expect((await sam.read(`/appointments/${id}`))('main').text()).not.to.contain('another time')

    expect((await sam.api('post', `${at}/cancellations`, {})).status).to.equal(422)
    expect((await sam.api('post', `${at}/cancellations`, { reason: 'Ill.' })).status).to.equal(201)
    expect((await sam.api('post', `${at}/cancellations`, { reason: 'Ill.' })).status).to.equal(409)
  })

  const wrong: readonly (readonly [object, string])[] = [
    [{ time: '2pm' }, 'time'],
    [{ time: '14:10' }, 'time'],
    [{ startsOn: '2015-02-30' }, 'startsOn'],
    [{ startsOn: '2015-03-01' }, 'startsOn'],
    [{ mode: 'hologram' }, 'mode'],
    [{ capacity: '0' }, 'capacity'],
    [{ minutes: '-5' }, 'minutes'],
    [{ weeks: '99' }, 'weeks'],
  ]
  for (const [change, field] of wrong)
    it(`show the form again for ${JSON.stringify(change)}`, async () => {
      const answer = await sam.submit(paths.offerSlots, { ...offer, ...change })

      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain(`href="#field-${field}"`)
    })

  it('page through a center’s times, each once', async () => {
    await sam.submit(paths.offerSlots, { ...offer, startsOn: '2015-04-01', weeks: '5' })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const path = withQuery('/centers/north/slots', { limit: '2', cursor, from: '2015-04-01' })
      const { items, next } = (await anybody.api('get', path)).body as {
        items: SlotBody[]
        next?: string
      }
      seen.push(...items.map(({ id }) => id))
      cursor = next
    } while (cursor !== undefined)

    expect(seen).to.have.length(5)
    expect(new Set(seen).size).to.equal(5)
  })

  it('are for learners and staff, each in their place', async () => {
    expect((await anybody.get(to(paths.centerSlots, { id: 'north' }))).status).to.equal(200)
    expect((await anybody.get(to(paths.centerSlots, { id: 'nowhere' }))).status).to.equal(404)
    expect((await sam.get(paths.appointments)).status).to.equal(403)
    expect((await ada.get(paths.calendar)).status).to.equal(403)
    expect((await sam.get(withQuery(paths.calendar, { center: 'south' }))).status).to.equal(403)
    expect((await sam.get(withQuery(paths.calendar, { on: '2015-02-30' }))).status).to.equal(422)
  })

  it('stand on Today for who offered them, with today and tomorrow and no other day', async () => {
    const offered = async (startsOn: string) => {
      await sam.submit(paths.offerSlots, { ...offer, startsOn, time: '15:00', weeks: '1' })
      const [slot] = await slots(`?from=${startsOn}`)
      const booked = await ada.submit(to(paths.bookSlot, { id: slot?.id ?? '' }), {})
      expect(booked.status).to.equal(303)
    }
    for (const day of ['2015-04-06', '2015-04-07', '2015-04-08']) await offered(day)
    it_.clock.at = new Date('2015-04-06T15:00:00Z')
    const rows = async (person: Person) =>
      (await person.read(paths.staff))('#appointments tbody tr').length

    const today = (await sam.read(paths.staff))('#appointments tbody').text()
    expect(today)
      .to.contain('Today, 15:00–15:30')
      .and.to.contain('Tomorrow, 15:00')
      .and.contain('Ada')
    expect(await rows(sam)).to.equal(2)
    expect(await rows(await signIn(it_.app, credentials(sue)))).to.equal(0)
    it_.clock.at = new Date('2015-03-09T19:00:00Z')
  })

  it('are waited for in line by page and API, and taken when a place is offered', async () => {
    await keepConsent('learner-ben', 'north')
    await sam.submit(paths.offerSlots, {
      ...offer,
      startsOn: '2015-04-13',
      capacity: '1',
      weeks: '1',
      priority: 'adult',
    })
    const [slot] = await slots('?from=2015-04-13')
    const id = slot?.id ?? ''
    const booked = (await ada.api('post', '/appointments', { slot: id })).body as AppointmentBody
    const times = await ben.read(`${to(paths.centerSlots, { id: 'north' })}?from=2015-04-13`)
    expect(times('#slots a[href$="/wait"]').text()).to.equal('Wait for a place')
    expect((await ben.read(to(paths.waitForSlot, { id })))('main form').text()).to.contain(
      'veteran',
    )

    const joined = await ben.submit(to(paths.waitForSlot, { id }), { covered: 'yes' })
    const own = /\/appointments\/[\w-]+/.exec(joined.headers['location'] ?? '')?.[0] ?? ''
    const again = await ben.api('post', `/slots/${id}/waiting`, {})
    expect(again.status).to.equal(201)
    expect(again.body).to.include({ state: 'waiting', placeInLine: 1, answerBy: null })
    expect((await ben.api('post', `/slots/${id}/waiting`, { covered: 'perhaps' })).status).to.equal(
      422,
    )
    expect((await ben.read(own))('main').text())
      .to.contain('You are number 1 in line')
      .and.contain('funds that serve some people first')
    expect((await sam.api('put', `/slots/${id}/line`, { priority: 'other' })).body).to.include({
      priority: 'other',
      waiting: 1,
    })
    expect((await sam.api('put', `/slots/${id}/line`, { priority: 'race' })).status).to.equal(422)
    const ordered = await sam.submit(to(paths.orderSlot, { id }), { priority: 'adult' })
    expect(ordered.status, ordered.text).to.equal(303)
    expect((await sam.read(to(paths.orderSlot, { id })))('main').text()).to.contain(
      '1 person waits',
    )
    expect((await sam.read(to(paths.slot, { id })))('main').text()).to.contain('WIOA Adult funds')
    expect((await ben.get(`${own}/calendar.ics`)).status).to.equal(404)
    expect((await ben.submit(own, {}, `${own}/take`)).status).to.equal(409)
    const sheet = await sam.read(to(paths.slot, { id }))
    expect(sheet('#site-nav [aria-current]').text()).to.equal('Appointments')
    const staff = sheet('#bookings').text()
    expect(staff).to.contain('In line').and.contain('Priority 3, by their own word')

    await ada.api('post', `/appointments/${booked.id}/changes`, { change: 'cancel' })
    const offered = (await ben.read(own))('main').text()
    expect(offered).to.contain('A place is held for you until').and.contain('Take the place')
    expect((await ben.submit(`${own}/take`, {})).status).to.equal(303)
    expect((await ben.read(own))('main').text()).to.contain('Booked')
    expect((await ben.read(paths.appointments))('#appointments').text()).to.contain('Booked')
  })
})
