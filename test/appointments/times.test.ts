import { expect } from 'chai'
import fc from 'fast-check'
import { whenText } from '../../src/appointments/appointment.js'
import { escapeText, fold, icsOf, utcStamp, type IcsEvent } from '../../src/appointments/ics.js'
import {
  instantOf,
  mondayOf,
  startOfDay,
  timeIn,
  weeklyDays,
} from '../../src/appointments/series.js'
import { heldBy, quarter, remindAt, slotFaults } from '../../src/appointments/slot.js'
import { addDays, dayOf } from '../../src/calendar.js'

const zone = 'America/Los_Angeles'

describe('times by the clock of a center', () => {
  const instants: readonly (readonly [string, string, string])[] = [
    ['2026-03-07', '10:00', '2026-03-07T18:00:00.000Z'],
    ['2026-03-08', '01:45', '2026-03-08T09:45:00.000Z'],
    ['2026-03-08', '02:00', 'gap'],
    ['2026-03-08', '02:45', 'gap'],
    ['2026-03-08', '03:00', '2026-03-08T10:00:00.000Z'],
    // The hour that comes twice: the first is meant.
    ['2026-11-01', '01:30', '2026-11-01T08:30:00.000Z'],
    ['2026-11-01', '02:00', '2026-11-01T10:00:00.000Z'],
    ['2026-02-30', '10:00', 'unreadable'],
    ['2026-02-28', '25:00', 'unreadable'],
  ]
  for (const [day, time, expected] of instants)
    it(`${day} ${time} is ${expected}`, () => {
      const found = instantOf(day, time, zone)

      expect('fault' in found ? found.fault : found.at.toISOString()).to.equal(expected)
    })

  it('keep the hour on the wall through a year of weeks', () => {
    const times = weeklyDays('2026-01-05', 52).map((day) => instantOf(day, '09:30', zone))
    const offsets = new Set(
      times.map((one) => ('at' in one ? one.at.toISOString().slice(11, 16) : one.fault)),
    )

    expect(times.every((one) => 'at' in one && timeIn(one.at, zone) === '09:30')).to.equal(true)
    expect([...offsets].sort()).to.deep.equal(['16:30', '17:30'])
  })

  it('name only instants that read the same on that wall', () => {
    const day = fc.integer({ min: 0, max: 2000 }).map((days) => addDays('2024-01-01', days))
    const part = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
    const zones = fc.constantFrom(zone, 'America/New_York', 'America/Phoenix', 'Pacific/Honolulu')
    fc.assert(
      fc.property(day, part(23), part(59), zones, (on, hour, minute, where) => {
        const found = instantOf(on, `${hour}:${minute}`, where)
        if ('fault' in found) expect(found.fault).to.equal('gap')
        else {
          expect(timeIn(found.at, where)).to.equal(`${hour}:${minute}`)
          expect(dayOf(found.at, where)).to.equal(on)
        }
      }),
    )
  })

  it('begin the day and the week where people do', () => {
    expect(startOfDay('2026-03-09', zone).toISOString()).to.equal('2026-03-09T07:00:00.000Z')
    expect(mondayOf('2026-11-22')).to.equal('2026-11-16')
    expect(mondayOf('2026-11-16')).to.equal('2026-11-16')
  })

  it('are said in words, with the clock they mean', () => {
    const at = new Date('2026-11-23T18:00:00Z')

    expect(whenText(at, zone, 'en')).to.match(/Monday, November 23, 2026.*10:00.AM PST/)
    expect(whenText(at, 'America/New_York', 'es')).to.match(/lunes, 23 de noviembre de 2026.*1:00/)
  })
})

describe('a slot', () => {
  const now = new Date('2026-11-22T18:00:00Z')
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
  const faults = (from: number, length: number, capacity = 1) =>
    slotFaults({ startsAt: at(from), endsAt: at(from + length), capacity }, now).map((f) => f.field)

  const table: readonly (readonly [
    string,
    readonly [number, number, number?],
    readonly string[],
  ])[] = [
    ['tomorrow for half an hour', [1440, 30], []],
    ['at an odd minute', [1441, 30], ['time']],
    ['of no length', [1440, 0], ['minutes']],
    ['of ten minutes', [1440, 10], ['minutes']],
    ['of five hours', [1440, 300], ['minutes']],
    ['for nobody', [1440, 30, 0], ['capacity']],
    ['for half a person', [1440, 30, 0.5], ['capacity']],
    ['for 51', [1440, 30, 51], ['capacity']],
    ['that is past', [-15, 30], ['startsOn']],
    ['that begins now', [0, 30], ['startsOn']],
    ['in two years', [2 * 365 * 1440, 30], ['startsOn']],
  ]
  for (const [what, given, fields] of table)
    it(`${what} is ${fields.length === 0 ? 'fine' : `wrong in ${fields.join(', ')}`}`, () => {
      expect(faults(...(given as [number, number, number?]))).to.deep.equal(fields)
    })

  it('shares a quarter hour with another exactly when they overlap', () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 16 }))
      .map(([from, length]) => ({
        startsAt: new Date(now.getTime() + from * quarter),
        endsAt: new Date(now.getTime() + (from + length) * quarter),
      }))
    fc.assert(
      fc.property(span, span, (a, b) => {
        const shared = heldBy('x', a).some((key) => heldBy('x', b).includes(key))

        expect(shared).to.equal(a.startsAt < b.endsAt && b.startsAt < a.endsAt)
        expect(heldBy('y', a).some((key) => heldBy('x', b).includes(key))).to.equal(false)
      }),
    )
  })

  it('reminds a day before, but not of what was booked within that day', () => {
    expect(remindAt(at(3000), now)).to.deep.equal(at(1560))
    expect(remindAt(at(1440), now)).to.equal(undefined)
    expect(remindAt(at(1441), now)).to.deep.equal(at(1))
  })
})

