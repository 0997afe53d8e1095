import { expect } from 'chai'
import { heldBy, refusalFor } from '../../src/appointments/slot.js'
import { demoSlots } from '../../src/seeding/demo-appointments.js'

const setting = {
  today: '2026-11-22',
  communityId: 'portland-or',
  centerId: 'center',
  zone: 'America/Los_Angeles',
  host: { id: 'staff', name: 'Stan Whitaker' },
  idOf: (kind: string, name: string) => `${kind} ${name}`,
}
const referrals = Array.from({ length: 40 }, (_, at) => ({ id: `r${at}`, learnerId: `l${at}` }))
const now = new Date('2026-11-22T20:00:00Z')

describe('invented appointments', () => {
  const slots = demoSlots(referrals, setting)

  it('are marked as such, on working days around today, the same every time', () => {
    expect(slots).to.have.length(39)
    expect(slots.every(({ demonstration }) => demonstration)).to.equal(true)
    expect(slots.some(({ startsAt }) => [0, 6].includes(startsAt.getUTCDay()))).to.equal(false)
    expect(demoSlots(referrals, setting)).to.deep.equal(slots)
  })

  it('never overlap for the one who offers them, and give nobody two', () => {
    const held = slots.flatMap((slot) => heldBy(slot.hostId, slot))
    const learners = slots.flatMap(({ bookings }) => bookings.map(({ learnerId }) => learnerId))

    expect(new Set(held).size).to.equal(held.length)
    expect(new Set(learners).size).to.equal(learners.length)
    expect(
      new Set(slots.flatMap(({ bookings }) => bookings.map(({ state }) => state))),
    ).to.deep.equal(new Set(['attended', 'booked']))
  })

  it('leave places to book, and count the free ones right', () => {
    const free = slots.filter((slot) => refusalFor(slot, 'somebody', now) === undefined)

    expect(free.length).to.be.greaterThan(15)
    for (const { capacity, free: left, bookings } of slots)
      expect(left).to.equal(capacity - bookings.filter(({ state }) => state === 'booked').length)
  })
})
