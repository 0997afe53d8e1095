import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { agreementsInForce } from '../agreements/crosswalk-store.js'
import type { Agreement } from '../agreements/agreement.js'
import { namesOfIssuers } from '../verification/trusted-issuer-store.js'
import { endorsementsOfBadge } from '../credentials/endorsement-store.js'
import type { Endorsement } from '../credentials/endorsement.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { factsOf } from '../providers/evidence-store.js'
import { findProviderBadges } from '../tracks/provider-badge-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { offeredVersions, type Track } from '../tracks/track.js'
import { everyAwardOfMany, holdersCount } from './award-store.js'
import { findBadge, findBadges } from './badge-store.js'
import { mostHoldersCounted, type Award, type Badge } from './badge.js'
import { decide, type Decision } from './criteria.js'
import { issuersIn, namesIn } from './criteria-names.js'
import { tracksFor } from './earned.js'
import { findSkills } from './skill-store.js'
import type { Skill } from './skill.js'
import { standingOf } from './standing.js'

/** The names that criteria and missing things need to be put into words. */
export interface Names {
  readonly providerBadges: ReadonlyMap<string, string>
  readonly badges: ReadonlyMap<string, string>
  readonly tracks: ReadonlyMap<string, Track>
  readonly courses: ReadonlyMap<string, string>
  /** Issuers of Open Badges from elsewhere, by their ids. */
  readonly issuers: ReadonlyMap<string, string>
}

export interface BadgePage {
  readonly badge: Badge
  readonly names: Names
  readonly holders: number
  readonly skills: readonly Skill[]
  readonly tracks: readonly Track[]
  readonly agreements: readonly Agreement[]
  readonly endorsements: readonly Endorsement[]
  /** For a learner: their award, live or withdrawn, or what is missing. */
  readonly own?: { readonly award?: Award; readonly decision: Decision }
}

/** Names for the criteria of these badges. */
export async function readNames(
  badges: readonly Badge[],
  all: readonly Badge[],
  versions: readonly Track[],
): Promise<Names> {
  const asked = badges.flatMap(({ criteria }) => namesIn(criteria))
  const found = await Promise.all(
    [...new Set(asked.map(({ provider }) => provider))].map((provider) =>
      findProviderBadges(
        provider,
        asked.filter((one) => one.provider === provider).map(({ badge }) => badge),
      ),
    ),
  )
  const steps = versions.flatMap((track) => track.steps)
  return {
    providerBadges: new Map(found.flatMap((some) => [...some].map(([id, { name }]) => [id, name]))),
    badges: new Map(all.map(({ slug, name }) => [slug, name])),
    tracks: new Map(offeredVersions(versions).map((track) => [track.slug, track])),
    courses: new Map(steps.map(({ courseSlug, title }) => [courseSlug, title])),
    issuers: await namesOfIssuers(badges.flatMap(({ criteria }) => issuersIn(criteria))),
  }
}

/** Everything a page says about one badge. Throws not-found for an unknown one. */
export async function readBadge(
  slug: string,
  visitor: Actor | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<BadgePage> {
  const badge = await findBadge(slug)
  if (!badge) throw notFound()
  const [all, versions, holders, skills, { items: agreements }, endorsements] = await Promise.all([
    findBadges(),
    findTrackVersions(),
    holdersCount(slug, mostHoldersCounted),
    findSkills(badge.skills),
    agreementsInForce({ badge: slug, on: dayOf(ports.now()) }, 50),
    endorsementsOfBadge(slug),
  ])
  const offered = offeredVersions(versions)
  const own =
    visitor?.learnerId === undefined ? undefined : await readOwn(badge, visitor.learnerId, versions)
  return {
    badge,
    names: await readNames([badge], all, versions),
    holders,
    skills,
    tracks: offered.filter(
      (track) => track.slug === badge.track || track.steps.some((step) => step.courseSlug === slug),
    ),
    agreements,
    endorsements,
    ...(own && { own }),
  }
}

async function readOwn(badge: Badge, learnerId: string, versions: readonly Track[]) {
  const learner = await findLearner(learnerId)
  if (!learner) return undefined
  const [facts, held] = await Promise.all([factsOf(learnerId), everyAwardOfMany([learnerId])])
  const awards = held.get(learnerId) ?? []
  const award = awards.find((one) => one.badge === badge.slug)
  const standing = standingOf({
    facts,
    awards: awards.filter(({ state }) => state === 'live'),
    tracks: tracksFor(learner.enrollments, offeredVersions(versions), versions),
  })
  const decision = decide(badge.criteria, standing, badge.lowestLevel)
  return { ...(award && { award }), decision }
}
