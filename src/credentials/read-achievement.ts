import { findBadge, findBadges } from '../badges/badge-store.js'
import { readNames } from '../badges/read-badge.js'
import { findSkills } from '../badges/skill-store.js'
import { dayOf } from '../calendar.js'
import { findPrograms } from '../communities/program-store.js'
import { agreementsNaming, versionsOf } from '../agreements/agreement-store.js'
import { notFound } from '../problems.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { courseAlignments } from './course-alignment.js'
import type { JsonObject } from './credential.js'
import { achievementWords, courseWords } from './document-view.js'
import { achievementOf, credentialContexts } from './document.js'
import { endorsementsCarried } from './endorsement-store.js'
import { openIssuer, type SigningWorld } from './open-issuer.js'

/**
 * What a badge is now, as the Open Badges 3.0 Achievement that its credentials name: the current version, with the courses
 * that agreements in force take it for. Throws not-found for an unknown badge.
 */
export async function readAchievement(slug: string, world: SigningWorld): Promise<JsonObject> {
  const badge = await findBadge(slug)
  const [program] = await findPrograms()
  if (!badge || !program) throw notFound()
  const { communityId, zone } = program
  const [all, tracks, skills, named, endorsements, issuer] = await Promise.all([
    findBadges(),
    findTrackVersions(),
    findSkills(badge.skills),
    agreementsNaming(communityId, [slug]),
    endorsementsCarried([slug]),
    openIssuer({ communityId }, world),
  ])
  const names = await readNames([badge], all, tracks)
  const versions = await versionsOf([...new Set(named.map(({ series }) => series))])
  const { baseUrl } = world.config
  const shown = { badge: slug, communityId, evidenceLevel: 'signature-verified' } as const
  const achievement = achievementOf({
    baseUrl,
    badge,
    issuer: { id: issuer.id, name: program.name, url: `${baseUrl}/` },
    skills,
    courses: courseAlignments(shown, versions, dayOf(world.ports.now(), zone), {
      baseUrl,
      words: courseWords,
    }),
    endorsements: endorsements.get(slug) ?? [],
    words: achievementWords(badge, names),
  })
  return { '@context': [...credentialContexts], ...achievement }
}
