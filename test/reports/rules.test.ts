import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import type { Granted } from '../../src/claims/granted-store.js'
import { stands, type Footing } from '../../src/reports/gain-standing.js'
import { preCheck } from '../../src/reports/pre-check.js'
import { creditsOf } from '../../src/reports/read-footings.js'
import {
  inTurn,
  keptPriority,
  carriedPriority,
  priorityOf,
  type Asking,
  type Funds,
} from '../../src/reports/priority.js'
import { programYearOf, quarterAfterExit, quarterOf } from '../../src/reports/quarter.js'
import { gainGrounds, isCounted, latestGain, mayTakeBack } from '../../src/reports/skill-gain.js'
import { aCompletion, aFact, aStep, aTrack } from '../support/build-learning.js'

describe('quarters after exit', () => {
  const cases: [string, number, string, string][] = [
    ['2017-06-01', 2, '2017-10-01', '2017-12-31'],
    ['2017-06-01', 4, '2018-04-01', '2018-06-30'],
    ['2025-03-31', 2, '2025-07-01', '2025-09-30'],
    ['2025-03-31', 4, '2026-01-01', '2026-03-31'],
    ['2025-04-01', 2, '2025-10-01', '2025-12-31'],
    ['2025-04-01', 4, '2026-04-01', '2026-06-30'],
    ['2024-02-29', 2, '2024-07-01', '2024-09-30'],
    ['2025-12-31', 4, '2026-10-01', '2026-12-31'],
  ]
  for (const [exit, nth, from, to] of cases)
    it(`of ${exit}: the ${String(nth)}. is ${from} to ${to}`, () => {
      expect(quarterAfterExit(exit, nth)).to.deep.equal({ from, to })
    })

  it('follow each other without a gap, whatever the day', () => {
    const day = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2000-01-01', days))
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 8 }), (exit, nth) => {
        const { from, to } = quarterAfterExit(exit, nth)
        expect(quarterAfterExit(exit, nth + 1).from).to.equal(addDays(to, 1))
        expect(quarterOf(from)).to.equal(quarterOf(to))
        expect(quarterOf(from) - quarterOf(exit)).to.equal(nth)
      }),
    )
  })

  it('end a program year on 30 June', () => {
    expect(programYearOf('2026-06-30')).to.equal(2025)
    expect(programYearOf('2026-07-01')).to.equal(2026)
  })
})

describe('priority of service for a limited seat', () => {
  it('keeps of another order what is known, and nothing without one', () => {
    const carried = (from: 'adult' | 'other', to: 'adult' | 'other' | undefined) =>
      [1, 2, 3, 4, 5].map((one) => carriedPriority(one, from, to))
    expect(carried('adult', 'other')).to.deep.equal([1, 5, 1, 5, 5])
    expect(carried('other', 'adult').filter((_, at) => at === 0 || at === 4)).to.deep.equal([3, 5])
    expect(carried('adult', 'adult')).to.deep.equal([1, 2, 3, 4, 5])
    expect(carried('adult', undefined)).to.deep.equal(Array(5).fill(undefined))
  })

  const at = new Date('2026-03-01T12:00:00Z')
  const later = new Date('2026-03-02T12:00:00Z')
  const asking = (id: string, covered: boolean, priorityGroup: boolean, when = at): Asking => ({
    id,
    covered,
    priorityGroup,
    requestedAt: when,
  })
  const everybody = [
    asking('5 none', false, false),
    asking('3 low income', false, true),
    asking('4 veteran', true, false),
    asking('1 veteran, low income', true, true),
    asking('2 spouse, basic skills', true, true, later),
  ]
  const inPriority = (people: readonly Asking[], funds: Funds) =>
    inTurn(
      people,
      (one) => priorityOf(one, funds),
      ({ requestedAt }) => requestedAt,
    )
  const order = (funds: Funds) => inPriority(everybody, funds).map(({ id }) => id[0])

  it('puts covered people in a priority group first with Adult funds', () => {
    expect(order('adult')).to.deep.equal(['1', '2', '3', '4', '5'])
  })

  it('puts covered people first with other funds, whatever their income', () => {
    expect(order('other')).to.deep.equal(['1', '4', '2', '3', '5'])
  })

  it('does not depend on the order of the list, keeps everybody, and never moves anyone down', () => {
    const person = fc.record({
      id: fc.uuid(),
      covered: fc.boolean(),
      priorityGroup: fc.boolean(),
      localGroup: fc.boolean(),
      requestedAt: fc.constantFrom(at, later),
    })
    fc.assert(
      fc.property(fc.uniqueArray(person, { selector: ({ id }) => id }), (people) => {
        const sorted = inPriority(people, 'adult')
        expect(inPriority(people.toReversed(), 'adult')).to.deep.equal(sorted)
        expect(sorted).to.have.members(people)
      }),
    )
    expect(keptPriority(2, 1)).to.equal(1)
    expect(keptPriority(2, 5)).to.equal(2)
  })
})

