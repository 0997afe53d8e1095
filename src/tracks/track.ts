/**
 * One step of a track. It is done by a completion of its course, or by holding all of `providerBadges` (when there are
 * any). A step in a `group` is one of several of which the group asks `choose`; `after` names the steps before it.
 */
export interface Step {
  readonly id: string
  readonly title: string
  readonly provider: string
  readonly courseSlug: string
  readonly courseUrl?: string
  readonly providerBadges: readonly string[]
  readonly group?: string
  readonly after: readonly string[]
  readonly minutes?: number
}

export interface StepGroup {
  readonly id: string
  readonly title: string
  readonly choose: number
}

/**
 * One version of a track. Versions are append-only: a learner keeps the version they started. `order` counts versions of
 * one slug; the highest published one is offered. 'list-not-found': the track existed, its course list is not known.
 */
export interface Track {
  readonly slug: string
  readonly version: string
  readonly order: number
  readonly title: string
  readonly summary: string
  readonly topic: string
  readonly provider: string
  readonly status: 'published' | 'draft' | 'list-not-found'
  readonly occupation?: string
  readonly hours?: number
  readonly steps: readonly Step[]
  readonly groups: readonly StepGroup[]
  readonly note?: string
  readonly source?: string
}

/** A learner's start on one track: the version is kept for good. */
export interface Enrollment {
  readonly track: string
  readonly version: string
  readonly startedOn: string
}

/** Of versions sorted newest first: the newest of each track that is not a draft. */
export function offeredVersions(versions: readonly Track[]): Track[] {
  const offered = new Map<string, Track>()
  for (const track of versions)
    if (track.status !== 'draft' && !offered.has(track.slug)) offered.set(track.slug, track)
  return [...offered.values()]
}
