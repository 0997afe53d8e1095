/**
 * Opening hours as people type them, one row a line, and as a cell of a spreadsheet (`; ` between rows):
 *   MO,TU,WE,TH,FR 08:30-17:00          every week
 *   MO 08:30-12:00 2026-07-01..2026-08-31   every week between two days
 *   2026-12-24 08:30-12:00              that day alone
 *   2026-12-25..2026-12-26 closed       those days
 */
import { isDay, type Day } from '../calendar.js'
import { faultsOf, isEveryWeek } from './opening.js'
import { weekdays, type Schedule } from './listing.js'

const time = '(\\d{1,2}:\\d{2})'
const day = '(\\d{4}-\\d{2}-\\d{2})'
const weekly = new RegExp(
  `^([A-Z]{2}(?:\\s*,\\s*[A-Z]{2})*)\\s+${time}\\s*-\\s*${time}(?:\\s+${day}?\\.\\.${day}?)?$`,
)
const special = new RegExp(`^${day}(?:\\.\\.${day})?\\s+(?:CLOSED|${time}\\s*-\\s*${time})$`)

/** What a line means, without an id; undefined when it is no such line. */
function rowOf(line: string): Omit<Schedule, 'id'> | undefined {
  const text = line.trim().toUpperCase()
  const week = weekly.exec(text)
  if (week) {
    const [, days = '', opens = '', closes = '', from, to] = week
    return {
      freq: 'WEEKLY',
      byday: inOrder(days.split(',').map((one) => one.trim())),
      opens_at: opens.padStart(5, '0'),
      closes_at: closes.padStart(5, '0'),
      ...(from !== undefined && { valid_from: from }),
      ...(to !== undefined && { valid_to: to }),
    }
  }
  const once = special.exec(text)
  if (!once) return undefined
  const [, from = '', to, opens, closes] = once
  return {
    valid_from: from,
    valid_to: to ?? from,
    ...(opens !== undefined && { opens_at: opens.padStart(5, '0') }),
    ...(closes !== undefined && { closes_at: closes.padStart(5, '0') }),
  }
}

const inOrder = (days: readonly string[]) => {
  const known = weekdays.filter((one) => days.includes(one))
  const unknown = days.filter((one) => !(weekdays as readonly string[]).includes(one))
  return [...known, ...unknown].join(',')
}

export interface HoursFault {
  /** Which line, from 1. */
  readonly line: number
  readonly message: string
}

/** Reads hours; ids are `${id}-h1`, `-h2` … in order. Lines may also be parted by `;`. */
export function readHours(
  text: string,
  id: string,
): { readonly rows: Schedule[]; readonly faults: HoursFault[] } {
  const lines = text.split(/[\n;]/)
  const rows: Schedule[] = []
  const faults: HoursFault[] = []
  lines.forEach((line, at) => {
    if (line.trim() === '') return
    const read = rowOf(line)
    const row = read && { id: `${id}-h${rows.length + 1}`, ...read }
    const message = row ? faultsOf(row)[0]?.message : 'centers:field.hoursLine'
    if (message !== undefined) faults.push({ line: at + 1, message })
    else if (row) rows.push(row)
  })
  return { rows, faults }
}

const datesOf = (from?: Day, to?: Day) =>
  from === undefined && to === undefined ? '' : ` ${from ?? ''}..${to ?? ''}`

function lineOf(row: Schedule): string | undefined {
  const { opens_at, closes_at, byday, valid_from, valid_to } = row
  const hours = opens_at && closes_at ? `${opens_at}-${closes_at}` : undefined
  if (byday && hours) return `${inOrder(byday.split(','))} ${hours}${datesOf(valid_from, valid_to)}`
  if (valid_from === undefined || valid_to === undefined || !isDay(valid_from)) return undefined
  const days = valid_from === valid_to ? valid_from : `${valid_from}..${valid_to}`
  return `${days} ${hours ?? 'closed'}`
}

/** The lines of hours that can be typed so; rows of other kinds (monthly ones, every second week) are left out. */
export const hoursLines = (rows: readonly Schedule[]): string[] =>
  rows.flatMap((row) => (isEveryWeek(row) ? (lineOf(row) ?? []) : []))
