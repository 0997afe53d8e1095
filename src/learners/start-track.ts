import { dayOf } from '../calendar.js'
import { findTrack } from '../tracks/track-store.js'
import type { Enrollment } from '../tracks/track.js'
import { enrol } from './learner-store.js'
import { refreshSummaries } from './refresh-summaries.js'

/** Starts a track in the version offered today; one started before keeps its version. Undefined when it can't be started. */
export async function startTrack(
  learnerId: string,
  slug: string,
  now: Date,
): Promise<Enrollment | undefined> {
  const track = await findTrack(slug)
  if (track?.status !== 'published') return undefined
  const enrollment = { track: slug, version: track.version, startedOn: dayOf(now) }
  await enrol([{ learnerId, enrollment }])
  await refreshSummaries([learnerId], now)
  return enrollment
}
