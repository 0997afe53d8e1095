import type { Actor } from '../access/actor.js'
import type { Day } from '../calendar.js'
import { academicYearOf, spanOf } from '../agreements/academic-year.js'
import { countDecisions, type CreditCount } from './credit-report-store.js'
import { ownCollege } from '../agreements/keep-course.js'

/** What a college decided in an academic year: by course, and how many learners were given credit. */
export interface CreditReport {
  readonly year: string
  readonly courses: readonly CreditCount[]
  readonly learners: number
}

/** The report of the actor's college, of the year of `today` unless another is named. */
export async function readCreditReport(
  actor: Actor,
  named: string | undefined,
  today: Day,
): Promise<CreditReport> {
  const year = named ?? academicYearOf(today)
  const { from, until } = spanOf(year)
  return { year, ...(await countDecisions(ownCollege(actor), from, until)) }
}
