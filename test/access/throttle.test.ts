import { expect } from 'chai'
import fc from 'fast-check'
import {
  patienceWithPerson,
  patienceWithPlace,
  placeOf,
  waitAfter,
} from '../../src/access/throttle.js'

const patience = { free: 5, longest: 900, window: 86_400 }

describe('throttle: how long a guesser waits', () => {
  for (const [tries, seconds] of [
    [1, 0],
    [5, 0],
    [6, 5],
    [7, 10],
    [10, 80],
    [13, 640],
    [14, 900],
    [1_000_000, 900],
  ] as const) {
    it(`waits ${String(seconds)} s after try ${String(tries)}`, () => {
      expect(waitAfter(tries, patience)).to.equal(seconds)
    })
  }

  it('never waits less after more tries, nor longer than the longest wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (tries) => {
        const wait = waitAfter(tries, patience)
        expect(waitAfter(tries + 1, patience)).to.be.at.least(wait)
        expect(wait).to.be.within(0, patience.longest)
      }),
    )
  })

  it('is more patient with a place than with one person', () => {
    expect(patienceWithPlace.free).to.be.greaterThan(patienceWithPerson.free)
  })
})

describe('throttle: which addresses are one place', () => {
  for (const [address, place] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:bbbb::2', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['', 'unknown'],
    ['not an address', 'unknown'],
  ] as const) {
    it(`takes ${address || 'nothing'} for ${place}`, () => {
      expect(placeOf(address)).to.equal(place)
    })
  }
})
