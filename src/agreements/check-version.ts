import { findBadges } from '../badges/badge-store.js'
import type { Day } from '../calendar.js'
import { faultsAmong } from './agreement-faults.js'
import { agreementsOfCourse, versionsOf } from './agreement-store.js'
import type { Agreement, Fault } from './agreement.js'
import { findCourse } from './course-store.js'

/** Everything that forbids publishing the version, held against catalog, badges and the college's other agreements. */
export async function checkVersion(next: Agreement, today: Day): Promise<Fault[]> {
  const [course, badges, earlier, others] = await Promise.all([
    findCourse(next.collegeId, next.course),
    findBadges(),
    versionsOf([next.series]),
    agreementsOfCourse(next.collegeId, next.course),
  ])
  const faults = faultsAmong(next, {
    course,
    badges: new Map(badges.map((badge) => [badge.slug, badge])),
    earlier,
    others: others.filter(({ series }) => series !== next.series),
    today,
  })
  return faults.map((fault) => ({ ...fault, field: fieldNames[fault.field] ?? fault.field }))
}

/** Forms and calls name these two otherwise than the agreement itself does. */
const fieldNames: Readonly<Record<string, string>> = {
  'badges.of': 'badges',
  'badges.atLeast': 'atLeast',
}
