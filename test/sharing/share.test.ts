import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import {
  faultsOfShare,
  hourOf,
  latestEnd,
  stateOfShare,
  usualEnd,
} from '../../src/sharing/share.js'

const today = '2015-03-09'
const own = new Set(['a', 'b'])
const asked = (change: object = {}) => ({
  credentialIds: ['a'],
  expiresOn: '2015-04-01',
  ...change,
})

describe('a share', () => {
  const states: [string, string, Date | undefined, string][] = [
    ['before its last day', '2015-03-10', undefined, 'live'],
    ['on its last day', '2015-03-09', undefined, 'live'],
    ['the day after', '2015-03-08', undefined, 'ended'],
    ['stopped early', '2015-03-10', new Date(), 'stopped'],
    ['stopped, and its day gone by', '2015-03-01', new Date(), 'stopped'],
  ]
  for (const [title, expiresOn, stoppedAt, state] of states)
    it(`is ${state} ${title}`, () => {
      expect(stateOfShare({ expiresOn, ...(stoppedAt && { stoppedAt }) }, today)).to.equal(state)
    })

  const wrong: [string, object, string[]][] = [
    ['badges of another', { credentialIds: ['a', 'x'] }, ['credentials[1]']],
    ['an end in the past', { expiresOn: '2015-03-08' }, ['expiresOn']],
    ['an end too far away', { expiresOn: '2017-03-09' }, ['expiresOn']],
    [
      'both at once',
      { credentialIds: ['x'], expiresOn: '2000-01-01' },
      ['credentials[0]', 'expiresOn'],
    ],
    ['nothing wrong', {}, []],
    ['today as its last day', { expiresOn: today }, []],
  ]
  for (const [title, change, fields] of wrong)
    it(`says what is wrong with ${title}`, () => {
      expect(faultsOfShare(asked(change), own, today).map(({ field }) => field)).to.deep.equal(
        fields,
      )
    })

  it('may always run until the day that is proposed, and until the latest', () => {
    const day = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('2000-01-01', days))
    fc.assert(
      fc.property(day, (on) => {
        for (const expiresOn of [usualEnd(on), latestEnd(on)])
          expect(faultsOfShare(asked({ expiresOn }), own, on)).to.deep.equal([])
        expect(
          faultsOfShare(asked({ expiresOn: addDays(latestEnd(on), 1) }), own, on),
        ).to.have.length(1)
      }),
    )
  })

  it('counts openings by the hour', () => {
    expect(hourOf(new Date('2015-03-09T19:59:59.999Z'))).to.equal('2015-03-09T19')
    expect(hourOf(new Date('2015-03-09T20:00:00Z'))).to.equal('2015-03-09T20')
  })
})
