/** An academic year runs from 1 July to 30 June and is named by both: 2014-15. */
import { isCatalogYear } from './agreement.js'
import type { Day } from '../calendar.js'

/** The academic year a day falls in. */
export function academicYearOf(day: Day): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < '07-01' ? 1 : 0)
  return nameOf(year)
}

const nameOf = (year: number) => `${year}-${String((year + 1) % 100).padStart(2, '0')}`

/** The first instants of the year and of the one after, at midnight Pacific standard time. */
export function spanOf(name: string): { readonly from: Date; readonly until: Date } {
  const year = Number(name.slice(0, 4))
  const start = (of: number) => new Date(`${of}-07-01T07:00:00Z`)
  return { from: start(year), until: start(year + 1) }
}

/** The last years up to the one of a day, newest first. */
export const lastYears = (today: Day, count: number): string[] => {
  const newest = Number(academicYearOf(today).slice(0, 4))
  return Array.from({ length: count }, (_, index) => nameOf(newest - index))
}

export const isAcademicYear = (text: string): boolean =>
  isCatalogYear(text) && text >= '1970' && text < '2200'
