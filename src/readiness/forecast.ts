/**
 * When somebody may be job-ready, as an honest range: of people who became ready on the same track, had done as many steps
 * and went at a like pace, how long the middle half still took. People who took less time than has already gone by are left
 * out, so a pause moves the range. Below twenty people nothing is said. Example: 40 people with 6 steps at one to two a
 * week took 5 to 9 more weeks, counted from the day of the sixth step.
 */
import { addDays, daysBetween, type Day } from '../calendar.js'

/** Fewer people than this say nothing. */
export const fewestPeople = 20

/** The lower ends of the pace bands, in steps a week. */
export const paceBands = [0, 0.5, 1, 2, 4] as const

/** The last week of a histogram holds everybody who took longer. */
export const lastWeek = 260

/** How many people still took so many weeks, by week. */
export type Weeks = readonly number[]

/** Where somebody stands on a track: how many steps, since which day, at which pace. */
export interface Pace {
  readonly done: number
  readonly since: Day
  readonly band: number
}

/** The band of so many steps within the days from `from` to `to`; a single day counts as one. */
export function bandOf(steps: number, from: Day, to: Day): number {
  const perWeek = (steps * 7) / Math.max(1, daysBetween(from, to))
  return paceBands.filter((least) => least <= perWeek).length - 1
}

const sorted = (days: readonly Day[]) => [...days].sort()

/** Where somebody stands now; undefined before the first step. `doneOn` are the days of the steps that are done. */
export function paceOf(doneOn: readonly Day[], startedOn: Day | undefined): Pace | undefined {
  const days = sorted(doneOn)
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const from = startedOn !== undefined && startedOn < first ? startedOn : first
  return { done: days.length, since: last, band: bandOf(days.length, from, last) }
}

/** Every place where somebody who is ready now once stood, with the whole weeks it still took them. */
export function pastPaces(
  doneOn: readonly Day[],
  startedOn: Day | undefined,
  readyOn: Day,
): (Pace & { readonly weeks: number })[] {
  const days = sorted(doneOn).filter((day) => day <= readyOn)
  return days.flatMap((_, at) => {
    const pace = paceOf(days.slice(0, at + 1), startedOn)
    if (!pace) return []
    const weeks = Math.min(lastWeek, Math.floor(daysBetween(pace.since, readyOn) / 7))
    return [{ ...pace, weeks }]
  })
}

export interface Forecast {
  readonly from: Day
  readonly to: Day
  readonly people: number
}

/** The range for somebody at that pace; undefined when too few people are left to say anything. */
export function forecastOf(
  weeks: Weeks,
  { since }: Pick<Pace, 'since'>,
  today: Day,
): Forecast | undefined {
  const gone = Math.max(0, Math.floor(daysBetween(since, today) / 7))
  const left = weeks.map((people, week) => (week < gone ? 0 : people))
  const people = left.reduce((sum, one) => sum + one, 0)
  if (people < fewestPeople) return undefined
  const from = addDays(since, 7 * quantile(left, people, 0.25))
  const to = addDays(since, 7 * (quantile(left, people, 0.75) + 1) - 1)
  return { from: from < today ? today : from, to: to < today ? today : to, people }
}

/** The first week by whose end at least that share of the people was done. */
function quantile(left: Weeks, people: number, share: number): number {
  const wanted = Math.ceil(people * share)
  let sum = 0
  return left.findIndex((count) => (sum += count) >= wanted)
}
