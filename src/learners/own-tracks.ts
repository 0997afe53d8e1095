import type { Holdings } from '../tracks/grounds.js'
import { progressWith, type TrackProgress } from '../tracks/progress.js'
import { offeredVersions, type Enrollment, type Track } from '../tracks/track.js'

/** A track of a learner in the version that applies to them, and where they stand on it. */
export interface OwnTrack {
  readonly track: Track
  readonly progress: TrackProgress
  /** The day they started; undefined when evidence came before they chose the track. */
  readonly startedOn?: string
}

/**
 * A learner's tracks: those they started, in the version they started, and those on which their evidence already finishes
 * a step, in the version offered now. Started ones first. `versions` are newest first within a track.
 */
export function ownTracks(
  enrollments: readonly Enrollment[],
  versions: readonly Track[],
  holdings: Holdings,
): OwnTrack[] {
  const started = enrollments.flatMap(({ track: slug, version, startedOn }): OwnTrack[] => {
    const track = versions.find((one) => one.slug === slug && one.version === version)
    return track ? [{ track, progress: progressWith(track, holdings), startedOn }] : []
  })
  const known = new Set(enrollments.map(({ track }) => track))
  const touched = offeredVersions(versions)
    .filter(({ slug, status }) => status === 'published' && !known.has(slug))
    .map((track): OwnTrack => ({ track, progress: progressWith(track, holdings) }))
    .filter(({ progress }) => progress.stepsDone > 0)
  return [...started, ...touched]
}