describe('a calendar file', () => {
  const event: IcsEvent = {
    uid: 'a@waymark.example',
    stamp: new Date('2026-11-22T18:00:00Z'),
    startsAt: new Date('2026-11-23T18:00:00Z'),
    endsAt: new Date('2026-11-23T18:30:00Z'),
    sequence: 2,
    isCancelled: false,
    summary: 'Appointment at North; South, "West"',
    description: 'In person\nRoom \\ 4',
    location: '1 Main St, Portland',
    url: 'https://waymark.example/appointments/a',
  }
  const unfolded = (text: string) => text.replace(/\r\n[ \t]/g, '').split('\r\n')
  const unescaped = (text: string) =>
    text.replace(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? '\n' : sign))
  const valueOf = (text: string, name: string) => {
    const line = unfolded(text).find((one) => one.startsWith(`${name}:`))
    return line === undefined ? undefined : unescaped(line.slice(name.length + 1))
  }

  it('has every property RFC 5545 requires, once, in its place', () => {
    const lines = unfolded(icsOf(event))

    expect(lines[0]).to.equal('BEGIN:VCALENDAR')
    expect(lines.slice(-3)).to.deep.equal(['END:VEVENT', 'END:VCALENDAR', ''])
    for (const name of ['VERSION', 'PRODID', 'UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'SEQUENCE'])
      expect(
        lines.filter((line) => line.startsWith(`${name}:`)),
        name,
      ).to.have.length(1)
    expect(lines).to.include('DTSTART:20261123T180000Z')
    expect(lines).to.include('STATUS:CONFIRMED')
    expect(unfolded(icsOf({ ...event, isCancelled: true }))).to.include.members([
      'METHOD:CANCEL',
      'STATUS:CANCELLED',
    ])
  })

  const text = fc.string({ unit: 'grapheme', maxLength: 200 })
  it('says what it was given, whatever signs that has', () => {
    fc.assert(
      fc.property(text, text, text, (summary, description, location) => {
        const written = icsOf({ ...event, summary, description, location })
        // What RFC 5545 forbids in text is dropped.
        const kept = (one: string) =>
          Array.from(one.replace(/\r\n?/g, '\n'))
            .filter((sign) => sign === '\n' || sign === '\t' || (sign >= ' ' && sign !== '\u007f'))
            .join('')

        expect(valueOf(written, 'SUMMARY')).to.equal(kept(summary))
        expect(valueOf(written, 'DESCRIPTION')).to.equal(kept(description))
        expect(valueOf(written, 'LOCATION')).to.equal(kept(location))
      }),
    )
  })

  it('never has a line over 75 bytes, a bare line end or half a character', () => {
    fc.assert(
      fc.property(text, (summary) => {
        const written = icsOf({ ...event, summary })

        for (const line of written.split('\r\n')) {
          expect(Buffer.byteLength(line)).to.be.at.most(75)
          expect(line).to.not.match(/[\r\n]/)
          expect(Buffer.from(line).toString()).to.equal(line)
        }
        const marks = (words: string) => words.split('\ufffd').length
        expect(marks(written)).to.equal(marks(summary))
      }),
    )
  })

  it('folds and unfolds to the same, and escapes what it must', () => {
    fc.assert(
      fc.property(text, (line) => {
        const plain = line.replace(/[\r\n]/g, '')
        expect(fold(plain).replace(/\r\n /g, '')).to.equal(plain)
      }),
    )
    expect(escapeText('a,b;c\\d\ne\rf\r\ng')).to.equal('a\\,b\\;c\\\\d\\ne\\nf\\ng')
    expect(utcStamp(new Date('2026-01-02T03:04:05.678Z'))).to.equal('20260102T030405Z')
  })
})
