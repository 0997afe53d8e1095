import type { Badge } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import { faultsOf, inQuarters, needed, type Agreement, type Fault } from './agreement.js'
import type { Course } from './course.js'

/** What the rest of the world knows that a version must agree with. */
export interface Known {
  readonly course: Course | undefined
  readonly badges: ReadonlyMap<string, Pick<Badge, 'status'>>
  /** The versions of its own series. */
  readonly earlier: readonly Agreement[]
  /** The versions of the college's other agreements on the same course. */
  readonly others: readonly Agreement[]
  readonly today: Day
}

/** Everything that forbids publishing `next`, by field; empty when it may be published. */
export function faultsAmong(next: Agreement, known: Known): Fault[] {
  const { earlier, today } = known
  if (next.retired) return [...faultsOf(next, earlier), ...pastFaults(next, earlier, today)]
  return [
    ...faultsOf(next, earlier),
    ...pastFaults(next, earlier, today),
    ...courseFaults(next, known.course),
    ...badgeFaults(next, known.badges),
    ...overlapFaults(next, known.others),
  ]
}

/** A version that replaces another may not start in the past: that would change what people have earned already. */
const pastFaults = (next: Agreement, earlier: readonly Agreement[], today: Day): Fault[] =>
  earlier.length > 0 && next.from < today
    ? [{ field: 'from', message: 'agreements:error.startsInPast' }]
    : []

function courseFaults(next: Agreement, course: Course | undefined): Fault[] {
  if (!course) return [{ field: 'course', message: 'agreements:error.unknownCourse' }]
  if (course.status === 'withdrawn')
    return [{ field: 'course', message: 'agreements:error.withdrawnCourse' }]
  const { credits, unit } = course
  const isMore =
    credits !== undefined &&
    unit !== undefined &&
    inQuarters(next.credits, next.unit) > inQuarters(credits, unit)
  return isMore
    ? [{ field: 'credits', message: 'agreements:error.moreThanCourse', params: { full: credits } }]
    : []
}

function badgeFaults(next: Agreement, badges: Known['badges']): Fault[] {
  const unknown = next.badges.of.filter((slug) => !badges.has(slug))
  if (unknown.length > 0)
    return unknown.map((slug) => ({
      field: 'badges.of',
      message: 'agreements:error.unknownBadge',
      params: { badge: slug },
    }))
  const open = next.badges.of.filter((slug) => badges.get(slug)?.status === 'published')
  return open.length < needed(next.badges) && next.badges.of.length > 0
    ? [{ field: 'badges.of', message: 'agreements:error.nobodyCan' }]
    : []
}

const setOf = ({ badges }: Agreement) => `${needed(badges)} ${[...badges.of].sort().join(' ')}`

/** The same badges for the same course may not be promised twice at a time. */
function overlapFaults(next: Agreement, others: readonly Agreement[]): Fault[] {
  const newest = new Map<string, Agreement>()
  for (const other of others)
    if ((newest.get(other.series)?.version ?? 0) < other.version) newest.set(other.series, other)
  const twin = [...newest.values()].find(
    (other) =>
      !other.retired &&
      other.series !== next.series &&
      setOf(other) === setOf(next) &&
      (next.to === undefined || other.from <= next.to) &&
      (other.to === undefined || next.from <= other.to),
  )
  return twin
    ? [{ field: 'from', message: 'agreements:error.overlaps', params: { from: twin.from } }]
    : []
}
