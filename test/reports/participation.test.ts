import { expect } from 'chai'
import fc from 'fast-check'
import { addDays, daysBetween } from '../../src/calendar.js'
import type { CoEnrollment } from '../../src/referrals/co-enrollment.js'
import {
  exitOf,
  isDuring,
  isWithinYear,
  participationsOf,
} from '../../src/reports/participation.js'
import { stateOfZip } from '../../src/reports/zip-state.js'
import { zipStates } from '../../src/reports/zip-states.js'

type Stay = Pick<CoEnrollment, 'program' | 'startOn' | 'endOn' | 'takenBack'>
const stay = (startOn: string, endOn?: string, change: Partial<Stay> = {}): Stay => ({
  program: 'wioa-adult',
  startOn,
  ...(endOn !== undefined && { endOn }),
  ...change,
})
const takenBack = { by: 'Sam', at: new Date(0), reason: 'x' }

describe('participation folded from stays', () => {
  const cases: [string, Stay[], [string, string | undefined][]][] = [
    ['one stay that goes on', [stay('2025-08-01')], [['2025-08-01', undefined]]],
    ['one that ended', [stay('2025-08-01', '2025-09-30')], [['2025-08-01', '2025-09-30']]],
    ['one of a single day', [stay('2025-08-01', '2025-08-01')], [['2025-08-01', '2025-08-01']]],
    [
      'a new stay 90 days after the last one: one participation',
      [stay('2025-01-10', '2025-03-31'), stay('2025-06-29', '2025-08-31')],
      [['2025-01-10', '2025-08-31']],
    ],
    [
      'a new stay 91 days after: the exit stands, and a second begins',
      [stay('2025-01-10', '2025-03-31'), stay('2025-06-30', '2025-08-31')],
      [
        ['2025-01-10', '2025-03-31'],
        ['2025-06-30', '2025-08-31'],
      ],
    ],
    [
      're-entry after an exit, going on',
      [stay('2024-01-10', '2024-03-31'), stay('2025-08-01')],
      [
        ['2024-01-10', '2024-03-31'],
        ['2025-08-01', undefined],
      ],
    ],
    [
      'several programs at once',
      [
        stay('2025-08-01', '2025-12-31'),
        stay('2025-07-15', '2025-08-15', { program: 'wioa-youth' }),
        stay('2025-09-01', '2026-02-28', { program: 'wioa-dislocated' }),
      ],
      [['2025-07-15', '2026-02-28']],
    ],
    [
      'a short one within a long one',
      [stay('2025-01-01', '2025-12-31'), stay('2025-03-01', '2025-03-31')],
      [['2025-01-01', '2025-12-31']],
    ],
    [
      'one that ended beside one that goes on',
      [stay('2025-01-01'), stay('2025-03-01', '2025-03-31')],
      [['2025-01-01', undefined]],
    ],
    [
      'a chain of gaps of 90 days each',
      [
        stay('2025-01-01', '2025-01-01'),
        stay('2025-04-01', '2025-04-01'),
        stay('2025-06-30', '2025-06-30'),
      ],
      [['2025-01-01', '2025-06-30']],
    ],
    [
      'no program of Title I',
      [
        stay('2025-08-01', undefined, { program: 'wagner-peyser' }),
        stay('2025-08-01', undefined, { program: 'snap-et' }),
      ],
      [],
    ],
    [
      'one that was taken back, which would have bridged two',
      [
        stay('2025-01-01', '2025-01-31'),
        stay('2025-03-01', '2025-06-30', { takenBack }),
        stay('2025-08-01', '2025-08-31'),
      ],
      [
        ['2025-01-01', '2025-01-31'],
        ['2025-08-01', '2025-08-31'],
      ],
    ],
    ['nothing', [], []],
  ]
  for (const [name, stays, expected] of cases)
    it(name, () => {
      for (const given of [stays, stays.toReversed()])
        expect(
          participationsOf(given).map(({ enteredOn, lastOn }) => [enteredOn, lastOn]),
        ).to.deep.equal(expected)
    })

  const day = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2022-01-01', days))
  const someStays = fc.array(
    fc
      .tuple(day, fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }))
      .map(([from, days]) => stay(from, days === undefined ? undefined : addDays(from, days))),
    { maxLength: 8 },
  )

  it('holds every day of every stay, with more than 90 days between two', () => {
    fc.assert(
      fc.property(someStays, (stays) => {
        const found = participationsOf(stays)
        for (const { startOn, endOn } of stays)
          expect(
            found.filter((one) => isDuring(one, startOn) && isDuring(one, endOn ?? '2099-01-01')),
          ).to.have.length(1)
        found.forEach(({ enteredOn }, at) => {
          const before = found[at - 1]
          if (before) expect(daysBetween(before.lastOn ?? '2099-01-01', enteredOn)).to.be.above(90)
        })
      }),
    )
  })
})

describe('the exit from a participation', () => {
  const ended = { enteredOn: '2025-01-10', lastOn: '2025-03-31' }
  const cases: [string, string | undefined][] = [
    ['2025-03-31', undefined],
    ['2025-06-29', undefined],
    ['2025-06-30', '2025-03-31'],
    ['2026-06-30', '2025-03-31'],
  ]
  for (const [today, exit] of cases)
    it(`with the last day 2025-03-31 is ${exit ?? 'not known yet'} on ${today}`, () => {
      expect(exitOf(ended, today)).to.equal(exit)
    })

  it('is not known while a stay goes on, nor from a last day that is still to come', () => {
    expect(exitOf({ enteredOn: '2020-01-10' }, '2026-06-30')).to.equal(undefined)
    expect(exitOf({ ...ended, lastOn: '2030-01-01' }, '2026-06-30')).to.equal(undefined)
  })
})

describe('a participation within a program year', () => {
  const cases: [string, string | undefined, boolean][] = [
    ['2025-07-01', undefined, true],
    ['2020-01-01', undefined, true],
    ['2026-06-30', undefined, true],
    ['2026-07-01', undefined, false],
    ['2025-01-01', '2025-07-01', true],
    ['2025-01-01', '2025-06-30', false],
    ['2025-08-01', '2027-01-01', true],
  ]
  for (const [enteredOn, lastOn, expected] of cases)
    it(`from ${enteredOn} to ${lastOn ?? 'now'} is ${expected ? '' : 'not '}of 2025`, () => {
      const one = { enteredOn, ...(lastOn !== undefined && { lastOn }) }
      expect(isWithinYear(one, 2025)).to.equal(expected)
    })
})

describe('the state of residence', () => {
  const cases: [string | undefined, string | undefined][] = [
    ['97206', 'OR'],
    ['98660', 'WA'],
    ['98660-1234', 'WA'],
    ['986601234', 'WA'],
    [' 97206 ', 'OR'],
    ['02134', 'MA'],
    ['20500', 'DC'],
    ['83414', undefined],
    ['73960', undefined],
    ['06390', undefined],
    ['00000', undefined],
    ['9866', undefined],
    ['SW1A 1AA', undefined],
    ['', undefined],
    [undefined, undefined],
  ]
  for (const [zip, state] of cases)
    it(`of ${zip === undefined ? 'no ZIP code' : `“${zip}”`} is ${state ?? 'not told'}`, () => {
      expect(stateOfZip(zipStates(), zip)).to.equal(state)
    })

  it('is one for every first three digits, and known for every state and the District', () => {
    const states = new Set(zipStates().values())
    expect(states.size).to.equal(51)
    for (const [digits, state] of zipStates()) {
      expect(digits).to.match(/^\d{3}$/)
      expect(state).to.match(/^[A-Z]{2}$/)
    }
  })
})
