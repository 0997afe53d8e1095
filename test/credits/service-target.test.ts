import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import {
  addBusinessDays,
  businessDaysBetween,
  waitingOf,
} from '../../src/credits/service-target.js'

describe('business days', () => {
  const table: [string, string, number][] = [
    ['2015-03-09', '2015-03-09', 0],
    ['2015-03-09', '2015-03-10', 1],
    ['2015-03-06', '2015-03-08', 0],
    ['2015-03-06', '2015-03-09', 1],
    ['2015-03-07', '2015-03-14', 5],
    ['2015-03-09', '2015-03-23', 10],
    ['2015-03-10', '2015-03-09', 0],
  ]
  for (const [from, to, days] of table)
    it(`from ${from} to ${to} are ${days}`, () => {
      expect(businessDaysBetween(from, to)).to.equal(days)
    })

  it('are the same counted forward and measured back, on any day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 60 }),
        (at, count) => {
          const from = addDays('2014-01-01', at)

          expect(businessDaysBetween(from, addBusinessDays(from, count))).to.equal(count)
        },
      ),
    )
  })

  it('make a claim late only after the target', () => {
    expect(waitingOf('2015-03-09', 10, '2015-03-23')).to.deep.equal({
      days: 10,
      target: 10,
      dueOn: '2015-03-23',
      isLate: false,
    })
    expect(waitingOf('2015-03-09', 10, '2015-03-24').isLate).to.equal(true)
  })

  it('make it late on the weekend after a Friday on which it was due', () => {
    expect(waitingOf('2015-03-06', 10, '2015-03-20').isLate).to.equal(false)
    expect(waitingOf('2015-03-06', 10, '2015-03-22')).to.include({ days: 10, isLate: true })
  })
})
