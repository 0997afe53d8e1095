import { readFileSync } from 'node:fs'
import type { Award, Badge, Criteria } from '../../src/badges/badge.js'
import { evidenceId, type Evidence, type Fact } from '../../src/providers/evidence.js'
import type { Step, Track } from '../../src/tracks/track.js'

/** A provider badge from the learner's own upload, unless told otherwise. */
export const aFact = (item: string, change: Partial<Fact> = {}): Fact => {
  const fact = {
    provider: 'treehouse',
    kind: 'provider-badge',
    item,
    title: `Badge ${item}`,
    earnedOn: '2015-01-01',
    level: 'self-reported',
    ...change,
  } as const
  return { id: `${fact.kind}/${fact.item}/${fact.level}/${fact.earnedOn}`, ...fact }
}

/** A course completion on the provider's word. */
export const aCompletion = (course: string, change: Partial<Fact> = {}): Fact =>
  aFact(course, { kind: 'completion', level: 'provider-confirmed', ...change })

/** A fact as it is stored, with where it came from. */
export const anEvidence = (
  learnerId: string,
  item: string,
  change: Partial<Evidence> = {},
): Evidence => {
  const evidence = {
    learnerId,
    communityId: 'portland',
    provider: 'treehouse',
    kind: 'provider-badge',
    item,
    title: `Badge ${item}`,
    earnedOn: '2015-01-01',
    level: 'self-reported',
    source: 'treehouse-profile',
    origin: 'ada',
    recordedAt: new Date('2015-02-01T12:00:00Z'),
    ...change,
  } as const
  return { id: evidenceId(evidence), ...evidence }
}

export const aStep = (id: string, change: Partial<Step> = {}): Step => ({
  id,
  title: `Step ${id}`,
  provider: 'treehouse',
  courseSlug: id,
  providerBadges: [],
  after: [],
  ...change,
})

export const aTrack = (steps: readonly Step[], change: Partial<Track> = {}): Track => ({
  slug: 'web',
  version: 'v1',
  order: 1,
  title: 'Web',
  summary: 'Make web pages.',
  topic: 'HTML',
  provider: 'treehouse',
  status: 'published',
  steps,
  groups: [],
  ...change,
})

export const aBadge = (slug: string, criteria: Criteria, change: Partial<Badge> = {}): Badge => ({
  slug,
  version: 1,
  name: `Badge ${slug}`,
  description: `What ${slug} shows.`,
  kind: 'course',
  criteria,
  lowestLevel: 'self-reported',
  skills: [],
  status: 'published',
  ...change,
})

export const anAward = (badge: string, change: Partial<Award> = {}): Award => ({
  id: `award-${badge}`,
  learnerId: 'ada',
  communityId: 'portland',
  badge,
  badgeVersion: 1,
  awardedOn: '2015-01-01',
  evidenceLevel: 'self-reported',
  facts: [`fact-of-${badge}`],
  state: 'live',
  ...change,
})

/** The facts of a saved real profile (test/providers/fixtures), as the learner's own upload. */
export function evidenceOfProfile(name: string, learnerId: string): Evidence[] {
  const file = new URL(`../providers/fixtures/${name}.json`, import.meta.url)
  const profile = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly badges: readonly {
      readonly id: number
      readonly name: string
      readonly earned_date: string
    }[]
  }
  return profile.badges.map(({ id, name: title, earned_date }) =>
    anEvidence(learnerId, String(id), { title, earnedOn: earned_date.slice(0, 10) }),
  )
}
