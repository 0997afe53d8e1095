/**
 * How long the law has records kept. A program year runs from July 1 to June 30. Records of a participant are kept three
 * years after the close of the program year that holds the last thing to report: the fourth quarter after the quarter of
 * exit (20 CFR 683.220, 2 CFR 200.334, WIOA sec. 185). Example: exit on 2025-03-31, fourth quarter after it January to March
 * 2026, program year closes on 2026-06-30, kept until 2029-06-30. A legal hold beats every such day.
 */
import type { Day } from '../calendar.js'
import { isStanding, type CoEnrollment } from '../referrals/co-enrollment.js'
import { programYear, programYearOf, quarterAfterExit } from '../reports/quarter.js'

/** Three years after the close of the program year that holds `day`. */
const closesAfter = (day: Day): Day => programYear(programYearOf(day) + 3).to

/** The last day on which the records of somebody who left services on `exitOn` must be there. */
export const keepParticipantUntil = (exitOn: Day): Day =>
  closesAfter(quarterAfterExit(exitOn, 4).to)

/** The last day for a record that is complete on `on`: a granted credit, the log of disclosures. */
export const keepRecordUntil = closesAfter

/** What is known of a learner that the law asks to be kept. */
export interface Kept {
  /** The last day of services at a job center that had accepted them, or in a program that one reported. */
  readonly servedUntil?: Day
  /** The last day a college granted credit. */
  readonly grantedOn?: Day
}

/** The last day each reported program shows somebody served: today for one that goes on, none for one taken back. */
export const lastDaysOf = (
  stays: readonly Pick<CoEnrollment, 'endOn' | 'takenBack'>[],
  today: Day,
): Day[] =>
  stays
    .filter(isStanding)
    .map(({ endOn }) => (endOn === undefined || endOn > today ? today : endOn))

/** Until when the locked copy is kept: undefined when no law asks for one. */
export function lockedUntil({ servedUntil, grantedOn }: Kept): Day | undefined {
  const days = [
    ...(servedUntil === undefined ? [] : [keepParticipantUntil(servedUntil)]),
    ...(grantedOn === undefined ? [] : [keepRecordUntil(grantedOn)]),
  ]
  return days.sort().at(-1)
}

/** Until when rows that name nobody are kept: the log as long as the record it is about, at least its own time. */
export const logUntil = (leftOn: Day, locked: Day | undefined): Day =>
  [keepRecordUntil(leftOn), ...(locked === undefined ? [] : [locked])].sort().at(-1) ?? leftOn
