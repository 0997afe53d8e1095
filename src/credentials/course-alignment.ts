/**
 * College courses a badge may name: only those of an agreement in force on the day of signing, in the learner's community,
 * that takes the badge at the level it was shown at. A recommendation or an ended agreement never gets into a credential;
 * neither does an amount of credit as earned, for only the college gives credit.
 */
import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import { needed, offeredOn, type Agreement } from '../agreements/agreement.js'
import { isAtLeast } from '../providers/evidence.js'
import type { JsonObject } from './credential.js'

/** What stands beside the course: "4 quarter credits, with 2 other badges". */
export type CourseWords = (agreement: Agreement, others: number) => string

/** The alignments with courses; `versions` holds every version of each series that names the badge. */
export function courseAlignments(
  award: Pick<Award, 'badge' | 'communityId' | 'evidenceLevel'>,
  versions: readonly Agreement[],
  on: Day,
  made: { readonly baseUrl: string; readonly words: CourseWords },
): JsonObject[] {
  return offeredOn(versions, on)
    .filter(
      (agreement) =>
        agreement.communityId === award.communityId &&
        agreement.badges.of.includes(award.badge) &&
        isAtLeast(award.evidenceLevel, agreement.lowestLevel),
    )
    .sort((a, b) => a.course.localeCompare(b.course) || a.id.localeCompare(b.id))
    .map((agreement) => ({
      type: ['Alignment'],
      targetType: 'CTDL',
      targetName: `${agreement.course} ${agreement.courseTitle}`,
      targetUrl: rowUrl(made.baseUrl, award.badge, agreement, on),
      targetCode: agreement.course,
      targetFramework: agreement.collegeName,
      targetDescription: made.words(agreement, needed(agreement.badges) - 1),
    }))
}

const rowUrl = (baseUrl: string, badge: string, { collegeId, id }: Agreement, on: Day) =>
  `${baseUrl}/crosswalk?${new URLSearchParams({ badge, college: collegeId, on }).toString()}#${id}`
