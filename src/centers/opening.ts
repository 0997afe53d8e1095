/**
 * When a center is open. A row with weekdays opens it on those days, inside its dates where it has them; a day may have
 * several rows. A row without weekdays is about the very days from its first to its last alone, and on these days it rules
 * over every weekly row: with hours the center is open then, without it is closed (a holiday). Nothing said about any
 * hours means unknown, never closed.
 * Example: MO-FR 08:30-17:00, and 2026-12-25 to 2026-12-25 without hours: closed on Christmas, open on the 24th.
 */
import { DateTime } from 'luxon'
import { isDay, type Day } from '../calendar.js'
import { weekdays, type Schedule, type Weekday } from './listing.js'

/** One span of a day by the center's clock, `HH:MM`. */
export interface Span {
  readonly from: string
  readonly to: string
}

/** The weekday of a calendar day. */
export const weekdayOf = (day: Day): Weekday =>
  weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'MO'

const within = ({ dtstart, valid_from, valid_to, until }: Schedule, day: Day) =>
  (dtstart === undefined || dtstart <= day) &&
  (valid_from === undefined || valid_from <= day) &&
  (valid_to === undefined || day <= valid_to) &&
  (until === undefined || day <= until)

const spanOf = ({ opens_at, closes_at }: Schedule): Span[] =>
  opens_at === undefined || closes_at === undefined || closes_at <= opens_at
    ? []
    : [{ from: opens_at, to: closes_at }]

const daysIn = (byday: string): string[] => byday.split(',').map((one) => one.trim())

/** True for a row about exact days: no weekdays, and a first and last day. */
export const isException = (row: Schedule): boolean =>
  row.byday === undefined &&
  row.bymonthday === undefined &&
  row.valid_from !== undefined &&
  row.valid_to !== undefined

/** False for a row that is rarer than every week: monthly, every second week, three times, in some weeks of the year. */
export const isEveryWeek = ({ freq, interval = 1, count, byweekno }: Schedule): boolean =>
  freq !== 'MONTHLY' && interval === 1 && count === undefined && byweekno === undefined

/** A weekly row this page understands; rarer ones are kept and not reckoned with. */
export const isWeekly = (row: Schedule): boolean =>
  row.byday !== undefined && isEveryWeek(row) && spanOf(row).length > 0

/** The spans of one day, earliest first; none for closed, undefined where nobody knows. */
export function spansOn(rows: readonly Schedule[], day: Day): Span[] | undefined {
  const special = rows.filter((row) => isException(row) && within(row, day))
  if (special.length > 0) return sorted(special.flatMap(spanOf))
  if (!rows.some(isWeekly)) return undefined
  const weekday = weekdayOf(day)
  const weekly = rows.filter(
    (row) => isWeekly(row) && within(row, day) && daysIn(row.byday ?? '').includes(weekday),
  )
  return sorted(weekly.flatMap(spanOf))
}

const sorted = (spans: readonly Span[]) =>
  [...spans].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1))

/** Whether it is open at an instant, by the clock of its zone; undefined where nobody knows. */
export function isOpenAt(rows: readonly Schedule[], at: Date, zone: string): boolean | undefined {
  const here = DateTime.fromJSDate(at, { zone })
  const day = here.toFormat('yyyy-MM-dd')
  const time = here.toFormat('HH:mm')
  return spansOn(rows, day)?.some(({ from, to }) => from <= time && time < to)
}

/** A fault of one row, by its field. */
export interface RowFault {
  readonly field: keyof Schedule
  readonly message: string
}

const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

/** What is wrong with a row in itself: impossible times, days or dates. */
export function faultsOf(row: Schedule): RowFault[] {
  const { opens_at, closes_at, byday, valid_from, valid_to } = row
  const faults: RowFault[] = []
  const add = (field: keyof Schedule, message: string) => faults.push({ field, message })
  for (const field of ['opens_at', 'closes_at'] as const)
    if (row[field] !== undefined && !isTime(row[field])) add(field, 'centers:field.time')
  if ((opens_at === undefined) !== (closes_at === undefined))
    add(opens_at === undefined ? 'opens_at' : 'closes_at', 'centers:field.bothTimes')
  if (opens_at !== undefined && closes_at !== undefined && closes_at <= opens_at)
    add('closes_at', 'centers:field.closesAfterOpens')
  if (byday !== undefined && row.freq !== 'MONTHLY')
    if (!daysIn(byday).every((day) => (weekdays as readonly string[]).includes(day)))
      add('byday', 'centers:field.weekdays')
  for (const field of ['valid_from', 'valid_to', 'dtstart', 'until'] as const)
    if (row[field] !== undefined && !isDay(row[field])) add(field, 'http:field.notADate')
  if (valid_from !== undefined && valid_to !== undefined && valid_to < valid_from)
    add('valid_to', 'centers:field.lastBeforeFirst')
  return faults
}
