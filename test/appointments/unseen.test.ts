import { expect } from 'chai'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { cancelAppointment } from '../../src/appointments/change-appointment.js'
import { cancelSlot, changeSlot, type SlotChange } from '../../src/appointments/change-slot.js'
import { joinLine } from '../../src/appointments/join-line.js'
import { readAppointment, seeAppointment } from '../../src/appointments/read-appointment.js'
import { pressingRead } from '../../src/appointments/line-store.js'
import { markSeen } from '../../src/appointments/place-store.js'
import { findSlot, insertSlot } from '../../src/appointments/slot-store.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { findLearnerWith } from '../../src/learners/joint-store.js'
import { Learners } from '../../src/learners/learner-row-store.js'
import { saveProfile } from '../../src/learners/learner-store.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { paths, to } from '../../src/http/paths.js'
import type { Actor } from '../../src/access/actor.js'
import { testApp, type TestApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { actorOf, aSlot, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

describe('what a center did to an appointment', () => {
  let world: TestApp
  let ada: Actor
  let ben: Actor
  let sam: Actor
  let browser: { ada: Person; sam: Person }
  let own: string

  beforeEach(async () => {
    await emptyDatabase()
    world = testApp()
    const people = await keepPeople()
    ;[ada, ben, sam] = (await Promise.all(
      [people.ada, people.ben, people.sam].map((one) => actorOf(one)),
    )) as [Actor, Actor, Actor]
    await Learners.updateOne({ _id: ada.learnerId ?? '' }, { $unset: { email: 1 } })
    await saveProfile(ada.learnerId ?? '', { phone: '503-555-0111', place: { city: 'Portland' } })
    await keepConsent(ada.learnerId ?? '', 'north')
    await keepConsent(ben.learnerId ?? '', 'north')
    await insertSlot(aSlot({ centerId: 'north', hostId: sam.accountId }))
    own = (await bookAppointment(ada, 'slot', world.ports)).booking.id
    await bookAppointment(ben, 'slot', world.ports)
    browser = {
      ada: await signIn(world.app, credentials(people.ada)),
      sam: await signIn(world.app, credentials(people.sam)),
    }
  })

  const notes = async (path: string) => {
    const $ = await browser.ada.read(path)
    return $('.note--warning')
      .map((_, note) => $(note).text().replace(/\s+/g, ' ').trim())
      .get()
  }
  const elsewhere = async (change: Partial<SlotChange> = {}) => {
    const version = (await findSlot('slot'))?.version ?? 0
    const facts = { startsOn: '2015-03-10', time: '10:00', minutes: 60, capacity: 2, version }
    await changeSlot(sam, 'slot', { ...facts, mode: 'phone', ...change }, world.ports)
  }

  it('is told to the learner at home and in their list until they open it', async () => {
    expect(await notes('/home')).to.deep.equal([])
    await cancelAppointment(sam, own, 'The office is closed.', world.ports)

    const [note, ...more] = await notes('/home')
    expect(more).to.deep.equal([])
    expect(note)
      .to.contain('Center north cancelled your appointment')
      .and.contain('Tuesday, March 10, 2015 at 10:00')
      .and.contain('Choose another time.')
      .and.contain('The office is closed.')
    expect((await notes('/es/home'))[0]).to.contain('canceló su cita')
    expect(await notes(paths.appointments)).to.have.length(1)

    const page = await browser.ada.read(to(paths.appointment, { id: own }))
    expect(page('main').text()).to.contain('Book another time')
    expect(await notes('/home')).to.deep.equal([])
    expect(await notes(paths.appointments)).to.deep.equal([])
  })

  it('is told to each who was booked or in line when the whole time is cancelled', async () => {
    await insertSlot(
      aSlot({
        id: 'full',
        centerId: 'north',
        hostId: 'sue',
        capacity: 1,
        free: 1,
        startsAt: new Date('2015-03-11T17:00:00Z'),
        endsAt: new Date('2015-03-11T18:00:00Z'),
      }),
    )
    await bookAppointment(ben, 'full', world.ports)
    await joinLine(ada, 'full', { covered: false, priorityGroup: false }, world.ports)
    await cancelSlot(sam, 'full', 'Nobody can be there.', world.ports)
    await cancelSlot(sam, 'slot', 'The office is closed.', world.ports)

    const told = await notes('/home')
    expect(told).to.have.length(2)
    expect(told[0]).to.contain('cancelled your appointment')
    expect(told[1]).to.contain('cancelled a time you were in line for')
  })

  it('is told when it takes place elsewhere, and again when that changes once more', async () => {
    await elsewhere({ where: 'Room 4', mode: 'in-person' })
    expect((await notes('/home'))[0])
      .to.contain('changed your appointment')
      .and.contain('It stays on Tuesday')
      .and.contain('Room 4')
    const page = await notes(to(paths.appointment, { id: own }))
    expect(page[0]).to.contain('changed how or where')
    expect(await notes('/home')).to.deep.equal([])

    await elsewhere({ capacity: 3, where: 'Room 4', mode: 'in-person' })
    expect(await notes('/home'), 'more places are no news').to.deep.equal([])
    await elsewhere({ capacity: 3 })
    expect(await notes('/home')).to.have.length(1)
  })

  it('stays to be seen when it changes while the learner reads', async () => {
    await elsewhere()
    const read = await readAppointment(ada, own)
    await elsewhere({ mode: 'video' })
    await seeAppointment(sam, own)
    await markSeen(read.slot, read.booking)
    expect(await notes('/home')).to.have.length(1)
  })

  it('is no news where the learner gave it back', async () => {
    await elsewhere()
    await cancelAppointment(ada, own, undefined, world.ports)
    expect(await notes('/home')).to.deep.equal([])
  })

  it('is told at home for 30 days after the time, and in the list for good', async () => {
    await cancelSlot(sam, 'slot', 'Closed.', world.ports)
    const told = async (iso: string) => {
      const id = ada.learnerId ?? ''
      const read = await findLearnerWith(id, { pressing: pressingRead(id, new Date(iso)) })
      return read?.pressing.unseen.length
    }
    expect(await told('2015-04-09T16:59:00Z')).to.equal(1)
    expect(await told('2015-04-09T17:00:00Z')).to.equal(0)
    expect(await notes(paths.appointments)).to.have.length(1)
  })

  const calls = async (path: string) => {
    const $ = await browser.sam.read(path)
    return $('[aria-labelledby=call-heading]').text().replace(/\s+/g, ' ')
  }

  it('has staff call who has no e-mail, before and after', async () => {
    for (const path of [
      to(paths.cancelAppointment, { id: own }),
      to(paths.cancelSlot, { id: 'slot' }),
      to(paths.changeSlot, { id: 'slot' }),
    ]) {
      expect(await calls(path), path)
        .to.contain('No e-mail address: call them')
        .and.contain('Ada: 503-555-0111')
        .and.not.contain('Ben')
    }
    const [read] = await disclosuresOf(ada.learnerId ?? '', 1)
    expect(read).to.deep.include({ records: ['contact'], basis: 'consent' })

    expect(await calls(to(paths.slot, { id: 'slot' }))).to.equal('')
    await cancelSlot(sam, 'slot', 'Closed.', world.ports)
    for (const path of [to(paths.slot, { id: 'slot' }), to(paths.appointment, { id: own })])
      expect(await calls(path))
        .to.contain('not seen yet')
        .and.contain('Ada: 503-555-0111')
    await seeAppointment(ada, own)
    expect(await calls(to(paths.slot, { id: 'slot' }))).to.equal('')
  })

  it('tells staff nothing of who lets them see no contact', async () => {
    await withdrawConsent(`consent-${ada.learnerId ?? ''}-north`, ada, world.ports)
    expect(await calls(to(paths.cancelSlot, { id: 'slot' }))).to.equal('')
  })
})
