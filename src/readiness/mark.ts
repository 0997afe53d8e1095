/**
 * A mark is a person's dated word that a readiness rule may rest on: a mentor signs off, somebody logs interview practice,
 * somebody opened the portfolio. It is never changed, only taken back by who gave it. A check of a portfolio counts for the
 * address that was opened and no other.
 */
import { monthsAfter } from '../agreements/agreement.js'
import { addDays, type Day } from '../calendar.js'

export const markKinds = ['sign-off', 'practice', 'portfolio'] as const
export type MarkKind = (typeof markKinds)[number]

/** 'program': the link answered when the program asked, which is less than somebody looking at it. */
export const markRoles = ['mentor', 'staff', 'learner', 'program'] as const
export type MarkRole = (typeof markRoles)[number]

export const practiceKinds = ['talk', 'technical', 'phone', 'other'] as const

export interface Mark {
  readonly id: string
  readonly communityId: string
  readonly learnerId: string
  readonly kind: MarkKind
  readonly on: Day
  /** The address that was opened, or the kind of practice. */
  readonly about: string
  readonly note?: string
  readonly byAccountId: string
  readonly byName: string
  readonly byRole: MarkRole
  readonly at: Date
  readonly demonstration: boolean
}

/** The last day on which something of `on` is at most `months` months old; undefined when it never ages. */
export const goodUntil = (on: Day, months: number | undefined): Day | undefined =>
  months === undefined ? undefined : monthsAfter(on, months)

/** The marks of one kind that are not older than asked on that day, earliest first. */
export const freshMarks = (
  marks: readonly Mark[],
  kind: MarkKind,
  months: number | undefined,
  today: Day,
): Mark[] =>
  marks
    .filter((mark) => mark.kind === kind && (goodUntil(mark.on, months) ?? today) >= today)
    .sort((a, b) => a.on.localeCompare(b.on) || a.id.localeCompare(b.id))

const never: Day = '9999-12-31'

/**
 * Since when there have been, without a gap, so many marks that were not too old on each day; undefined when there are not
 * today. Who is signed off anew before the last time is too old has been signed off since the first time.
 */
export function heldSince(
  marks: readonly Mark[],
  count: number,
  months: number | undefined,
  today: Day,
): Day | undefined {
  const days = marks.map(({ on }) => on).sort()
  let since: Day | undefined
  let until = ''
  for (const [at, on] of days.slice(count - 1).entries()) {
    const good = goodUntil(days[at] ?? on, months) ?? never
    if (good < on) continue
    if (since === undefined || on > addDays(until, 1)) since = on
    until = good
  }
  return until >= today ? since : undefined
}
