import { expect } from 'chai'
import fc from 'fast-check'
import { addDays, type Day } from '../../src/calendar.js'
import { businessDaysBetween, overdueOf } from '../../src/referrals/overdue.js'
import { referralStates, substates } from '../../src/referrals/referral.js'

const noonOf = (day: Day) => new Date(`${day}T20:00:00Z`)
const day = fc.integer({ min: 0, max: 20_000 }).map((at) => addDays('2000-01-01', at))
const span = fc.nat(400)

describe('business days', () => {
  const table: [string, Day, Day, number][] = [
    ['none on the day itself', '2015-03-09', '2015-03-09', 0],
    ['Monday to Friday are four', '2015-03-09', '2015-03-13', 4],
    ['a weekend adds none', '2015-03-13', '2015-03-15', 0],
    ['Friday to Wednesday are three', '2015-03-13', '2015-03-18', 3],
    ['two weeks are ten', '2015-03-10', '2015-03-24', 10],
    ['none backwards', '2015-03-24', '2015-03-10', 0],
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
})

describe('an overdue referral', () => {
  const asked = { state: 'requested', since: noonOf('2015-03-09') } as const
  const table: [string, Day, string | undefined][] = [
    ['is none on the second business day', '2015-03-11', undefined],
    ['is late on the third', '2015-03-12', 'late'],
    ['is late still on the ninth', '2015-03-20', 'late'],
    ['offers another center on the tenth', '2015-03-23', 'offer-another'],
  ]
  for (const [title, today, kind] of table)
    it(title, () => {
      expect(overdueOf(asked, noonOf(today))?.kind).to.equal(kind)
    })

  it('is not late once the center has opened it, but must be answered within ten', () => {
    const seen = { ...asked, substate: 'viewed' } as const
    expect(overdueOf(seen, noonOf('2015-03-20'))).to.equal(undefined)
    expect(overdueOf(seen, noonOf('2015-03-23'))).to.deep.equal({
      kind: 'offer-another',
      businessDays: 10,
    })
  })

  const referral = fc.record({
    state: fc.constantFrom(...referralStates),
    substate: fc.option(fc.constantFrom(...substates), { nil: undefined }),
    since: day.map(noonOf),
  })
  const plain = ({
    substate,
    ...rest
  }: { substate: (typeof substates)[number] | undefined } & {
    state: (typeof referralStates)[number]
    since: Date
  }) => ({ ...rest, ...(substate && { substate }) })

  it('is always one that still waits for its first answer', () => {
    fc.assert(
      fc.property(referral, day, (one, today) => {
        const overdue = overdueOf(plain(one), noonOf(today))
        if (overdue) expect(one.state).to.equal('requested')
        if (overdue?.kind === 'late') expect(one.substate).to.equal(undefined)
      }),
    )
  })

  it('never becomes less overdue by waiting', () => {
    const rank = { none: 0, late: 1, 'offer-another': 2 } as const
    fc.assert(
      fc.property(referral, span, span, (one, first, more) => {
        const asOf = (days: number) =>
          rank[overdueOf(plain(one), noonOf(addDays('2000-01-01', days + 20_000)))?.kind ?? 'none']
        expect(asOf(first + more)).to.be.at.least(asOf(first))
      }),
    )
  })
})
