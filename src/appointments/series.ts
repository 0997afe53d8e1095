/**
 * Times by a center's own clock. A weekly series keeps its hour on the wall when the clocks change. On the day they go
 * forward an hour is missing: a time inside it does not exist and is refused. On the day they go back an hour comes twice:
 * the first of the two is meant.
 */
import { DateTime } from 'luxon'
import { addDays, type Day } from '../calendar.js'

export type ClockTime = { readonly at: Date } | { readonly fault: 'gap' | 'unreadable' }

/** The instant of a day and time (`HH:MM`) by the clock of a zone. */
export function instantOf(day: Day, time: string, zone: string): ClockTime {
  const [hour, minute] = time.split(':').map(Number)
  const [year, month, date] = day.split('-').map(Number)
  if ([hour, minute, year, month, date].some((part) => part === undefined || Number.isNaN(part)))
    return { fault: 'unreadable' }
  const wall = DateTime.fromObject(
    { year: year ?? 0, month: month ?? 0, day: date ?? 0, hour: hour ?? 0, minute: minute ?? 0 },
    { zone },
  )
  if (!wall.isValid) return { fault: 'unreadable' }
  if (wall.hour !== hour || wall.minute !== minute) return { fault: 'gap' }
  const earlier = wall.minus({ hours: 1 })
  const isSecond = earlier.hour === hour && earlier.minute === minute && earlier.day === wall.day
  return { at: (isSecond ? earlier : wall).toJSDate() }
}

/** The days of a weekly series: the first, and the same weekday for as many weeks. */
export const weeklyDays = (first: Day, weeks: number): Day[] =>
  Array.from({ length: weeks }, (_, at) => addDays(first, 7 * at))

/** `HH:MM` by the clock of a zone. */
export const timeIn = (at: Date, zone: string): string =>
  DateTime.fromJSDate(at, { zone }).toFormat('HH:mm')

/** The instant a calendar day begins by the clock of a zone. */
export const startOfDay = (day: Day, zone: string): Date =>
  DateTime.fromISO(day, { zone }).startOf('day').toJSDate()

/** The Monday of the week of a day. */
export const mondayOf = (day: Day): Day => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 6) % 7))
}
