import { expect } from 'chai'
import fc from 'fast-check'
import {
  liveBookings,
  refusalFor,
  type Booking,
  type BookingState,
  type Slot,
} from '../../src/appointments/slot.js'
import {
  answerBy,
  lineOf,
  lineRefusalFor,
  nextStep,
  openPlaces,
  placeInLine,
} from '../../src/appointments/waiting.js'
import { aSlot } from '../support/build-handoff.js'

const now = new Date('2026-03-02T18:00:00Z')
const hour = 3_600_000
const later = (hours: number) => new Date(now.getTime() + hours * hour)

const slotWith = (bookings: readonly Booking[], change: Partial<Slot> = {}): Slot =>
  aSlot({ startsAt: later(48), endsAt: later(49), mode: 'phone', free: 0, bookings, ...change })
const one = (id: string, state: BookingState, change: Partial<Booking> = {}): Booking => ({
  id,
  learnerId: id,
  state,
  bookedAt: now,
  ...change,
})

describe('the time to answer', () => {
  for (const [left, allowed] of [
    [72, 24],
    [48, 24],
    [10, 5],
    [1, 0.5],
    [0.5, 0.25],
  ] as const)
    it(`is ${String(allowed)} hours of ${String(left)} that are left`, () => {
      expect(answerBy(now, later(left))).to.deep.equal(later(allowed))
    })

  it('is over half an hour before the start', () => {
    expect(answerBy(now, later(0.49))).to.equal(undefined)
    expect(answerBy(now, later(-1))).to.equal(undefined)
  })
})

describe('a line', () => {
  const names = (bookings: readonly Booking[]) => lineOf(slotWith(bookings)).map(({ id }) => id)

  it('is first come, first served, without those who have a place or left', () => {
    const line = [
      one('c', 'waiting', { bookedAt: later(2) }),
      one('b', 'waiting', { bookedAt: later(1) }),
      one('x', 'booked'),
      one('y', 'cancelled'),
      one('z', 'offered', { answerBy: later(3) }),
      one('a', 'waiting', { bookedAt: later(1) }),
    ]

    expect(names(line)).to.deep.equal(['a', 'b', 'c'])
    expect(placeInLine(slotWith(line), 'c')).to.equal(3)
    expect(placeInLine(slotWith(line), 'x')).to.equal(0)
  })

  it('puts priority of service before the time of asking, and who has none last', () => {
    const line = [
      one('none', 'waiting', { bookedAt: later(-9) }),
      one('third', 'waiting', { priority: 3 }),
      one('first late', 'waiting', { priority: 1, bookedAt: later(5) }),
      one('first', 'waiting', { priority: 1 }),
    ]

    expect(names(line)).to.deep.equal(['first', 'first late', 'third', 'none'])
  })

  it('keeps a free place from everybody else while somebody waits', () => {
    const slot = slotWith([one('a', 'waiting')], { free: 1 })

    expect(openPlaces(slot)).to.equal(0)
    expect(refusalFor(slot, 'new', now)).to.equal('full')
    expect(refusalFor(slot, 'a', now)).to.equal('inLine')
    expect(lineRefusalFor(slot, 'new', now)).to.equal(undefined)
  })

  const refusals: readonly [string, Slot, string][] = [
    ['a cancelled slot', slotWith([], { state: 'cancelled' }), 'cancelled'],
    ['a slot that has begun', slotWith([], { startsAt: now }), 'past'],
    ['a free place', slotWith([], { free: 1 }), 'free'],
    ['a slot one has a place in', slotWith([one('new', 'booked')]), 'yours'],
    [
      'a slot that begins within half an hour',
      slotWith([], { startsAt: later(0.4) }),
      'lineClosed',
    ],
    [
      'a line of fifty',
      slotWith(Array.from({ length: 50 }, (_, at) => one(`l${String(at)}`, 'waiting'))),
      'lineFull',
    ],
  ]
  for (const [what, slot, refusal] of refusals)
    it(`is not for ${what}`, () => {
      expect(lineRefusalFor(slot, 'new', now)).to.equal(refusal)
    })
})

/** What the store does with a step. */
function taken(slot: Slot): Slot {
  const step = nextStep(slot, now)
  const change = (id: string, made: Partial<Booking>, free: number): Slot => ({
    ...slot,
    free: slot.free + free,
    bookings: slot.bookings.map((own) => (own.id === id ? { ...own, ...made } : own)),
  })
  if (step.kind === 'lapse') return change(step.booking.id, { state: 'lapsed' }, 1)
  if (step.kind === 'offer')
    return change(step.booking.id, { state: 'offered', answerBy: step.answerBy }, -1)
  return slot
}

describe('the steps of a line', () => {
  const booking = fc.record({
    id: fc.uuid(),
    state: fc.constantFrom<BookingState>('waiting', 'offered', 'booked', 'cancelled', 'lapsed'),
    bookedAt: fc.integer({ min: -50, max: 0 }).map(later),
    answerBy: fc.integer({ min: -5, max: 5 }).map(later),
    priority: fc.integer({ min: 1, max: 5 }),
  })
  const slots = fc
    .record({
      bookings: fc.uniqueArray(booking, { selector: ({ id }) => id, maxLength: 12 }),
      free: fc.integer({ min: 0, max: 3 }),
      left: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ bookings, free, left }) => {
      const all = bookings.map((own) => ({ ...own, learnerId: own.id }))
      const held = all.filter(({ state }) => state === 'offered').length
      const capacity = free + held + all.filter(({ state }) => state === 'booked').length
      return slotWith(all, { capacity, free, startsAt: later(left) })
    })
  const held = ({ bookings }: Slot) => bookings.filter(({ state }) => state === 'offered')

  it('come to rest, never hand out a place twice, and leave none free that somebody waits for', () => {
    fc.assert(
      fc.property(slots, (start) => {
        let slot = start
        for (let at = 0; nextStep(slot, now).kind !== 'rest'; at += 1) {
          expect(at, 'steps').to.be.below(30)
          slot = taken(slot)
        }
        const { capacity, free } = slot
        expect(free + held(slot).length + liveBookings(slot).length).to.equal(capacity)
        expect(free).to.be.at.least(0)
        if (lineOf(slot).length > 0) expect(free).to.equal(0)
        for (const { answerBy: until } of held(slot)) expect(until?.getTime()).above(now.getTime())
      }),
    )
  })

  it('ask nobody before those who are first in line', () => {
    fc.assert(
      fc.property(slots, (start) => {
        const step = nextStep(start, now)
        if (step.kind === 'offer') expect(step.booking).to.equal(lineOf(start)[0])
      }),
    )
  })

  it('look again when the first offer ends, and close the line half an hour before the start', () => {
    const offered = one('a', 'offered', { answerBy: later(4) })
    const waiting = one('b', 'waiting')

    expect(nextStep(slotWith([offered, waiting]), now)).to.deep.equal({
      kind: 'rest',
      lookAt: later(4),
    })
    const closes = new Date(later(47.5).getTime() + 1)
    expect(nextStep(slotWith([waiting]), now)).to.deep.equal({ kind: 'rest', lookAt: closes })
    expect(nextStep(slotWith([waiting]), closes)).to.deep.equal({ kind: 'close', of: [waiting] })
    expect(nextStep(slotWith([waiting]), later(48)).kind).to.equal('close')
    const answering = one('a', 'offered', { answerBy: later(47.8) })
    expect(nextStep(slotWith([answering]), later(47.6)).kind, 'may still answer').to.equal('rest')
    expect(nextStep(slotWith([one('c', 'booked')]), now)).to.deep.equal({ kind: 'rest' })
  })
})
