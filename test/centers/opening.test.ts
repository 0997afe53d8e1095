import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import { hoursLines, readHours } from '../../src/centers/hours-text.js'
import { weekdays, type Schedule } from '../../src/centers/listing.js'
import { faultsOf, isOpenAt, spansOn, weekdayOf } from '../../src/centers/opening.js'

const zone = 'America/Los_Angeles'
const rowsOf = (text: string) => readHours(text, 'c').rows
const rows = rowsOf(`MO,TU,WE,TH,FR 08:30-12:00
  MO,TU,WE,TH,FR 13:00-17:00
  SA 9:00-12:00 2026-06-01..2026-08-31
  2026-12-24 08:30-11:00
  2026-12-25..2026-12-26 closed`)

describe('the opening hours of a center', () => {
  const days: readonly (readonly [string, string, string])[] = [
    ['2026-11-23', 'MO', '08:30-12:00 13:00-17:00'],
    ['2026-11-29', 'SU', ''],
    ['2026-06-06', 'SA', '09:00-12:00'],
    ['2026-09-05', 'SA', ''],
    ['2026-12-24', 'TH', '08:30-11:00'],
    ['2026-12-25', 'FR', ''],
    ['2026-12-28', 'MO', '08:30-12:00 13:00-17:00'],
  ]
  for (const [day, weekday, spans] of days) {
    it(`on ${day}, a ${weekday}, are ${spans || 'closed'}`, () => {
      const found = spansOn(rows, day)?.map(({ from, to }) => `${from}-${to}`)

      expect(weekdayOf(day)).to.equal(weekday)
      expect(found?.join(' ')).to.equal(spans)
    })
  }

  const instants: readonly (readonly [string, boolean])[] = [
    ['2026-11-23T16:29:00Z', false],
    ['2026-11-23T16:30:00Z', true],
    ['2026-11-23T20:00:00Z', false],
    ['2026-11-24T00:59:00Z', true],
    ['2026-11-24T01:00:00Z', false],
    // The Monday after the clock went forward: 08:30 is an hour earlier in UTC.
    ['2026-03-09T15:30:00Z', true],
    ['2026-03-06T15:30:00Z', false],
  ]
  for (const [at, isOpen] of instants) {
    it(`at ${at} are ${isOpen ? 'open' : 'closed'} by the center's own clock`, () => {
      expect(isOpenAt(rows, new Date(at), zone)).to.equal(isOpen)
    })
  }

  it('are unknown, not closed, where nobody wrote any', () => {
    expect(spansOn([], '2026-11-23')).to.equal(undefined)
    expect(isOpenAt([], new Date('2026-11-23T16:30:00Z'), zone)).to.equal(undefined)
    expect(spansOn(rowsOf('2026-12-25 closed'), '2026-12-24')).to.equal(undefined)
    expect(spansOn(rowsOf('2026-12-25 closed'), '2026-12-25')).to.deep.equal([])
  })

  it('that a row of a feed cannot mean are named by field', () => {
    const row = (facts: Partial<Schedule>) => faultsOf({ id: 'x', ...facts }).map((f) => f.field)

    expect(row({ opens_at: '25:00', closes_at: '26:00' })).to.deep.equal(['opens_at', 'closes_at'])
    expect(row({ opens_at: '09:00' })).to.deep.equal(['closes_at'])
    expect(row({ opens_at: '17:00', closes_at: '09:00' })).to.deep.equal(['closes_at'])
    expect(row({ byday: 'MO,XX' })).to.deep.equal(['byday'])
    expect(row({ valid_from: '2026-02-30' })).to.deep.equal(['valid_from'])
    expect(row({ valid_from: '2026-03-02', valid_to: '2026-03-01' })).to.deep.equal(['valid_to'])
  })

  for (const line of ['MO 9-17', 'MON 09:00-17:00', '2026-13-01 closed', 'MO 17:00-09:00', 'open'])
    it(`refuse the line "${line}"`, () => {
      expect(readHours(`MO 09:00-17:00\n${line}`, 'c').faults.map((one) => one.line)).to.deep.equal(
        [2],
      )
    })

  const time = fc.integer({ min: 0, max: 23 * 60 + 58 })
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const span = fc
    .tuple(time, fc.integer({ min: 1, max: 600 }))
    .map(([from, length]) => `${clock(from)}-${clock(Math.min(from + length, 23 * 60 + 59))}`)
  const day = fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2024-01-01', days))
  const range = fc
    .tuple(day, fc.integer({ min: 0, max: 60 }))
    .map(([from, length]) => `${from}..${addDays(from, length)}`)
  const line = fc.oneof(
    fc
      .tuple(fc.subarray([...weekdays], { minLength: 1 }), span, fc.option(range, { nil: '' }))
      .map(([byday, hours, dates]) => `${byday.join(',')} ${hours} ${dates}`.trim()),
    fc.tuple(range, fc.oneof(span, fc.constant('closed'))).map((parts) => parts.join(' ')),
  )

  it('read as they were written', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const read = readHours(lines.join('\n'), 'c')
        const again = readHours(hoursLines(read.rows).join('; '), 'c')

        expect(read.faults).to.deep.equal([])
        expect(again.rows).to.deep.equal(read.rows)
      }),
    )
  })

  it('are open at an instant exactly when a span of that day holds it', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), day, time, (lines, on, minutes) => {
        const known = readHours(lines.join('\n'), 'c').rows
        const at = new Date(`${on}T${clock(minutes)}:00Z`)
        const within = spansOn(known, on)?.some(
          ({ from, to }) => from <= clock(minutes) && clock(minutes) < to,
        )

        expect(isOpenAt(known, at, 'UTC')).to.equal(within)
      }),
    )
  })
})
