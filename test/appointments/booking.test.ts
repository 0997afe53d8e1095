import { expect } from 'chai'
import mongoose from 'mongoose'
import type { Actor } from '../../src/access/actor.js'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import {
  cancelAppointment,
  markAppointment,
  moveAppointment,
} from '../../src/appointments/change-appointment.js'
import { cancelSlot, changeSlot } from '../../src/appointments/change-slot.js'
import { joinLine } from '../../src/appointments/join-line.js'
import { openCalendar } from '../../src/appointments/list-slots.js'
import { offerSlots, type Offer } from '../../src/appointments/offer-slots.js'
import { takePlace } from '../../src/appointments/place-store.js'
import { remindAppointments } from '../../src/appointments/remind-appointments.js'
import { slotOutbox } from '../../src/appointments/slot-row-store.js'
import { findSlot, insertSlot } from '../../src/appointments/slot-store.js'
import { liveBookings, type Slot } from '../../src/appointments/slot.js'
import { translator } from '../../src/http/language.js'
import { newId } from '../../src/ids.js'
import { disclosuresOf } from '../../src/learners/disclosure-store.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { Problem } from '../../src/problems.js'
import type { Substate } from '../../src/referrals/referral.js'
import { findReferral } from '../../src/referrals/referral-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import {
  actorOf,
  aReferral,
  keepConsent,
  keepPeople,
  keepReferrals,
} from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const hour = 3_600_000
const emptyReferrals = () => mongoose.connection.collection('referrals').deleteMany({})
const nothing = { covered: false, priorityGroup: false }

