import { expect } from 'chai'
import fc from 'fast-check'
import { addDays, type Day } from '../../src/calendar.js'
import { overdueOf } from '../../src/referrals/overdue.js'
import { referralStates, substates } from '../../src/referrals/referral.js'

const noonOf = (day: Day) => new Date(`${day}T20:00:00Z`)
const day = fc.integer({ min: 0, max: 20_000 }).map((at) => addDays('2000-01-01', at))
const span = fc.nat(400)

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