describe('a skill gain', () => {
  const track = { slug: 'web', version: '1', title: 'Web', confirmedOn: '2026-02-01' }

  it('is a passed exam or a track by the provider’s word, and never watched lessons', () => {
    const exam = aFact('exam-1', { kind: 'exam', level: 'provider-confirmed' })
    const facts = [
      exam,
      aFact('exam-2', { kind: 'exam', level: 'self-reported' }),
      aCompletion('html'),
      aFact('1'),
    ]

    expect(
      gainGrounds(facts, [track], []).map(({ type, evidenceId }) => [type, evidenceId]),
    ).to.deep.equal([
      ['exam', exam.id],
      ['milestone', 'track web 1'],
    ])
    expect(gainGrounds([aCompletion('html')], [], [])).to.deep.equal([])
  })

  it('is twelve credits within twelve months', () => {
    const credit = (course: string, semesters: number, on: string) => ({
      course,
      quarterCredits: semesters * 1.5,
      on,
    })
    const first = credit('A', 6, '2025-03-01')
    expect(gainGrounds([], [], [first, credit('B', 5, '2025-09-01')])).to.deep.equal([])
    expect(gainGrounds([], [], [first, credit('B', 6, '2026-03-01')])).to.deep.equal([])
    expect(gainGrounds([], [], [first, credit('B', 6, '2026-02-28')])).to.deep.equal([
      { type: 'transcript', evidenceId: 'credits 2026-02-28', title: 'A, B', on: '2026-02-28' },
    ])
  })

  it('is eighteen credits of a quarter too, whatever they are made of', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(amounts, (quarters) => {
        const granted = quarters.map((amount): Granted => ({
          course: 'A',
          collegeName: 'C',
          credits: amount / 4,
          unit: 'quarter',
          on: '2026-02-28',
        }))
        const isEnough = quarters.reduce((all, one) => all + one, 0) >= 72
        expect(gainGrounds([], [], creditsOf(granted))).to.have.length(isEnough ? 1 : 0)
      }),
    )
    const parts = [3, 3, 3, 3, 4, 1, 1].map((credits, at): Granted => ({
      course: String(at),
      collegeName: 'C',
      credits,
      unit: 'quarter',
      on: '2026-02-28',
    }))
    expect(gainGrounds([], [], creditsOf(parts))).to.have.length(1)
  })

  it('comes again with as much new credit, in the next year as in the first', () => {
    const credits = ['2025-03-01', '2025-09-01', '2025-10-01', '2026-03-01', '2026-04-01'].map(
      (on, at) => ({ course: String.fromCharCode(65 + at), quarterCredits: 9, on }),
    )
    const grounds = gainGrounds([], [], credits)
    expect(grounds.map(({ title, on }) => `${on} ${title}`)).to.deep.equal([
      '2025-09-01 A, B',
      '2026-03-01 C, D',
    ])
    const footing = { facts: [], tracks: [], credits }
    expect(grounds.every((one) => stands(one, footing))).to.equal(true)
  })

  it('is taken back by staff of the center that recorded it, and then counts no longer', () => {
    expect(mayTakeBack({ centerId: 'center' }, ['far', 'center'])).to.equal(true)
    expect(mayTakeBack({ centerId: 'center' }, ['far'])).to.equal(false)
    expect(mayTakeBack({ centerId: 'center' }, [])).to.equal(false)
    expect(mayTakeBack({}, ['far'])).to.equal(true)
    expect(mayTakeBack({}, [])).to.equal(false)
    expect(isCounted({})).to.equal(true)
    expect(isCounted({ takenBack: { by: 'Sam', at: new Date(0), reason: 'x' } })).to.equal(false)
  })

  it('stands while its evidence up to that day counts', () => {
    const day = '2026-02-01'
    const level = 'provider-confirmed'
    const exam = aFact('exam-1', { kind: 'exam', level })
    const done = aCompletion('html', { level, earnedOn: day })
    const credit = { course: 'A', quarterCredits: 18, on: day }
    const all: Footing = {
      facts: [exam, done],
      credits: [credit],
      tracks: [aTrack([aStep('html')])],
    }
    const gains = gainGrounds(all.facts, [{ ...track, version: 'v1' }], all.credits)
    const standing = (change: Partial<Footing>) =>
      gains.filter((gain) => stands(gain, { ...all, ...change })).map(({ type }) => type)
    const later = '2026-02-02'

    expect(standing({})).to.deep.equal(['exam', 'milestone', 'transcript'])
    expect(standing({ facts: [done] })).to.deep.equal(['milestone', 'transcript'])
    expect(standing({ facts: [{ ...exam, level: 'self-reported' }] })).to.deep.equal(['transcript'])
    expect(standing({ facts: [{ ...done, earnedOn: later }] })).to.deep.equal(['transcript'])
    expect(standing({ tracks: [] })).to.deep.equal(['exam', 'transcript'])
    expect(standing({ credits: [{ ...credit, on: later }] })).to.deep.equal(['exam', 'milestone'])
    expect(standing({ credits: [{ ...credit, quarterCredits: 17.75 }] })).not.to.include(
      'transcript',
    )
  })

  it('counts in its program year alone, the latest of its type', () => {
    const gains = ['2025-07-01', '2026-06-30', '2026-07-01'].map((on) => ({
      type: 'exam' as const,
      on,
    }))
    expect(latestGain(gains, 'exam', 2025)).to.equal('2026-06-30')
    expect(latestGain(gains, 'milestone', 2025)).to.equal(undefined)
  })
})

