import { expect } from 'chai'
import fc from 'fast-check'
import { addDays, daysBetween } from '../../src/calendar.js'
import {
  bandOf,
  fewestPeople,
  forecastOf,
  lastWeek,
  paceOf,
  pastPaces,
} from '../../src/readiness/forecast.js'

const since = '2015-01-05'
const people = (...weeks: number[]) => {
  const histogram: number[] = []
  for (const week of weeks) {
    while (histogram.length <= week) histogram.push(0)
    histogram[week] = (histogram[week] ?? 0) + 1
  }
  return histogram
}
const times = (count: number, week: number) => Array.from({ length: count }, () => week)

describe('the forecast of a ready-by day', () => {
  it('says nothing below twenty people, and something from twenty on', () => {
    expect(forecastOf(people(...times(19, 4)), { since }, since)).to.equal(undefined)
    expect(forecastOf(people(...times(20, 4)), { since }, since)).to.deep.equal({
      from: '2015-02-02',
      to: '2015-02-08',
      people: 20,
    })
  })

  it('is the middle half: of 40 people at 1 to 40 weeks from the 10th to the 30th', () => {
    const weeks = Array.from({ length: 40 }, (_, at) => at + 1)

    expect(forecastOf(people(...weeks), { since }, since)).to.deep.equal({
      from: addDays(since, 70),
      to: addDays(since, 216),
      people: 40,
    })
  })

  it('leaves out who was quicker than the time already gone by', () => {
    const weeks = people(...times(30, 1), ...times(25, 10))

    expect(forecastOf(weeks, { since }, addDays(since, 14))).to.deep.include({
      from: addDays(since, 70),
      people: 25,
    })
    expect(forecastOf(weeks, { since }, addDays(since, 77))).to.equal(undefined)
  })

  const histogram = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: lastWeek })
  const gone = fc.integer({ min: 0, max: 2000 })

  it('is a range of coming days that holds at least half of those it rests on', () => {
    fc.assert(
      fc.property(histogram, gone, (weeks, days) => {
        const today = addDays(since, days)
        const found = forecastOf(weeks, { since }, today)
        const left = weeks.map((count, week) => (week < Math.floor(days / 7) ? 0 : count))
        const all = left.reduce((sum, one) => sum + one, 0)
        expect(found === undefined).to.equal(all < fewestPeople)
        if (!found) return
        expect(found.from >= today && found.from <= found.to).to.equal(true)
        const within = left.reduce((sum, count, week) => {
          const begins = addDays(since, 7 * week)
          const ends = addDays(begins, 6)
          return ends >= found.from && begins <= found.to ? sum + count : sum
        }, 0)
        expect(within * 2).to.be.at.least(all)
      }),
    )
  })

  it('never comes nearer because somebody took longer', () => {
    fc.assert(
      fc.property(histogram, fc.integer({ min: 1, max: 40 }), (weeks, more) => {
        const before = forecastOf(weeks, { since }, since)
        const slow = [...weeks]
        while (slow.length <= lastWeek) slow.push(0)
        slow[lastWeek] = (slow[lastWeek] ?? 0) + more
        const after = forecastOf(slow, { since }, since)
        if (!before || !after) return
        expect(after.from >= before.from && after.to >= before.to).to.equal(true)
      }),
    )
  })
})

describe('a pace', () => {
  it('is in steps a week since the start, at least one day', () => {
    const cases: [number, string, string, number][] = [
      [1, '2015-01-01', '2015-02-01', 0],
      [2, '2015-01-01', '2015-01-29', 1],
      [4, '2015-01-01', '2015-01-29', 2],
      [8, '2015-01-01', '2015-01-29', 3],
      [1, '2015-01-01', '2015-01-01', 4],
    ]
    for (const [steps, from, to, band] of cases) expect(bandOf(steps, from, to)).to.equal(band)
  })

  it('is unknown before the first step, and starts with it when the start came later', () => {
    expect(paceOf([], '2015-01-01')).to.equal(undefined)
    expect(paceOf(['2015-01-08', '2015-01-01'], '2015-02-01')).to.deep.equal({
      done: 2,
      since: '2015-01-08',
      band: 3,
    })
  })

  it('is remembered for every step of who is ready, with the weeks it still took', () => {
    const day = fc.integer({ min: 0, max: 400 }).map((days) => addDays(since, days))
    fc.assert(
      fc.property(fc.array(day, { maxLength: 20 }), day, (doneOn, readyOn) => {
        const past = pastPaces(doneOn, since, readyOn)
        expect(past).to.have.length(doneOn.filter((on) => on <= readyOn).length)
        past.forEach(({ done, weeks, since: at }, index) => {
          expect(done).to.equal(index + 1)
          expect(weeks).to.equal(Math.floor(daysBetween(at, readyOn) / 7))
        })
      }),
    )
  })
})
