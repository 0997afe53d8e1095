import type { Badge, Criteria } from '../badges/badge.js'
import type { Track } from '../tracks/track.js'

const completionsIn = (criteria: Criteria, provider: string): string[] => {
  if (criteria.kind === 'completion') return criteria.provider === provider ? [criteria.course] : []
  if (criteria.kind === 'all-of' || criteria.kind === 'at-least') {
    return criteria.of.flatMap((part) => completionsIn(part, provider))
  }
  return []
}

/**
 * The courses of a provider that Waymark knows, slug to title: those a step of any track, in any version, or the criteria
 * of any badge name. A completion of another course would count for nothing, so it is refused as unknown.
 */
export function coursesOf(
  provider: string,
  tracks: readonly Track[],
  badges: readonly Badge[],
): Map<string, string> {
  const fromBadges = badges.flatMap(({ criteria, name }) =>
    completionsIn(criteria, provider).map((slug): [string, string] => [slug, name]),
  )
  const fromTracks = tracks
    .flatMap(({ steps }) => steps)
    .filter((step) => step.provider === provider)
    .map((step): [string, string] => [step.courseSlug, step.title])
  return new Map([...fromBadges, ...fromTracks])
}
