import { expect } from 'chai'
import type { Actor } from '../../src/access/actor.js'
import { bookAppointment } from '../../src/appointments/book-appointment.js'
import { cancelAppointment } from '../../src/appointments/change-appointment.js'
import { cancelSlot, changeSlot } from '../../src/appointments/change-slot.js'
import { joinLine } from '../../src/appointments/join-line.js'
import { offerSlots, type Offer } from '../../src/appointments/offer-slots.js'
import { orderLine } from '../../src/appointments/order-line.js'
import { carriedPriority } from '../../src/reports/priority.js'
import { closeLine, saveOrder } from '../../src/appointments/line-store.js'
import { leavePlace } from '../../src/appointments/place-store.js'
import { settleLines } from '../../src/appointments/settle-line.js'
import { slotOutbox } from '../../src/appointments/slot-row-store.js'
import { cancelSlotAsRead, changeSlotFacts, findSlot } from '../../src/appointments/slot-store.js'
import { liveBookings, type BookingState, type Slot } from '../../src/appointments/slot.js'
import { takeOffer } from '../../src/appointments/take-offer.js'
import { lineOf } from '../../src/appointments/waiting.js'
import { withdrawConsent } from '../../src/learners/withdraw-consent.js'
import { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import { actorOf, keepConsent, keepPeople } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const noon = new Date('2015-03-09T19:00:00Z')
const hour = 3_600_000
const nothing = { covered: false, priorityGroup: false }

describe('waiting for a full slot', () => {
  let it_: TestApp
  let ada: Actor
  let ben: Actor
  let sam: Actor

  beforeEach(async () => {
    await emptyDatabase()
    it_ = testApp()
    const people = await keepPeople()
    ;[ada, ben, sam] = (await Promise.all(
      [people.ada, people.ben, people.sam].map((one) => actorOf(one)),
    )) as [Actor, Actor, Actor]
    for (const { learnerId } of [ada, ben]) await keepConsent(learnerId ?? '', 'north')
  })

  const at = (hours: number) => {
    it_.clock.at = new Date(noon.getTime() + hours * hour)
  }
  const offer = async (change: Partial<Offer>): Promise<readonly Slot[]> => {
    const { slots } = await offerSlots(
      sam,
      {
        startsOn: '2015-03-16',
        time: '10:00',
        minutes: 60,
        mode: 'in-person',
        capacity: 1,
        weeks: 1,
        ...change,
      },
      it_.ports,
    )
    return slots
  }
  const one = async (change: Partial<Offer> = {}): Promise<Slot> => {
    const [slot] = await offer(change)
    if (!slot) throw new Error('nothing was offered')
    return slot
  }
  const told = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work
      return 'done'
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      return `${thrown.kind} ${thrown.message.split('.').at(-1) ?? ''}`
    }
  }
  /** More learners, who have all consented. */
  const many = async (count: number): Promise<Actor[]> => {
    const all = Array.from({ length: count }, (_, nth) => ({
      ...ada,
      accountId: `l${String(nth)}`,
      learnerId: `l${String(nth)}`,
    }))
    for (const { learnerId } of all) await keepConsent(learnerId, 'north')
    return all
  }
  const book = (who: Actor, { id }: Slot) => bookAppointment(who, id, it_.ports)
  const join = (who: Actor, { id }: Slot, stated = nothing) => joinLine(who, id, stated, it_.ports)
  const settle = () =>
    settleLines({
      world: { ports: it_.ports },
      signal: new AbortController().signal,
      touch: async () => undefined,
    })
  const now = async ({ id }: Slot): Promise<Slot> => {
    const slot = await findSlot(id)
    if (!slot) throw new Error('gone')
    return slot
  }
  const ofState = async (slot: Slot, state: BookingState) =>
    (await now(slot)).bookings.filter((b) => b.state === state)
  const mails = async () =>
    (await slotOutbox.waiting(100))
      .flatMap(({ entries }) => entries.map(({ template, to }) => `${template} ${to.email}`))
      .filter((mail) => /place|wait|line/.test(mail))
  const whole = async (slot: Slot) => {
    const { capacity, free, bookings } = await now(slot)
    const held = bookings.filter(({ state }) => state === 'offered').length
    expect(free + held + liveBookings({ bookings }).length, 'every place is somewhere').to.equal(
      capacity,
    )
  }

  it('asks the first in line when a place comes free, by mail, and nobody else gets it', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    const [cleo, dan] = (await many(2)) as [Actor, Actor]
    const first = await join(ben, slot)
    await join(cleo, slot)

    await cancelAppointment(ada, booking.id, undefined, it_.ports)

    const [offered] = await ofState(slot, 'offered')
    expect(offered?.learnerId).to.equal(ben.learnerId)
    expect(offered?.answerBy).to.deep.equal(new Date(noon.getTime() + 24 * hour))
    expect(await mails()).to.deep.equal(['placeOffered ben@example.org'])
    expect(await told(book(dan, slot))).to.equal('refused full')
    expect(await told(book(ben, slot))).to.equal('refused inLine')

    const { booking: own } = await takeOffer(ben, first.booking.id, it_.ports)

    expect(own.state).to.equal('booked')
    expect(own).not.to.have.property('answerBy')
    expect(await told(takeOffer(ben, first.booking.id, it_.ports))).to.equal('refused settled')
    await whole(slot)
  })

  it('asks the next once the time to answer is over, once, by however many jobs', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    const first = await join(ben, slot)
    const [cleo] = (await many(1)) as [Actor]
    await join(cleo, slot)
    await cancelAppointment(ada, booking.id, undefined, it_.ports)

    at(23.9)
    await settle()
    expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal([ben.learnerId])
    at(24)
    expect(await told(takeOffer(ben, first.booking.id, it_.ports))).to.equal('refused tooLate')
    await Promise.all([settle(), settle(), settle()])

    expect((await ofState(slot, 'lapsed')).map((b) => b.learnerId)).to.deep.equal([ben.learnerId])
    expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal(['l0'])
    expect(await mails()).to.deep.equal([
      'placeOffered ben@example.org',
      'placeLapsed ben@example.org',
    ])
    expect(await told(join(ben, slot)), 'at the end of the line again').to.equal('done')
    await whole(slot)
  })

  it('never hands out a place twice, whoever gives back, books, joins and answers at once', async function () {
    this.timeout(60_000)
    const slot = await one({ capacity: 3 })
    const all = await many(20)
    const placed = []
    for (const who of all.slice(0, 3)) placed.push(await book(who, slot))
    for (const who of all.slice(3, 9)) {
      await join(who, slot)
      at(0.001 * (await now(slot)).bookings.length)
    }

    await Promise.all([
      ...placed.map(({ booking }, nth) =>
        cancelAppointment(all[nth] ?? ada, booking.id, undefined, it_.ports),
      ),
      ...all.slice(9, 14).map((who) => told(book(who, slot))),
      ...all.slice(14).map((who) => told(join(who, slot))),
      settle(),
      settle(),
    ])
    await settle()

    const asked = await ofState(slot, 'offered')
    expect(asked.map(({ learnerId }) => learnerId).sort()).to.deep.equal(['l3', 'l4', 'l5'])
    expect(await ofState(slot, 'booked')).to.deep.equal([])
    await whole(slot)

    const answers = await Promise.all(
      asked.flatMap(({ id, learnerId }) => {
        const who = all.find((own) => own.learnerId === learnerId) ?? ada
        const take = () => told(takeOffer(who, id, it_.ports))
        return [take(), take(), take(), told(cancelAppointment(who, id, undefined, it_.ports))]
      }),
    )
    await settle()
    expect(answers.filter((answer) => answer === 'done').length).to.be.within(3, 6)
    await whole(slot)
  })

  it('makes good by the job what a process left when it died after a place came free', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    await join(ben, slot)
    await leavePlace(await now(slot), booking, { by: 'learner', byId: 'ada', at: noon }, [])
    expect(await ofState(slot, 'offered')).to.have.length(0)
    expect(await told(book(sam, slot))).to.equal('not-allowed learnersOnly')

    await settle()

    expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal([ben.learnerId])
  })

  it('needs a live consent to join and, stopped in between, to take the place', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    const stranger = { ...ada, accountId: 'no', learnerId: 'no-consent' }
    expect(await told(join(stranger, slot))).to.equal('not-allowed consentNeeded')
    const first = await join(ben, slot)
    await cancelAppointment(ada, booking.id, undefined, it_.ports)

    await withdrawConsent(`consent-${ben.learnerId ?? ''}-north`, ben, it_.ports)

    expect(await told(takeOffer(ben, first.booking.id, it_.ports))).to.equal(
      'not-allowed consentNeeded',
    )
    await whole(slot)
  })

  it('serves by priority only where the slot says so; new facts move up and never down', async () => {
    const [plain, served] = [await one(), await one({ time: '14:00', priority: 'adult' })]
    const [cleo, dan] = (await many(2)) as [Actor, Actor]
    for (const slot of [plain, served]) await book(ada, slot)
    const veteran = { covered: true, priorityGroup: false }
    for (const slot of [plain, served]) {
      await join(ben, slot)
      await join(cleo, slot, veteran)
      await join(dan, slot, { covered: false, priorityGroup: true })
    }
    const order = async (slot: Slot) => lineOf(await now(slot)).map(({ learnerId }) => learnerId)

    expect((await now(plain)).bookings.every(({ priority }) => priority === undefined)).to.equal(
      true,
    )
    expect(await order(served)).to.deep.equal(['l1', 'l0', ben.learnerId])
    await join(cleo, served, { covered: true, priorityGroup: true })
    expect(await order(served)).to.deep.equal(['l0', 'l1', ben.learnerId])
    await join(cleo, served, nothing)
    expect(await order(served)).to.deep.equal(['l0', 'l1', ben.learnerId])
    expect((await now(served)).bookings).to.have.length(4)
  })

  it('is left without a trace on the places, and a no passes the place on', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    const first = await join(ben, slot)
    const [cleo] = (await many(1)) as [Actor]
    const second = await join(cleo, slot)
    expect(await told(cancelAppointment(sam, first.booking.id, 'No.', it_.ports))).to.equal(
      'not-allowed learnersOnly',
    )

    await cancelAppointment(cleo, second.booking.id, undefined, it_.ports)
    expect((await now(slot)).free).to.equal(0)
    await join(cleo, slot)
    await cancelAppointment(ada, booking.id, undefined, it_.ports)
    await cancelAppointment(ben, first.booking.id, undefined, it_.ports)

    expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal(['l0'])
    await whole(slot)
  })

  it('keeps a place taken while its time is changed or cancelled by what was read before', async () => {
    const slot = await one()
    await book(ada, slot)
    await join(ben, slot)
    const [mine] = (await now(slot)).bookings.filter(({ state }) => state === 'booked')
    await cancelAppointment(ada, mine?.id ?? '', undefined, it_.ports)
    const asRead = await now(slot)
    const [offer] = await ofState(slot, 'offered')
    await takeOffer(ben, offer?.id ?? '', it_.ports)

    const { startsAt, endsAt, mode, capacity } = asRead
    const facts = { startsAt, endsAt, mode, capacity: capacity + 1 }
    expect(
      await changeSlotFacts(asRead, facts, { outbox: [], isElsewhere: false }, it_.clock.at),
    ).to.equal(false)
    const why = { at: it_.clock.at, byId: 'sam', reason: 'The room is closed.' }
    expect(await cancelSlotAsRead(asRead, why, [])).to.equal(false)
    expect(await ofState(slot, 'booked')).to.have.length(1)
    expect(
      await changeSlotFacts(
        await now(slot),
        facts,
        { outbox: [], isElsewhere: false },
        it_.clock.at,
      ),
    ).to.equal(true)
  })

  it('is asked when the center adds places, told when it cancels, and closed when it begins soon', async () => {
    const slot = await one()
    await book(ada, slot)
    await join(ben, slot)
    const change = {
      startsOn: '2015-03-16',
      time: '10:00',
      minutes: 60,
      mode: 'in-person',
      version: 1,
    } as const
    await changeSlot(sam, slot.id, { ...change, capacity: 2 }, it_.ports)
    expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal([ben.learnerId])
    expect(
      await told(changeSlot(sam, slot.id, { ...change, capacity: 1, version: 2 }, it_.ports)),
      'a held place is a place',
    ).to.contain('invalid')

    await cancelSlot(sam, slot.id, 'The room is closed.', it_.ports)
    expect((await now(slot)).bookings.map(({ state }) => state)).to.deep.equal([
      'cancelled',
      'cancelled',
    ])
    expect(await mails()).to.include('waitEnded ben@example.org')

    const soon = await one({ time: '14:00' })
    const { booking } = await book(ada, soon)
    await join(ben, soon)
    it_.clock.at = new Date(soon.startsAt.getTime() - hour / 3)
    await settle()
    expect((await ofState(soon, 'lapsed')).map((b) => b.learnerId)).to.deep.equal([ben.learnerId])
    expect((await mails()).filter((mail) => mail.startsWith('lineClosed'))).to.deep.equal([
      'lineClosed ben@example.org',
    ])
    await cancelAppointment(ada, booking.id, undefined, it_.ports)
    expect(await told(book(ben, soon)), 'a free place is anybody’s by then').to.equal('done')
    await whole(soon)
  })

  describe('whose order is changed', () => {
    const veteran = { covered: true, priorityGroup: false }
    const order = ({ id }: Slot, priority: 'adult' | 'other' | undefined, series = false) =>
      orderLine(sam, id, { priority, series }, it_.ports)
    const line = async (slot: Slot) =>
      lineOf(await now(slot)).map(({ learnerId, priority }) => [learnerId, priority])
    const waiting = async () => {
      const slot = await one()
      await book(ada, slot)
      await join(ben, slot)
      at(1)
      return slot
    }

    it('puts who is covered before who waits already, who is told and may say so too', async () => {
      const slot = await waiting()
      await order(slot, 'adult')
      const [cleo] = (await many(1)) as [Actor]
      await join(cleo, slot, veteran)

      expect(await line(slot)).to.deep.equal([
        ['l0', 3],
        [ben.learnerId, undefined],
      ])
      expect(await mails()).to.deep.equal(['lineByPriority ben@example.org'])

      await join(ben, slot, { covered: true, priorityGroup: true })
      expect((await line(slot))[0]).to.deep.equal([ben.learnerId, 1])
    })

    it('keeps what is known of each when the funds change, and forgets it without them', async () => {
      const slot = await waiting()
      await order(slot, 'adult')
      const [cleo] = (await many(1)) as [Actor]
      await join(cleo, slot, veteran)
      await order(slot, 'other')
      expect(await line(slot)).to.deep.equal([
        ['l0', 1],
        [ben.learnerId, undefined],
      ])

      await order(slot, 'adult')
      expect((await line(slot))[0]).to.deep.equal(['l0', 3])

      await order(slot, undefined)
      expect(await line(slot)).to.deep.equal([
        [ben.learnerId, undefined],
        ['l0', undefined],
      ])
      expect((await now(slot)).priority).to.equal(undefined)
      expect((await mails()).at(-1)).to.equal('lineByTime ben@example.org')
    })

    it('takes no place from anybody, and tells nobody what is so already', async () => {
      const slot = await waiting()
      await cancelAppointment(ada, (await ofState(slot, 'booked'))[0]!.id, undefined, it_.ports)
      const [cleo] = (await many(1)) as [Actor]
      await join(cleo, slot)
      await order(slot, 'adult')
      await order(slot, 'adult')

      expect((await ofState(slot, 'offered')).map((b) => b.learnerId)).to.deep.equal([
        ben.learnerId,
      ])
      expect((await now(slot)).version).to.equal(2)
      expect(await mails()).to.deep.equal(['placeOffered ben@example.org'])
      await whole(slot)
    })

    it('goes on for the later times of a series, and for no other time', async () => {
      const series = await offer({ weeks: 3 })
      const other = await one({ time: '14:00' })
      expect(await order(series[1]!, 'adult', true)).to.equal(2)

      const set = await Promise.all(
        [...series, other].map(async (slot) => (await now(slot)).priority),
      )
      expect(set).to.deep.equal([undefined, 'adult', 'adult', undefined])
      expect(await order(series[0]!, 'other')).to.equal(1)
      expect((await now(series[1]!)).priority).to.equal('adult')
    })

    it('stays as it is once the time is over or cancelled, and for other centers', async () => {
      const slot = await waiting()
      const tom = await actorOf((await keepPeople()).tom)
      expect(
        await told(orderLine(tom, slot.id, { priority: 'adult', series: false }, it_.ports)),
      ).to.equal('not-found unknownSlot')
      it_.clock.at = new Date(slot.startsAt.getTime() + 1)
      expect(await told(order(slot, 'adult'))).to.equal('refused past')
    })

    it('loses nobody’s move up that comes in the same moment', async () => {
      const slot = await waiting()
      await order(slot, 'adult')
      const read = await now(slot)
      await join(ben, slot, veteran)
      const carried = (before: number) => carriedPriority(before, 'adult', 'other')
      expect(await saveOrder(read, 'other', carried, [])).to.equal(false)
      await order(slot, 'other')
      expect(await line(slot)).to.deep.equal([[ben.learnerId, 1]])
    })
  })

  describe('that closes while people wait', () => {
    const closing = async () => {
      const slot = await one()
      await book(ada, slot)
      const { booking } = await join(ben, slot)
      it_.clock.at = new Date(slot.startsAt.getTime() - hour / 3)
      return { slot, booking }
    }

    it('tells each of them once, however many jobs look, with the way to the other times', async () => {
      await closing()
      await Promise.all([settle(), settle(), settle()])
      await settle()

      const told = (await slotOutbox.waiting(100))
        .flatMap(({ entries }) => entries)
        .filter(({ template }) => template === 'lineClosed')
      expect(told.map(({ to, params }) => [to.email, params['path']])).to.deep.equal([
        ['ben@example.org', '/centers/north/appointments'],
      ])
    })

    it('says nothing of it to whoever leaves in the same moment', async () => {
      const { slot, booking } = await closing()
      const asRead = await now(slot)
      await cancelAppointment(ben, booking.id, undefined, it_.ports)

      expect(await closeLine(asRead, lineOf(asRead), it_.clock.at, [])).to.equal(false)
      expect(await mails()).to.deep.equal([])
    })

    it('tells them too when nobody looked before the time began', async () => {
      const { slot } = await closing()
      it_.clock.at = new Date(slot.startsAt.getTime() + hour)
      await settle()

      expect(await mails()).to.deep.equal(['lineClosed ben@example.org'])
    })
  })

  it('asks as many as there are places, in their order, and the next when one does not answer', async () => {
    const slot = await one({ capacity: 2 })
    const held = [await book(ada, slot), await book(ben, slot)]
    const all = await many(3)
    for (const [nth, who] of all.entries()) {
      at(nth / 10)
      await join(who, slot)
    }
    for (const [nth, { booking }] of held.entries())
      await cancelAppointment([ada, ben][nth]!, booking.id, undefined, it_.ports)
    const asked = async () => (await ofState(slot, 'offered')).map((b) => b.learnerId)
    expect(await asked()).to.deep.equal(['l0', 'l1'])
    await takeOffer(all[0]!, (await ofState(slot, 'offered'))[0]!.id, it_.ports)

    at(25)
    await settle()

    expect(await asked()).to.deep.equal(['l2'])
    expect((await ofState(slot, 'lapsed')).map((b) => b.learnerId)).to.deep.equal(['l1'])
    await whole(slot)
  })

  it('has a place for whoever is free then, in five lines at most', async () => {
    const slot = await one()
    const { booking } = await book(ada, slot)
    const first = await join(ben, slot)
    for (let week = 1; week < 5; week += 1) {
      const other = await one({ time: `1${String(week)}:00`, startsOn: '2015-03-17' })
      await book(ada, other)
      await join(ben, other)
    }
    const clash = await offerSlots(
      { ...sam, accountId: 'other' },
      {
        startsOn: '2015-03-16',
        time: '10:30',
        minutes: 30,
        mode: 'phone',
        capacity: 1,
        weeks: 1,
      },
      it_.ports,
    )
    await bookAppointment(ben, clash.slots[0]?.id ?? '', it_.ports)

    await cancelAppointment(ada, booking.id, undefined, it_.ports)

    expect(await told(takeOffer(ben, first.booking.id, it_.ports))).to.equal('refused overlap')
    const sixth = await one({ startsOn: '2015-03-18' })
    const [cleo] = (await many(1)) as [Actor]
    await book(cleo, sixth)
    expect(await told(join(ben, sixth))).to.equal('refused tooManyLines')
  })
})
