/**
 * An agreement is stale when what it was decided on has changed since: its course, a badge, or the catalog. It still
 * holds; the college should look at it again.
 */
import type { Badge } from '../badges/badge.js'
import type { Agreement } from './agreement.js'
import type { Course } from './course.js'

export const staleKinds = [
  'courseUnknown',
  'courseWithdrawn',
  'courseTitle',
  'courseCredits',
  'catalogYear',
  'badgeVersion',
  'badgeRetired',
  'badgeUnknown',
] as const

export type StaleReason =
  | { readonly kind: 'courseUnknown' | 'courseWithdrawn' | 'courseTitle' }
  | {
      readonly kind: 'courseCredits'
      readonly credits: number
      readonly unit: 'quarter' | 'semester'
    }
  | { readonly kind: 'catalogYear'; readonly year: string }
  | { readonly kind: 'badgeVersion' | 'badgeRetired' | 'badgeUnknown'; readonly badge: string }

function courseReasons(agreement: Agreement, course: Course | undefined): StaleReason[] {
  if (!course) return [{ kind: 'courseUnknown' }]
  const { title, credits, unit, catalogYear, status } = course
  const hasOtherCredits =
    credits !== undefined &&
    unit !== undefined &&
    (unit !== agreement.unit || credits < agreement.credits)
  return [
    ...(status === 'withdrawn' ? [{ kind: 'courseWithdrawn' as const }] : []),
    ...(title !== undefined && title !== agreement.courseTitle
      ? [{ kind: 'courseTitle' as const }]
      : []),
    ...(hasOtherCredits ? [{ kind: 'courseCredits' as const, credits, unit }] : []),
    ...(catalogYear !== undefined &&
    agreement.catalogYear !== undefined &&
    catalogYear > agreement.catalogYear
      ? [{ kind: 'catalogYear' as const, year: catalogYear }]
      : []),
  ]
}

function badgeReasons(
  agreement: Agreement,
  badges: ReadonlyMap<string, Pick<Badge, 'version' | 'status'>>,
): StaleReason[] {
  const seen = new Map((agreement.badgeVersions ?? []).map(({ slug, version }) => [slug, version]))
  return agreement.badges.of.flatMap((slug): StaleReason[] => {
    const badge = badges.get(slug)
    if (!badge) return [{ kind: 'badgeUnknown', badge: slug }]
    const version = seen.get(slug)
    return [
      ...(badge.status === 'retired' ? [{ kind: 'badgeRetired' as const, badge: slug }] : []),
      ...(version !== undefined && badge.version > version
        ? [{ kind: 'badgeVersion' as const, badge: slug }]
        : []),
    ]
  })
}

/** Why the agreement should be looked at again; empty when nothing it rests on has changed. */
export const staleReasons = (
  agreement: Agreement,
  course: Course | undefined,
  badges: ReadonlyMap<string, Pick<Badge, 'version' | 'status'>>,
): StaleReason[] => [...courseReasons(agreement, course), ...badgeReasons(agreement, badges)]
