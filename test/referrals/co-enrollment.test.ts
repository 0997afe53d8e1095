import { expect } from 'chai'
import { faultsOfStay, isStanding, mayReportIn } from '../../src/referrals/co-enrollment.js'
import { referralStates } from '../../src/referrals/referral.js'

const today = '2015-03-09'

describe('a stay in a program', () => {
  const cases: [string, string | undefined, string[]][] = [
    ['2015-03-09', undefined, []],
    ['2015-03-09', '2015-03-09', []],
    ['2010-01-01', '2015-03-09', []],
    ['2015-03-10', undefined, ['startOn']],
    ['2015-03-01', '2015-03-10', ['endOn']],
    ['2010-01-01', '2019-12-31', ['endOn']],
    ['2015-03-02', '2015-03-01', ['endOn']],
    ['2015-03-10', '2015-03-11', ['startOn', 'endOn']],
  ]
  for (const [startOn, endOn, fields] of cases)
    it(`from ${startOn} to ${endOn ?? 'no day yet'} is ${fields.length === 0 ? 'a fact' : `refused for ${fields.join(' and ')}`}`, () => {
      expect(faultsOfStay(startOn, endOn, today).map(({ field }) => field)).to.deep.equal(fields)
    })

  it('is first reported once the center has accepted, and not where it never did or stopped', () => {
    expect(referralStates.filter(mayReportIn)).to.deep.equal([
      'accepted',
      'in-progress',
      'on-hold',
      'completed',
    ])
  })

  it('counts until it is taken back', () => {
    expect(isStanding({})).to.equal(true)
    expect(isStanding({ takenBack: { by: 'Sam', at: new Date(0), reason: 'x' } })).to.equal(false)
  })
})