describe('appointments', () => {
  let it_: TestApp
  let ada: Actor
  let ben: Actor
  let sam: Actor
  let sue: Actor
  let tom: Actor
  const noon = new Date('2015-03-09T19:00:00Z')

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    const people = await keepPeople()
    ;[ada, ben, sam, sue, tom] = (await Promise.all(
      [people.ada, people.ben, people.sam, people.sue, people.tom].map((one) => actorOf(one)),
    )) as [Actor, Actor, Actor, Actor, Actor]
    for (const { learnerId } of [ada, ben])
      for (const center of ['north', 'south']) await keepConsent(learnerId ?? '', center)
  })

  const offer = (change: Partial<Offer> = {}): Offer => ({
    startsOn: '2015-03-16',
    time: '10:00',
    minutes: 60,
    mode: 'in-person',
    capacity: 1,
    weeks: 1,
    ...change,
  })
  const one = async (change: Partial<Offer> = {}, host = sam): Promise<Slot> => {
    const { slots } = await offerSlots(host, offer(change), it_.ports)
    const [slot] = slots
    if (!slot) throw new Error('nothing was offered')
    return slot
  }
  const told = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work
      return 'done'
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      return `${thrown.kind} ${thrown.errors[0]?.field ?? ''} ${(thrown.errors[0]?.message ?? thrown.message).split('.').at(-1) ?? ''}`.replace(
        /\s+/g,
        ' ',
      )
    }
  }
  const mails = async () =>
    (await slotOutbox.waiting(100)).flatMap(({ entries }) =>
      entries.map(({ template, to }) => `${template} ${to.email}`),
    )
  const many = (count: number): Actor[] =>
    Array.from({ length: count }, (_, at) => ({ ...ada, accountId: `l${at}`, learnerId: `l${at}` }))

  it('are never more than the places, whoever asks at once: 200 for 5 places are 5', async function () {
    this.timeout(60_000)
    const slot = await one({ capacity: 5 })
    const people = many(200)
    for (const { learnerId } of people) await keepConsent(learnerId ?? '', 'north')

    const answers = await Promise.all(
      people.map((person) => told(bookAppointment(person, slot.id, it_.ports))),
    )

    expect(answers.filter((answer) => answer === 'done')).to.have.length(5)
    expect(new Set(answers.filter((answer) => answer !== 'done'))).to.deep.equal(
      new Set(['refused full']),
    )
    const kept = await findSlot(slot.id)
    expect(kept?.free).to.equal(0)
    expect(new Set(kept?.bookings.map(({ learnerId }) => learnerId)).size).to.equal(5)
  })

  it('of one learner never overlap, also when all are asked for at once', async () => {
    const hosts = Array.from({ length: 12 }, (_, at) => ({ ...sam, accountId: `host-${at}` }))
    const slots = await Promise.all(
      hosts.map((host, at) => one({ time: at % 2 ? '10:30' : '10:00', capacity: 3 }, host)),
    )

    const answers = await Promise.all(
      slots.map(({ id }) => told(bookAppointment(ada, id, it_.ports))),
    )

    expect(answers.filter((answer) => answer === 'done')).to.have.length(1)
    expect(new Set(answers)).to.deep.equal(new Set(['done', 'refused overlap']))
    const after = await one({ time: '11:30' })
    expect(await told(bookAppointment(ada, after.id, it_.ports))).to.equal('done')
    expect(await told(bookAppointment(ben, slots[0]?.id ?? '', it_.ports))).to.equal('done')
  })

  it('are booked once by a learner who clicks ten times', async () => {
    const { id } = await one({ capacity: 20 })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => told(bookAppointment(ada, id, it_.ports))),
    )

    expect(answers.filter((answer) => answer === 'done')).to.have.length(1)
    expect((await findSlot(id))?.free).to.equal(19)
  })

  describe('that cannot be had', () => {
    it('are refused by name', async () => {
      const full = await one()
      await bookAppointment(ben, full.id, it_.ports)
      const cancelled = await one({ time: '13:00' })
      await cancelSlot(sam, cancelled.id, 'The room is flooded.', it_.ports)
      const past = await one({ startsOn: '2015-03-10' })
      it_.clock.at = past.startsAt

      expect(await told(bookAppointment(ada, full.id, it_.ports))).to.equal('refused full')
      expect(await told(bookAppointment(ben, full.id, it_.ports))).to.equal('refused yours')
      expect(await told(bookAppointment(ada, cancelled.id, it_.ports))).to.equal(
        'refused slotCancelled',
      )
      expect(await told(bookAppointment(ada, past.id, it_.ports))).to.equal('refused past')
      expect(await told(bookAppointment(ada, newId(), it_.ports))).to.equal('not-found unknownSlot')
      expect(await told(bookAppointment(sam, full.id, it_.ports))).to.equal(
        'not-allowed learnersOnly',
      )
    })

    it('need a live consent to that center', async () => {
      const slot = await one()
      await withdrawConsent(`consent-${ada.learnerId ?? ''}-north`, ada, it_.ports)

      expect(await told(bookAppointment(ada, slot.id, it_.ports))).to.equal(
        'not-allowed consentNeeded',
      )
    })

    it('are given back by one learner only so often, and stay free for the others', async () => {
      const slot = await one({ capacity: 2 })
      const again = () => told(bookAppointment(ada, slot.id, it_.ports))
      for (let time = 0; time < 5; time += 1) {
        const at = await bookAppointment(ada, slot.id, it_.ports)
        await cancelAppointment(ada, at.booking.id, undefined, it_.ports)
      }
      expect(await again()).to.equal('refused often')
      expect(await told(joinLine(ada, slot.id, nothing, it_.ports))).to.equal('refused often')
      const other = await one({ time: '13:00' })
      const { booking } = await bookAppointment(ada, other.id, it_.ports)
      expect(await told(moveAppointment(ada, booking.id, slot.id, it_.ports))).to.equal(
        'refused often',
      )
      expect(await told(bookAppointment(ben, slot.id, it_.ports))).to.equal('done')
    })

    it('count what a learner leaves in line, and never what the center took from them', async () => {
      const slot = await one()
      await bookAppointment(ben, slot.id, it_.ports)
      for (let time = 0; time < 5; time += 1) {
        const { booking } = await joinLine(ada, slot.id, nothing, it_.ports)
        await cancelAppointment(ada, booking.id, undefined, it_.ports)
      }
      expect(await told(joinLine(ada, slot.id, nothing, it_.ports))).to.equal('refused often')

      const taken = await one({ time: '13:00' })
      for (let time = 0; time < 6; time += 1) {
        const { booking } = await bookAppointment(ada, taken.id, it_.ports)
        await cancelAppointment(sam, booking.id, 'Closed.', it_.ports)
      }
      expect(await told(bookAppointment(ada, taken.id, it_.ports))).to.equal('done')
    })

    it('are decided by the write, whatever was read before', async () => {
      const slot = await one({ capacity: 2 })
      const { booking } = await bookAppointment(ada, slot.id, it_.ports)
      await cancelAppointment(ada, booking.id, undefined, it_.ports)

      const late = { ...booking, id: newId() }
      expect(await takePlace(slot, late, [], 'ada')).to.equal(undefined)
      const now = await findSlot(slot.id)
      expect(now && (await takePlace(now, late, [], 'ada'))).to.have.property('free', 1)
    })

    it('are at most five to come for one learner', async () => {
      const { slots } = await offerSlots(sam, offer({ weeks: 6, capacity: 2 }), it_.ports)
      for (const { id } of slots.slice(0, 5)) await bookAppointment(ada, id, it_.ports)
      const sixth = slots[5]?.id ?? ''

      expect(await told(bookAppointment(ada, sixth, it_.ports))).to.equal('refused tooMany')
      const first = (await findSlot(slots[0]?.id ?? ''))?.bookings[0]?.id ?? ''
      expect(await told(moveAppointment(ada, first, sixth, it_.ports))).to.equal('done')
    })
  })

  describe('offered', () => {
    it('weekly keep their hour when the clocks change', async () => {
      const { slots } = await offerSlots(
        sam,
        offer({ startsOn: '2015-10-26', weeks: 2 }),
        it_.ports,
      )

      expect(slots.map(({ startsAt }) => startsAt.toISOString())).to.deep.equal([
        '2015-10-26T17:00:00.000Z',
        '2015-11-02T18:00:00.000Z',
      ])
    })

    it('at a time that does not exist are refused, in a series that day alone', async () => {
      // The clocks go forward on 13 March 2016, a Sunday.
      const night = offer({ startsOn: '2016-03-06', time: '02:30', weeks: 1 })
      it_.clock.at = new Date('2016-03-01T19:00:00Z')

      expect(await told(offerSlots(sam, { ...night, startsOn: '2016-03-13' }, it_.ports))).to.equal(
        'invalid time gap',
      )
      const { slots, refused } = await offerSlots(sam, { ...night, weeks: 3 }, it_.ports)
      expect(slots).to.have.length(2)
      expect(refused.map(({ on, field }) => [on, field])).to.deep.equal([['2016-03-13', 'time']])
    })

    const wrong: readonly (readonly [Partial<Offer>, string])[] = [
      [{ startsOn: '2015-03-08' }, 'invalid startsOn past'],
      [{ startsOn: '2015-03-09', time: '11:45' }, 'invalid startsOn past'],
      [{ startsOn: '2017-03-09' }, 'invalid startsOn tooFar'],
      [{ time: '10:05' }, 'invalid time quarter'],
      [{ minutes: 50 }, 'invalid minutes minutes'],
      [{ capacity: 0 }, 'invalid capacity capacity'],
      [{ center: 'south' }, 'not-allowed notYourCenter'],
    ]
    for (const [change, answer] of wrong)
      it(`with ${JSON.stringify(change)} are ${answer}`, async () => {
        expect(await told(offerSlots(sam, offer(change), it_.ports))).to.equal(answer)
      })

    it('by one person never overlap, also at once; by two people they may', async () => {
      const answers = await Promise.all(
        ['10:00', '10:15', '10:45', '10:00'].map((time) =>
          told(offerSlots(sam, offer({ time }), it_.ports)),
        ),
      )

      expect(answers.filter((answer) => answer === 'done')).to.have.length(1)
      expect(new Set(answers)).to.deep.equal(new Set(['done', 'refused hostTaken']))
      expect(await told(offerSlots(sam, offer({ time: '12:00' }), it_.ports))).to.equal('done')
      expect(await told(offerSlots(sue, offer(), it_.ports))).to.equal('done')
    })
  })

  describe('changed', () => {
    const as = (slot: Slot, change: object = {}) => ({
      startsOn: '2015-03-16',
      time: '10:00',
      minutes: 60,
      mode: slot.mode,
      capacity: slot.capacity,
      version: slot.version,
      ...change,
    })

    it('by two staff at once are changed by one; the other is told', async () => {
      const slot = await one({ capacity: 2 })
      const answers = await Promise.all([
        told(changeSlot(sam, slot.id, as(slot, { capacity: 3 }), it_.ports)),
        told(changeSlot(sue, slot.id, as(slot, { capacity: 4 }), it_.ports)),
      ])

      expect(answers.sort()).to.deep.equal(['done', 'refused quicker'])
      expect((await findSlot(slot.id))?.version).to.equal(2)
    })

    it('keep their time and their places for whoever booked', async () => {
      const slot = await one({ capacity: 2 })
      await bookAppointment(ada, slot.id, it_.ports)
      await bookAppointment(ben, slot.id, it_.ports)

      expect(await told(changeSlot(sam, slot.id, as(slot, { time: '11:00' }), it_.ports))).to.equal(
        'refused someBooked',
      )
      expect(await told(changeSlot(sam, slot.id, as(slot, { capacity: 1 }), it_.ports))).to.equal(
        'invalid capacity taken',
      )
      const elsewhere = as(slot, { capacity: 4, where: 'Room 9' })
      expect(await told(changeSlot(sam, slot.id, elsewhere, it_.ports))).to.equal('done')
      expect(await findSlot(slot.id)).to.include({ free: 2, capacity: 4, where: 'Room 9' })
      expect(
        (await mails()).filter((mail) => mail.startsWith('appointmentChanged')),
      ).to.have.length(2)
    })

    it('while learners book keep count of every place', async () => {
      const slot = await one({ capacity: 30 })
      const people = many(20)
      for (const { learnerId } of people) await keepConsent(learnerId ?? '', 'north')
      const answers = await Promise.all([
        ...people.map((person) => told(bookAppointment(person, slot.id, it_.ports))),
        told(changeSlot(sam, slot.id, as(slot, { capacity: 40 }), it_.ports)),
      ])
      const kept = await findSlot(slot.id)
      const booked = answers.slice(0, 20).filter((answer) => answer === 'done').length

      expect(liveBookings(kept as Slot)).to.have.length(booked)
      expect(kept?.free).to.equal((kept?.capacity ?? 0) - booked)
    })

    it('are moved to the end when that broke off in between, and by two clicks at once', async () => {
      const [old, next] = [await one(), await one({ time: '14:00' })]
      const { booking } = await bookAppointment(ada, old.id, it_.ports)
      // What a process leaves that dies between the two writes.
      const taken = await bookAppointment(ada, next.id, it_.ports, 1)

      const moved = await moveAppointment(ada, booking.id, next.id, it_.ports)

      expect(moved.booking.id).to.equal(taken.booking.id)
      expect((await findSlot(old.id))?.bookings).to.have.length(1)
      expect((await findSlot(old.id))?.bookings[0]).to.include({
        state: 'cancelled',
        movedTo: taken.booking.id,
      })

      const back = () => told(moveAppointment(ada, taken.booking.id, old.id, it_.ports))
      expect(await Promise.all([back(), back(), back()])).to.include('done')
      expect(liveBookings((await findSlot(old.id)) as Slot)).to.have.length(1)
      expect(liveBookings((await findSlot(next.id)) as Slot)).to.have.length(0)
    })

    it('move without ever losing the old place to a refusal', async () => {
      const old = await one()
      const full = await one({ time: '13:00' })
      const next = await one({ time: '14:00', capacity: 2 })
      await bookAppointment(ben, full.id, it_.ports)
      const { booking } = await bookAppointment(ada, old.id, it_.ports)

      expect(await told(moveAppointment(ada, booking.id, full.id, it_.ports))).to.equal(
        'refused full',
      )
      expect((await findSlot(old.id))?.free).to.equal(0)
      expect(await told(moveAppointment(ada, booking.id, old.id, it_.ports))).to.equal(
        'refused yours',
      )
      expect(await told(moveAppointment(ben, booking.id, next.id, it_.ports))).to.equal(
        'not-found unknown',
      )
      const moved = await moveAppointment(ada, booking.id, next.id, it_.ports)
      expect((await findSlot(old.id))?.free).to.equal(1)
      expect(moved.slot.id).to.equal(next.id)
      expect(await told(moveAppointment(ada, booking.id, next.id, it_.ports))).to.equal(
        'refused settled',
      )
    })

    it('free the place and the time when they are cancelled, once', async () => {
      const slot = await one()
      const { booking } = await bookAppointment(ada, slot.id, it_.ports)
      const answers = await Promise.all([
        told(cancelAppointment(ada, booking.id, undefined, it_.ports)),
        told(cancelAppointment(sam, booking.id, 'I am ill.', it_.ports)),
      ])

      expect(answers.sort()).to.deep.equal(['done', 'refused settled'])
      expect((await findSlot(slot.id))?.free).to.equal(1)
      expect(await told(bookAppointment(ada, slot.id, it_.ports))).to.equal('done')
      expect(await told(cancelAppointment(tom, booking.id, 'No.', it_.ports))).to.equal(
        'not-found unknown',
      )
    })

    it('go with a slot that is cancelled, and everyone is told why', async () => {
      const slot = await one({ capacity: 3 })
      await bookAppointment(ada, slot.id, it_.ports)
      await bookAppointment(ben, slot.id, it_.ports)
      await cancelSlot(sue, slot.id, 'The room is flooded.', it_.ports)
      const kept = await findSlot(slot.id)

      expect(kept?.bookings.map(({ state, reason }) => [state, reason])).to.deep.equal([
        ['cancelled', 'The room is flooded.'],
        ['cancelled', 'The room is flooded.'],
      ])
      expect(
        (await mails()).filter((mail) => mail.startsWith('appointmentCancelled')),
      ).to.have.length(2)
      expect(await told(cancelSlot(sam, slot.id, 'Again.', it_.ports))).to.equal(
        'refused slotCancelled',
      )
      expect(await told(offerSlots(sam, offer(), it_.ports))).to.equal('done')
      const other = await one({}, { ...sam, accountId: 'other' })
      expect(await told(bookAppointment(ada, other.id, it_.ports))).to.equal('done')
    })
  })

  describe('as the center sees them', () => {
    it('name those who consent, each disclosed, and hide the others', async () => {
      const slot = await one({ capacity: 2 })
      await bookAppointment(ada, slot.id, it_.ports)
      await bookAppointment(ben, slot.id, it_.ports)
      await withdrawConsent(`consent-${ben.learnerId ?? ''}-north`, ben, it_.ports)

      const { names } = await openCalendar(sam, { on: '2015-03-16', view: 'day' }, it_.ports)

      expect([...names.values()]).to.deep.equal([ada.name])
      const [seen] = await disclosuresOf(ada.learnerId ?? '', 10)
      expect(seen).to.include({ actorName: sam.name, organizationId: 'north', channel: 'list' })
      expect(seen?.records).to.deep.equal(['contact'])
      expect(await disclosuresOf(ben.learnerId ?? '', 10)).to.deep.equal([])
    })

    it('show on the referral when they are made and missed', async () => {
      await keepReferrals(aReferral('r', ada.learnerId ?? '', 'north', { state: 'accepted' }))
      const slot = await one()
      const { booking } = await bookAppointment(ada, slot.id, it_.ports)
      expect((await findReferral('r'))?.substate).to.equal('appointment_set')

      expect(await told(markAppointment(sam, booking.id, 'no_show', it_.ports))).to.equal(
        'refused notYet',
      )
      it_.clock.at = slot.startsAt
      expect(await told(markAppointment(ada, booking.id, 'attended', it_.ports))).to.equal(
        'not-allowed staffOnly',
      )
      const answers = await Promise.all([
        told(markAppointment(sam, booking.id, 'no_show', it_.ports)),
        told(markAppointment(sue, booking.id, 'no_show', it_.ports)),
      ])
      expect(answers.sort()).to.deep.equal(['done', 'refused settled'])
      const { substate, timeline } = (await findReferral('r')) ?? {}
      expect(substate).to.equal('no_show')
      expect(timeline?.map((event) => event.substate)).to.deep.equal([
        undefined,
        'appointment_set',
        'no_show',
      ])
      expect(await told(cancelAppointment(ada, booking.id, undefined, it_.ports))).to.equal(
        'refused settled',
      )
    })

    const stands = async () => {
      const { substate, timeline } = (await findReferral('r')) ?? {}
      return [substate, timeline?.at(-1)?.kind]
    }

    it('stop showing on the referral when the last one to come is off, by either side', async () => {
      await keepReferrals(aReferral('r', ada.learnerId ?? '', 'north', { state: 'accepted' }))
      const [first, second] = [await one(), await one({ time: '13:00' })]
      const book = async ({ id }: Slot) => (await bookAppointment(ada, id, it_.ports)).booking.id
      const [a, b] = [await book(first), await book(second)]
      await cancelAppointment(ada, a, undefined, it_.ports)
      expect(await stands()).to.deep.equal(['appointment_set', 'note'])
      await cancelAppointment(ada, b, undefined, it_.ports)
      expect(await stands()).to.deep.equal([undefined, 'appointment-off'])

      const moved = await book(first)
      await moveAppointment(ada, moved, second.id, it_.ports)
      expect(await stands()).to.deep.equal(['appointment_set', 'note'])
      await cancelSlot(sam, second.id, 'The room is flooded.', it_.ports)
      expect(await stands()).to.deep.equal([undefined, 'appointment-off'])
    })

    it('leave it at the step before, and one that has gone on where it is', async () => {
      const step = (substate: Substate) => ({
        id: `event-${substate}`,
        at: noon,
        side: 'center' as const,
        by: 'Sam',
        kind: 'note' as const,
        state: 'accepted' as const,
        substate,
      })
      const ways = [
        ['viewed', 'viewed'],
        ['contacted', 'contacted'],
        ['no_show', 'contacted'],
      ] as const
      for (const [before, after] of ways) {
        await emptyReferrals()
        const facts = { state: 'accepted', substate: before, timeline: [step(before)] } as const
        await keepReferrals(aReferral('r', ada.learnerId ?? '', 'north', facts))
        const slot = await one()
        const { booking } = await bookAppointment(ada, slot.id, it_.ports)
        await cancelSlot(sam, slot.id, 'Closed.', it_.ports)
        expect(await stands(), before).to.deep.equal([after, 'appointment-off'])
        expect(booking.state).to.equal('booked')
      }
      await emptyReferrals()
      const slot = await one({ time: '15:00' })
      const { booking } = await bookAppointment(ada, slot.id, it_.ports)
      const gone = { state: 'in-progress', substate: 'enrolled_WP' } as const
      await keepReferrals(aReferral('r', ada.learnerId ?? '', 'north', gone))
      await cancelAppointment(ada, booking.id, undefined, it_.ports)
      expect((await stands())[0]).to.equal('enrolled_WP')
    })

    it('are corrected by the center for seven days, and the referral says so', async () => {
      await keepReferrals(aReferral('r', ada.learnerId ?? '', 'north', { state: 'accepted' }))
      const slot = await one()
      const { booking } = await bookAppointment(ada, slot.id, it_.ports)
      const mark = (state: 'attended' | 'no_show', by = sam) =>
        told(markAppointment(by, booking.id, state, it_.ports))
      const correct = (state: 'attended' | 'no_show', by = sam) => {
        const was = state === 'attended' ? 'no_show' : 'attended'
        return told(markAppointment(by, booking.id, state, it_.ports, was))
      }
      it_.clock.at = slot.startsAt
      expect(await correct('no_show')).to.equal('refused settled')
      expect(await mark('no_show')).to.equal('done')
      expect(await mark('no_show')).to.equal('refused settled')
      expect(await mark('attended')).to.equal('refused settled')
      expect(await correct('attended', ada)).to.equal('not-allowed staffOnly')

      const both = await Promise.all([correct('attended'), correct('attended', sue)])
      expect(both.sort()).to.deep.equal(['done', 'refused settled'])
      expect(await stands()).to.deep.equal(['contacted', 'came-after-all'])
      expect((await findSlot(slot.id))?.bookings[0]?.state).to.equal('attended')
      expect(await correct('no_show')).to.equal('done')
      expect(await stands()).to.deep.equal(['no_show', 'missed-after-all'])

      it_.clock.at = new Date(slot.startsAt.getTime() + 7 * 24 * hour + 1)
      expect(await correct('attended')).to.equal('refused settled')
      expect(await stands()).to.deep.equal(['no_show', 'missed-after-all'])
    })

    it('leave a referral alone that is past appointments', async () => {
      await keepReferrals(
        aReferral('r', ada.learnerId ?? '', 'north', {
          state: 'in-progress',
          substate: 'enrolled_WP',
        }),
      )
      await bookAppointment(ada, (await one()).id, it_.ports)

      expect((await findReferral('r'))?.substate).to.equal('enrolled_WP')
    })
  })

  describe('are reminded of', () => {
    const remind = () =>
      remindAppointments({
        world: it_,
        signal: new AbortController().signal,
        touch: async () => undefined,
      })
    const reminders = async () =>
      (await mails()).filter((mail) => mail.startsWith('appointmentReminder'))

    it('once, a day before, by however many jobs', async () => {
      const slot = await one()
      await bookAppointment(ada, slot.id, it_.ports)
      expect(await remind()).to.equal(0)

      it_.clock.at = new Date(slot.startsAt.getTime() - 24 * hour)
      const counts = await Promise.all([remind(), remind(), remind()])

      expect(counts.reduce((a, b) => a + b, 0)).to.equal(1)
      expect(await remind()).to.equal(0)
      expect(await reminders()).to.deep.equal([`appointmentReminder ${ada.email}`])
    })

    it('with time and place alone', async () => {
      const slot = await one()
      await bookAppointment(ada, slot.id, it_.ports)
      it_.clock.at = new Date(slot.startsAt.getTime() - 24 * hour)
      await remind()

      const entries = (await slotOutbox.waiting(100)).flatMap((waiting) => waiting.entries)
      const sent = entries.find(({ template }) => template === 'appointmentReminder')
      expect(sent?.params).to.have.all.keys('path', 'center', 'mode', 'where', 'when')
    })

    it('by their day, never as tomorrow, however late the job or the mail comes', async () => {
      const slot = await one()
      await bookAppointment(ada, slot.id, it_.ports)
      it_.clock.at = new Date(slot.startsAt.getTime() - 2 * hour)
      expect(await remind()).to.equal(1)

      const entries = (await slotOutbox.waiting(100)).flatMap((waiting) => waiting.entries)
      const sent = entries.find(({ template }) => template === 'appointmentReminder')
      const subjects = (['en', 'es'] as const).map((language) =>
        sent ? translator(language)('mail:appointmentReminder.subject', sent.params) : '',
      )
      expect(subjects).to.deep.equal([
        'Reminder: Monday, March 16, 2015 at 10:00 AM PDT',
        'Recordatorio: Monday, March 16, 2015 at 10:00 AM PDT',
      ])
    })

    it('not when they were given back, are over, or were booked within the day', async () => {
      const [gone, over, late] = [
        await one(),
        await one({ time: '12:00' }),
        await one({ time: '14:00' }),
      ]
      const { booking } = await bookAppointment(ada, gone.id, it_.ports)
      await bookAppointment(ben, over.id, it_.ports)
      await cancelAppointment(ada, booking.id, undefined, it_.ports)
      it_.clock.at = new Date(late.startsAt.getTime() - 2 * hour)
      await bookAppointment(ada, late.id, it_.ports)
      it_.clock.at = new Date(over.startsAt.getTime() + 1)

      expect(await remind()).to.equal(0)
      expect(await reminders()).to.deep.equal([])
    })
  })

  it('are found by center and learner through an index among many', async () => {
    for (let at = 0; at < 30; at += 1)
      await insertSlot({
        ...(await one({ startsOn: '2015-04-01', weeks: 1 }, { ...sam, accountId: `many-${at}` })),
        id: newId(),
        hostId: `copy-${at}`,
        communityId: community,
      })
    const { slots } = await openCalendar(sam, { on: '2015-04-01', view: 'week' }, it_.ports)

    expect(slots).to.have.length(60)
    expect(noon < (slots[0]?.startsAt ?? noon)).to.equal(true)
  })
})
