import { isCatalogYear, type Agreement } from '../agreements/agreement.js'
import type { Course } from '../agreements/course.js'
import type { Tuition } from '../crosswalk/tuition.js'
import { seedId } from '../ids.js'
import { organizationIdOf, present } from './reference-records.js'
import type { Reference } from './reference.js'

const yearOf = (text: string | undefined) =>
  text !== undefined && isCatalogYear(text) ? text : undefined

/** The courses of the catalogs; a code that is only a pattern or was not read is left out. */
export const coursesOf = ({ courses }: Reference): Course[] =>
  courses.map(({ college, subject, number, title, credits, unit, catalogYear, topics, source }) =>
    present<Course>({
      collegeId: organizationIdOf(college),
      code: `${subject} ${number}`,
      title,
      credits,
      unit: credits === undefined ? undefined : unit,
      catalogYear: yearOf(catalogYear),
      topics,
      status: 'offered',
      source,
    }),
  )

/**
 * What residents pay for one credit, where a dated page of a named source says so and the college's kind of credit was
 * read too. Fees, yearly totals, derived and undated amounts are left out.
 */
export function tuitionOf({ tuition, colleges, courses }: Reference): Tuition[] {
  const quarters = new Set([
    ...colleges
      .filter(({ termSystem, remembered }) => isQuarter(termSystem, remembered))
      .map(({ slug }) => slug),
    ...courses.filter(({ unit }) => unit === 'quarter').map(({ college }) => college),
  ])
  return tuition.flatMap((row): Tuition[] => {
    const { college, academicYear, kind, residency, unit, confirmed } = row
    const isRate = kind === 'tuition' && unit === 'credit' && residency.startsWith('resident')
    if (!isRate || !confirmed || academicYear === undefined || !quarters.has(college)) return []
    return [
      present<Tuition>({
        collegeId: organizationIdOf(college),
        academicYear,
        centsPerCredit: row.amountCents,
        unit: 'quarter',
        source: row.source,
        note: row.note,
      }),
    ]
  })
}

const isQuarter = (termSystem: string | undefined, remembered: readonly string[]) =>
  termSystem?.startsWith('quarter') === true && !remembered.includes('termSystem')

/** The invented agreements on real courses, each with the catalog its course was read in. */
export const agreementsOf = ({ agreements, colleges, courses, program }: Reference): Agreement[] =>
  agreements.map(({ college, badges, ...rest }) =>
    present<Agreement>({
      ...rest,
      id: seedId('agreement', `${rest.series} ${rest.version}`),
      communityId: program.community,
      collegeId: organizationIdOf(college),
      collegeName: colleges.find(({ slug }) => slug === college)?.name ?? college,
      badges: present<Agreement['badges']>(badges),
      catalogYear: yearOf(
        courses.find(
          (course) =>
            course.college === college && `${course.subject} ${course.number}` === rest.course,
        )?.catalogYear,
      ),
      badgeVersions: badges.of.map((slug) => ({ slug, version: 1 })),
      // No college has agreed to anything, so none may seem bound.
      advisory: true,
      demonstration: true,
    }),
  )
