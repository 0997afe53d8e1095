import { expect } from 'chai'
import fc from 'fast-check'
import { addBusinessDays, addDays, businessDaysBetween, type Day } from '../src/calendar.js'

const day = fc.integer({ min: 0, max: 20_000 }).map((at) => addDays('2000-01-01', at))
const span = fc.nat(400)
const noonOf = (day: Day) => new Date(`${day}T20:00:00Z`)

describe('business days', () => {
  const table: [string, Day, Day, number][] = [
    ['none on the day itself', '2015-03-09', '2015-03-09', 0],
    ['Monday to Friday are four', '2015-03-09', '2015-03-13', 4],
    ['a weekend adds none', '2015-03-13', '2015-03-15', 0],
    ['Friday to Wednesday are three', '2015-03-13', '2015-03-18', 3],
    ['two weeks are ten', '2015-03-10', '2015-03-24', 10],
    ['none backwards', '2015-03-24', '2015-03-10', 0],
    ['one from Monday to Tuesday', '2015-03-09', '2015-03-10', 1],
    ['Friday to Sunday are none', '2015-03-06', '2015-03-08', 0],
    ['Friday to Monday is one', '2015-03-06', '2015-03-09', 1],
    ['Saturday to Saturday are five', '2015-03-07', '2015-03-14', 5],
    ['Monday to Monday, two weeks on, are ten', '2015-03-09', '2015-03-23', 10],
  ]
  for (const [title, from, to, count] of table)
    it(title, () => {
      expect(businessDaysBetween(from, to)).to.equal(count)
    })

  it('are as many as one counts day by day', () => {
    fc.assert(
      fc.property(day, span, (from, days) => {
        const each = Array.from({ length: days }, (_, at) => addDays(from, at + 1))
        const counted = each.filter((one) => ![0, 6].includes(noonOf(one).getUTCDay())).length
        expect(businessDaysBetween(from, addDays(from, days))).to.equal(counted)
      }),
    )
  })

  it('add up, and a week is always five', () => {
    fc.assert(
      fc.property(day, span, span, (from, first, second) => {
        const middle = addDays(from, first)
        const end = addDays(middle, second)
        expect(businessDaysBetween(from, middle) + businessDaysBetween(middle, end)).to.equal(
          businessDaysBetween(from, end),
        )
        expect(businessDaysBetween(from, addDays(from, 7))).to.equal(5)
      }),
    )
  })

  it('are the same counted forward and measured back, from any day', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (from, count) => {
        const last = addBusinessDays(from, count)
        expect(businessDaysBetween(from, last)).to.equal(count)
        expect(businessDaysBetween(from, addDays(last, -1))).to.equal(count - 1)
        expect(addBusinessDays(from, 0)).to.equal(from)
      }),
    )
  })
})