describe('the check before an extract is sent', () => {
  const columns = [
    '100',
    '101',
    '200',
    '300',
    '301',
    '900',
    '901',
    '1300',
    '1302',
    '1303',
    '1602',
    '1704',
  ].map((no) => ({ no, length: no === '100' ? 12 : 10 }))
  const row = (change: Readonly<Record<string, string>>) =>
    columns.map(({ no }) => ({ '100': 'A', '101': 'OR', '900': '20250801', ...change })[no] ?? '')
  const faults = (...changes: Readonly<Record<string, string>>[]) => {
    const check = preCheck(columns)
    return changes.flatMap((change, at) => check(row(change), at + 1).map(({ rule }) => rule))
  }

  const cases: [string, Readonly<Record<string, string>>[]][] = [
    ['blankId', [{ '100': '' }]],
    ['blankState', [{ '101': '' }]],
    ['birthDate', [{ '200': '1-2-1990' }]],
    ['trainingWithoutDate', [{ '1300': '1', '1302': '20250901' }]],
    ['exitBeforeEntry', [{ '901': '20250731' }]],
    ['veteranWithoutKind', [{ '300': '1' }]],
    ['employedWithoutWage', [{ '1602': '1', '1704': '0' }]],
    ['twoBirthDates', [{ '200': '19900101' }, { '200': '19910101', '900': '20250901' }]],
    ['sameIdTwice', [{}, {}]],
    ['tooLong', [{ '100': 'A'.repeat(13) }]],
  ]
  for (const [rule, changes] of cases)
    it(`finds ${rule}`, () => {
      expect(faults(...changes)).to.deep.equal([rule])
    })

  it('finds nothing in a sound row, nor in one with its parts', () => {
    expect(faults({})).to.deep.equal([])
    expect(
      faults({
        '200': '19900101',
        '300': '1',
        '301': '2',
        '901': '20250801',
        '1300': '1',
        '1302': '20250901',
        '1303': '06',
        '1602': '1',
        '1704': '5000.00',
      }),
    ).to.deep.equal([])
  })
})
