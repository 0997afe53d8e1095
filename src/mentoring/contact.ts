import { daysBetween, type Day } from '../calendar.js'
import type { Pairing } from './pairing.js'

/** Two weeks without contact is when pairs start to drift apart: the usual alert of mentoring programs. */
export const quietAfterDays = 14

/** The last day the two were in touch, by a meeting or a nudge; the start of the pairing counts as the first. */
export const lastContactOn = (
  pairing: Pick<Pairing, 'startedOn' | 'lastMeetingOn' | 'lastNudgeOn'>,
): Day =>
  [pairing.startedOn, pairing.lastMeetingOn ?? '', pairing.lastNudgeOn ?? ''].reduce((a, b) =>
    a > b ? a : b,
  )

/** How many days ago that was, and whether it is time to get in touch. */
export function contactOf(
  pairing: Pick<Pairing, 'startedOn' | 'lastMeetingOn' | 'lastNudgeOn'>,
  today: Day,
): { readonly on: Day; readonly days: number; readonly isQuiet: boolean } {
  const on = lastContactOn(pairing)
  const days = Math.max(0, daysBetween(on, today))
  return { on, days, isQuiet: days >= quietAfterDays }
}
