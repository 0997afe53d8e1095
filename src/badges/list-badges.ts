import type { Actor } from '../access/actor.js'
import { findTracks } from '../tracks/track-store.js'
import type { Track } from '../tracks/track.js'
import { awardsOf } from './award-store.js'
import { findBadges } from './badge-store.js'
import type { Award, Badge } from './badge.js'

export interface BadgeList {
  readonly badges: readonly Badge[]
  readonly tracks: readonly Track[]
  /** A learner's own live awards by badge; undefined for everybody else. */
  readonly own?: ReadonlyMap<string, Award>
}

/** The badges one can earn now, or those of one track: its courses and its milestone. */
export async function listBadges(track: string, visitor: Actor | undefined): Promise<BadgeList> {
  const [all, tracks, awards] = await Promise.all([
    findBadges(),
    findTracks(),
    visitor?.learnerId === undefined ? undefined : awardsOf(visitor.learnerId),
  ])
  const wanted = tracks.find(({ slug }) => slug === track)
  const courses = new Set(wanted?.steps.map(({ courseSlug }) => courseSlug))
  return {
    badges: all.filter(
      (badge) =>
        badge.status === 'published' &&
        (track === '' || badge.track === track || courses.has(badge.slug)),
    ),
    tracks: tracks.filter(({ status }) => status === 'published'),
    ...(awards && { own: new Map(awards.map((award) => [award.badge, award])) }),
  }
}
