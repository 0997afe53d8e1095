import { findOrganizationBySlug } from '../access/organization-store.js'
import { findBadges, findBadgeVersions } from '../badges/badge-store.js'
import type { Award, Badge } from '../badges/badge.js'
import { readNames, type Names } from '../badges/read-badge.js'
import { findSkills } from '../badges/skill-store.js'
import type { Skill } from '../badges/skill.js'
import { findProgram } from '../communities/program-store.js'
import type { Program } from '../communities/program.js'
import { agreementsNaming, versionsOf } from '../agreements/agreement-store.js'
import type { Agreement } from '../agreements/agreement.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import { notFound } from '../problems.js'
import { factsOfMany } from '../providers/evidence-store.js'
import type { Fact } from '../providers/evidence.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { JsonObject } from './credential.js'
import { endorsementsCarried } from './endorsement-store.js'

/** What the documents of some awards of one community are made of: read together, so that many cost few queries. */
export interface Sources {
  readonly program: Program
  readonly badges: ReadonlyMap<string, Badge>
  readonly names: Names
  readonly skills: ReadonlyMap<string, Skill>
  readonly agreements: readonly Agreement[]
  readonly facts: ReadonlyMap<string, Fact>
  readonly emails: ReadonlyMap<string, string>
  readonly providers: ReadonlyMap<string, string>
  readonly endorsements: ReadonlyMap<string, readonly JsonObject[]>
}

/** How a version of a badge is found in `Sources.badges`. */
export const versionKey = (slug: string, version: number): string => `${slug}@${version}`

/** Reads what these awards' documents are made of. Throws not-found for a community without a program. */
export async function readSources(communityId: string, awards: readonly Award[]): Promise<Sources> {
  const program = await findProgram(communityId)
  if (!program) throw notFound()
  const slugs = [...new Set(awards.map(({ badge }) => badge))]
  const learnerIds = [...new Set(awards.map(({ learnerId }) => learnerId))]
  const versions = (await Promise.all(slugs.map(findBadgeVersions))).flat()
  const [all, tracks, learners, facts, named, endorsements] = await Promise.all([
    findBadges(),
    findTrackVersions(),
    findLearnersByIds(learnerIds),
    factsOfMany(learnerIds),
    agreementsNaming(communityId, slugs),
    endorsementsCarried(slugs),
  ])
  const [names, skills, agreements] = await Promise.all([
    readNames(versions, all, tracks),
    findSkills([...new Set(versions.flatMap((badge) => badge.skills))]),
    versionsOf([...new Set(named.map(({ series }) => series))]),
  ])
  const used = new Set(awards.flatMap((award) => award.facts))
  const own = [...facts.values()].flat().filter(({ id }) => used.has(id))
  return {
    program,
    badges: new Map(versions.map((badge) => [versionKey(badge.slug, badge.version), badge])),
    names,
    skills: new Map(skills.map((skill) => [skill.name, skill])),
    agreements,
    facts: new Map(own.map((fact) => [fact.id, fact])),
    emails: new Map(learners.flatMap(({ id, email }) => (email ? [[id, email] as const] : []))),
    providers: await providerNames(own.map(({ provider }) => provider)),
    endorsements,
  }
}

/** The names of providers by slug; an unknown one keeps its slug. */
export async function providerNames(slugs: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all([...new Set(slugs)].map(findOrganizationBySlug))
  return new Map(found.flatMap((one) => (one ? [[one.slug, one.name] as const] : [])))
}
