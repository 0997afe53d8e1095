/**
 * Quarters and program years of workforce reports, by calendar day. The nth quarter after exit is a whole calendar quarter
 * and not n times 91 days; a program year runs from 1 July and is named by the year it starts in. Example: exit on 1 June
 * 2017 makes October to December 2017 the second quarter after exit.
 */
import { addDays, type Day } from '../calendar.js'

export interface Span {
  readonly from: Day
  readonly to: Day
}

/** The number of the calendar quarter of a day; one more for every quarter. */
export const quarterOf = (day: Day): number =>
  Number(day.slice(0, 4)) * 4 + Math.floor((Number(day.slice(5, 7)) - 1) / 3)

const firstDayOf = (quarter: number): Day => {
  const month = (quarter % 4) * 3 + 1
  return `${String(Math.floor(quarter / 4)).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`
}

/** The days of some quarters, both ends within. */
const quartersFrom = (first: number, last = first): Span => ({
  from: firstDayOf(first),
  to: addDays(firstDayOf(last + 1), -1),
})

/** The nth quarter after the quarter of exit. */
export const quarterAfterExit = (exitOn: Day, nth: number): Span =>
  quartersFrom(quarterOf(exitOn) + nth)

/** The program year of a day: `2025` runs from 1 July 2025 to 30 June 2026. */
export const programYearOf = (day: Day): number =>
  Number(day.slice(0, 4)) - (day.slice(5, 7) < '07' ? 1 : 0)

export const programYear = (year: number): Span => ({
  from: `${String(year)}-07-01`,
  to: `${String(year + 1)}-06-30`,
})
