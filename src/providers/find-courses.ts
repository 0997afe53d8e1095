import { findBadges } from '../badges/badge-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { coursesOf } from './course-list.js'

/** The courses of a provider that count for something, slug to title. Two small queries. */
export async function findCourses(provider: string): Promise<Map<string, string>> {
  const [tracks, badges] = await Promise.all([findTrackVersions(), findBadges()])
  return coursesOf(provider, tracks, badges)
}
