import type { Actor } from '../access/actor.js'
import { findBadges } from '../badges/badge-store.js'
import { findSkills } from '../badges/skill-store.js'
import type { Skill } from '../badges/skill.js'
import { findLearner } from '../learners/learner-store.js'
import { notFound } from '../problems.js'
import { factsOf } from '../providers/evidence-store.js'
import { findOccupations } from './occupation-store.js'
import type { Occupation } from './occupation.js'
import { progressOf, type TrackProgress } from './progress.js'
import { findProviderBadges } from './provider-badge-store.js'
import type { ProviderBadge } from './provider-badge.js'
import { findTrack, findTracks } from './track-store.js'
import type { Track } from './track.js'

/** How far the visitor is, when they are a learner; `startedOn` only when they started the track. */
export interface OwnProgress {
  readonly progress: TrackProgress
  readonly startedOn?: string
}

/** One track as a visitor sees it: a learner who started it sees the version they keep, others the offered one. */
export interface Path {
  readonly track: Track
  /** The version that is offered now, when it is another than the one shown. */
  readonly newer?: Track
  readonly occupation?: Occupation
  readonly providerBadges: ReadonlyMap<string, ProviderBadge>
  /** What the badges of its steps show, of the skills that are known. */
  readonly skills: readonly Skill[]
  readonly own?: OwnProgress
}

/** The path of one track for this visitor. Throws not-found for an unknown track. */
export async function readPath(slug: string, visitor: Actor | undefined): Promise<Path> {
  const learner = visitor?.learnerId ? await findLearner(visitor.learnerId) : undefined
  const started = learner?.enrollments.find(({ track }) => track === slug)
  const offered = await findTrack(slug)
  const track = (started && (await findTrack(slug, started.version))) ?? offered
  if (!track) throw notFound()
  const [occupations, providerBadges, facts, skills] = await Promise.all([
    findOccupations(track.occupation === undefined ? [] : [track.occupation]),
    findProviderBadges(
      track.provider,
      track.steps.flatMap((step) => step.providerBadges),
    ),
    learner && factsOf(learner.id),
    skillsOf(track),
  ])
  const occupation = occupations.get(track.occupation ?? '')
  return {
    track,
    ...(offered && offered.version !== track.version && { newer: offered }),
    ...(occupation && { occupation }),
    providerBadges,
    skills,
    ...(facts && {
      own: {
        progress: progressOf(track, facts),
        ...(started && { startedOn: started.startedOn }),
      },
    }),
  }
}

/** The skills that the badges of the track's courses show now. */
async function skillsOf({ steps }: Track): Promise<Skill[]> {
  const courses = new Set(steps.map(({ courseSlug }) => courseSlug))
  const badges = (await findBadges()).filter(({ slug }) => courses.has(slug))
  return findSkills([...new Set(badges.flatMap(({ skills }) => skills))])
}

/** Every track that is offered or known, with the occupations they lead to. */
export async function readTracks(): Promise<{
  readonly tracks: readonly Track[]
  readonly occupations: ReadonlyMap<string, Occupation>
}> {
  const tracks = await findTracks()
  const codes = tracks.flatMap(({ occupation }) => (occupation === undefined ? [] : [occupation]))
  return { tracks, occupations: await findOccupations(codes) }
}
