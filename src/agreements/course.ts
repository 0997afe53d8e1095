/**
 * A course as a college's catalog has it. Agreements name courses of this list only, so that nobody is promised a course
 * that does not exist. What was not read in a catalog is missing, never guessed.
 */
import type { Day } from '../calendar.js'
import { isCatalogYear, isCreditAmount, type CreditUnit, type Fault } from './agreement.js'

export interface Course {
  readonly collegeId: string
  /** "CIS 122": one of a kind at its college. */
  readonly code: string
  readonly title?: string
  readonly credits?: number
  readonly unit?: CreditUnit
  readonly catalogYear?: string
  /** What it teaches, in a few words each. */
  readonly topics: readonly string[]
  readonly status: 'offered' | 'withdrawn'
  readonly source?: string
  readonly changedOn?: Day
}

const codePattern = /^[A-Z][A-Z&]{0,7} [0-9]{1,4}[A-Z*]{0,2}$/

/** "cis  122" as a catalog prints it: "CIS 122". */
export const tidyCode = (text: string): string => text.trim().replace(/\s+/g, ' ').toUpperCase()

/** What is wrong with a course; empty when it may be kept. */
export function faultsOfCourse(course: Course): Fault[] {
  return [
    ...(codePattern.test(course.code) ? [] : [{ field: 'code', message: 'agreements:error.code' }]),
    ...(course.credits === undefined || isCreditAmount(course.credits)
      ? []
      : [{ field: 'credits', message: 'agreements:error.credits' }]),
    ...(course.credits !== undefined && course.unit === undefined
      ? [{ field: 'unit', message: 'agreements:error.unit' }]
      : []),
    ...(course.catalogYear === undefined || isCatalogYear(course.catalogYear)
      ? []
      : [{ field: 'catalogYear', message: 'agreements:error.catalogYear' }]),
  ]
}
