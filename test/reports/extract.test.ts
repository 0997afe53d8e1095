import { expect } from 'chai'
import fc from 'fast-check'
import { extractSchemas } from '../../src/reports/extract-schema.js'
import {
  extractRow,
  hasLostGain,
  hasOutsideGain,
  participantCode,
  participantsOf,
  type Participant,
  type Person,
} from '../../src/reports/extract.js'

describe('the participant extract', () => {
  const [schema] = extractSchemas()
  const participant: Participant = {
    learnerId: '0190-ada',
    state: 'OR',
    postalCode: '97201',
    enteredOn: '2025-08-01',
    gains: [{ type: 'exam', on: '2026-01-15' }],
    lostGains: [],
    outsideGains: [],
    covers: new Set(['outcome', 'contact', 'credential']),
  }
  const cells = (change: Partial<Participant> = {}) => {
    const row = extractRow(schema!, { ...participant, ...change }, 7, 2025)
    return new Map(schema!.columns.map(({ no }, at) => [no, row[at]]))
  }

  it('fills what is held, in the order of the schema, and leaves every other column empty', () => {
    const filled = [...cells()].filter(([, value]) => value !== '')

    expect(filled).to.deep.equal([
      ['OBS', '7'],
      ['100', participantCode('0190-ada')],
      ['101', 'OR'],
      ['103', '97201'],
      ['900', '20250801'],
      ['1810', '20260115'],
    ])
  })

  it('leaves empty what the learner does not share with the board', () => {
    const row = cells({ covers: new Set(['outcome']) })

    expect(['101', '103', '1810'].map((no) => row.get(no))).to.deep.equal(['', '', ''])
  })

  it('has the exit, and of the first version every column in its place and without it', () => {
    const exited = { ...participant, exitedOn: '2025-12-31' }
    expect(cells(exited).get('901')).to.equal('20251231')
    const first = extractSchemas().find(({ version }) => version === '2025-provider-1')
    const row = extractRow(first!, exited, 7, 2025)
    expect(row).to.have.length(59)
    expect(row.filter((cell) => cell !== '')).to.deep.equal([...cells().values()].filter(Boolean))
  })

  it('does not say which funds paid: centers report the program alone', () => {
    expect(['903', '904', '905'].map((no) => cells().get(no))).to.deep.equal(['', '', ''])
  })

  it('has lost a gain where one of that year rests on nothing, and the board may know', () => {
    const lostGains = [{ type: 'exam', on: '2026-01-15' }] as const
    const { covers } = participant
    expect(hasLostGain({ lostGains, covers }, 2025)).to.equal(true)
    expect(hasLostGain({ lostGains, covers }, 2026)).to.equal(false)
    expect(hasLostGain({ lostGains, covers: new Set(['outcome']) }, 2025)).to.equal(false)
    expect(hasLostGain(participant, 2025)).to.equal(false)
  })

  const on = (day: string) => ({ type: 'milestone' as const, on: day })
  const stay = (startOn: string, endOn?: string) => ({
    program: 'wioa-adult' as const,
    startOn,
    ...(endOn !== undefined && { endOn }),
  })
  const today = '2026-06-30'
  const person: Person = {
    learnerId: 'ada',
    stays: [stay('2026-03-01')],
    gains: [],
    lostGains: [],
    covers: new Set(['outcome', 'credential']),
  }
  const rows = (change: Partial<Person>, year = 2025) =>
    participantsOf({ ...person, ...change }, year, today)
  const seen = (change: Partial<Person>, year = 2025) =>
    rows(change, year).map((one) => {
      const row = extractRow(schema!, one, 1, year)
      const at = (no: string) => row[schema!.columns.findIndex((column) => column.no === no)]
      return [at('900'), at('901'), at('1809'), hasOutsideGain(one)]
    })

  const whole: [string, Partial<Person>, ReturnType<typeof seen>][] = [
    ['a gain before the entry', { gains: [on('2025-08-10')] }, [['20260301', '', '', true]]],
    [
      'a gain on the day of entry',
      { gains: [on('2026-03-01')] },
      [['20260301', '', '20260301', false]],
    ],
    [
      'a gain before and a gain after the entry',
      { gains: [on('2025-08-10'), on('2026-04-01')] },
      [['20260301', '', '20260401', true]],
    ],
    [
      'a gain on the last day, the exit final',
      { stays: [stay('2025-08-01', '2026-01-31')], gains: [on('2026-01-31')] },
      [['20250801', '20260131', '20260131', false]],
    ],
    [
      'a gain after the last day, the exit final',
      { stays: [stay('2025-08-01', '2026-01-31')], gains: [on('2026-02-01')] },
      [['20250801', '20260131', '', true]],
    ],
    [
      'a gain after the last day, the exit not known yet',
      { stays: [stay('2025-08-01', '2026-05-31')], gains: [on('2026-06-01')] },
      [['20250801', '', '', true]],
    ],
    [
      'a gain in a gap of at most 90 days',
      {
        stays: [stay('2025-08-01', '2026-01-31'), stay('2026-05-01')],
        gains: [on('2026-02-15')],
      },
      [['20250801', '', '20260215', false]],
    ],
    [
      'an earlier stay that ended before the year and overlaps a later one',
      { stays: [stay('2025-01-15', '2025-06-15'), stay('2025-06-01')], gains: [on('2025-08-10')] },
      [['20250115', '', '20250810', false]],
    ],
    [
      're-entry after an exit within the year',
      {
        stays: [stay('2025-07-15', '2025-08-31'), stay('2026-01-15')],
        gains: [on('2025-08-10'), on('2025-10-10'), on('2026-02-01')],
      },
      [
        ['20250715', '20250831', '20250810', true],
        ['20260115', '', '20260201', false],
      ],
    ],
    [
      'an exit before the year',
      { stays: [stay('2024-07-15', '2024-08-31'), stay('2026-01-15')], gains: [on('2024-08-10')] },
      [['20260115', '', '', false]],
    ],
    [
      'nothing told to a board that may not know of gains',
      { gains: [on('2025-08-10')], covers: new Set(['outcome']) },
      [['20260301', '', '', false]],
    ],
    ['nobody who took no part that year', { stays: [stay('2024-07-15', '2024-08-31')] }, []],
  ]
  for (const [name, change, expected] of whole)
    it(`has right: ${name}`, () => {
      expect(seen(change)).to.deep.equal(expected)
    })

  it('tells what is lost once, with the first row', () => {
    const stays = [stay('2025-07-15', '2025-08-31'), stay('2026-01-15')]
    const lostGains = [on('2025-08-10')]
    expect(rows({ stays, lostGains }).map((one) => hasLostGain(one, 2025))).to.deep.equal([
      true,
      false,
    ])
  })

  it('names people by twelve letters and digits that are no number of theirs', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (id, other) => {
        const code = participantCode(id)
        expect(code).to.match(/^[0-9A-Z]{12}$/)
        expect(id.toUpperCase().replaceAll('-', '')).not.to.contain(code)
        expect(code === participantCode(other)).to.equal(id === other)
      }),
    )
  })

  it('has each element once, with its source', () => {
    const numbers = schema!.columns.map(({ no }) => no)
    expect(new Set(numbers).size).to.equal(numbers.length)
    expect(numbers.slice(0, 2)).to.deep.equal(['OBS', '100'])
  })
})
