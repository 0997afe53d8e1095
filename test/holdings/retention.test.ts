import { expect } from 'chai'
import {
  keepParticipantUntil,
  keepRecordUntil,
  lastDaysOf,
  lockedUntil,
  logUntil,
} from '../../src/holdings/retention.js'
import { programYear, programYearOf, quarterAfterExit } from '../../src/reports/quarter.js'

const programYearEnd = (day: string) => programYear(programYearOf(day)).to

describe('how long the law has records kept', () => {
  const exits: [string, string, string, string][] = [
    ['2025-03-31', '2026-03-31', '2026-06-30', '2029-06-30'],
    ['2025-04-01', '2026-06-30', '2026-06-30', '2029-06-30'],
    ['2025-06-30', '2026-06-30', '2026-06-30', '2029-06-30'],
    ['2025-07-01', '2026-09-30', '2027-06-30', '2030-06-30'],
    ['2024-02-29', '2025-03-31', '2025-06-30', '2028-06-30'],
    ['2025-12-31', '2026-12-31', '2027-06-30', '2030-06-30'],
    ['2017-06-01', '2018-06-30', '2018-06-30', '2021-06-30'],
  ]
  for (const [exitOn, fourth, yearEnd, until] of exits)
    it(`keeps who left services on ${exitOn} until ${until}`, () => {
      expect(quarterAfterExit(exitOn, 4).to).to.equal(fourth)
      expect(programYearEnd(fourth)).to.equal(yearEnd)
      expect(keepParticipantUntil(exitOn)).to.equal(until)
    })

  it('counts a program year from July 1 to June 30', () => {
    expect(programYearEnd('2015-06-30')).to.equal('2015-06-30')
    expect(programYearEnd('2015-07-01')).to.equal('2016-06-30')
    expect(keepRecordUntil('2015-03-09')).to.equal('2018-06-30')
  })

  it('counts a reported program to its last day, one that goes on to today, and none taken back', () => {
    const takenBack = { by: 'Sam', at: new Date(0), reason: 'x' }
    const stays = [
      { endOn: '2015-01-31' },
      {},
      { endOn: '2019-12-31' },
      { endOn: '2015-02-28', takenBack },
      { takenBack },
    ]
    expect(lastDaysOf(stays, '2015-03-09')).to.deep.equal([
      '2015-01-31',
      '2015-03-09',
      '2015-03-09',
    ])
  })

  it('takes the latest of what is to be kept, and locks nothing away where no law asks', () => {
    expect(lockedUntil({})).to.equal(undefined)
    expect(lockedUntil({ grantedOn: '2015-03-09' })).to.equal('2018-06-30')
    expect(lockedUntil({ servedUntil: '2015-03-09', grantedOn: '2015-03-09' })).to.equal(
      '2019-06-30',
    )
    expect(logUntil('2015-03-09', undefined)).to.equal('2018-06-30')
    expect(logUntil('2015-03-09', '2019-06-30')).to.equal('2019-06-30')
  })
})
