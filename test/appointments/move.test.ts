import { expect } from 'chai'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { Slots, rowOf } from '../../src/appointments/slot-row-store.js'
import { insertSlot } from '../../src/appointments/slot-store.js'
import { paths, to } from '../../src/http/paths.js'
import { testApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { actorOf, aSlot, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const hour = 3_600_000
const first = Date.parse('2015-03-10T17:00:00Z')

describe('moving an appointment at a busy center', () => {
  let ada: Person
  let path: string

  before(async () => {
    await emptyDatabase()
    const world = testApp()
    const people = await keepPeople()
    await keepConsent(people.ada.learnerId ?? '', 'north')
    await insertSlot(aSlot({ centerId: 'north' }))
    const { booking } = await bookAppointment(await actorOf(people.ada), 'slot', world.ports)
    path = to(paths.moveAppointment, { id: booking.id })
    // A week of an hour each is full, then six weeks with every tenth free.
    await Slots.insertMany(
      Array.from({ length: 1200 }, (_, at) => {
        const startsAt = new Date(first + (at + 2) * hour)
        const isFree = at >= 160 && at % 10 === 0
        return rowOf(
          aSlot({
            id: `t${String(at)}`,
            centerId: 'north',
            hostId: `host-${String(at)}`,
            startsAt,
            endsAt: new Date(startsAt.getTime() + hour),
            free: isFree ? 2 : 0,
          }),
        )
      }),
    )
    ada = await signIn(world.app, credentials(people.ada))
  })

  const shown = async (at: string) => {
    const $ = await ada.read(at)
    return {
      ids: $('input[name=slot]')
        .toArray()
        .map((one) => $(one).attr('value')),
      next: $('a[rel=next]').attr('href'),
      text: $('main').text(),
    }
  }

  it('passes over what is full, and goes on page by page to the last free time', async () => {
    const seen: (string | undefined)[] = []
    let next: string | undefined = path
    for (let page = 0; next !== undefined && page < 20; page += 1) {
      const found = await shown(next)
      seen.push(...found.ids)
      next = found.next
    }
    const free = Array.from({ length: 104 }, (_, at) => `t${String(160 + at * 10)}`)
    expect(seen).to.deep.equal(free)
  })

  it('begins on the day one asks for, in either language', async () => {
    const { ids } = await shown(`/es${path}?from=2015-04-20`)
    expect(ids[0]).to.equal('t980')
    const late = await shown(`${path}?from=2015-12-01`)
    expect(late.ids).to.deep.equal([])
    expect(late.text).to.contain('Choose an earlier day')
    expect((await ada.get(`${path}?from=soon`)).status).to.equal(422)
  })

  it('moves to a time of a later page', async () => {
    const answer = await ada.submit(`${path}?from=2015-04-20`, { slot: 't1000' })
    expect(answer.status).to.equal(303)
    expect((await ada.read(answer.headers['location'] ?? ''))('main').text()).to.contain('April')
  })
})

describe('the calendar of a busy center', () => {
  it('shows every time of a week, page by page', async () => {
    await emptyDatabase()
    const { app } = testApp()
    const people = await keepPeople()
    const monday = Date.parse('2015-03-16T15:00:00Z')
    await Slots.insertMany(
      Array.from({ length: 620 }, (_, at) => {
        const startsAt = new Date(monday + Math.floor(at / 6) * 15 * 60_000)
        return rowOf(
          aSlot({
            id: `s${String(at)}`,
            centerId: 'north',
            hostId: `host-${String(at)}`,
            startsAt,
            endsAt: new Date(startsAt.getTime() + 15 * 60_000),
          }),
        )
      }),
    )
    const sam = await signIn(app, credentials(people.sam))
    const seen: (string | undefined)[] = []
    let next: string | undefined = `${paths.calendar}?on=2015-03-18&view=week`
    for (let page = 0; next !== undefined && page < 5; page += 1) {
      const $ = await sam.read(next)
      seen.push(
        ...$('#calendar tbody a')
          .toArray()
          .map((one) => $(one).attr('href')),
      )
      next = $('a[rel=next]').attr('href')
    }

    expect(seen).to.have.length(620)
    expect(new Set(seen).size).to.equal(620)
  })
})
