/**
 * What else the same evidence, or the next step, counts toward: a course of a college, another badge, another track. So
 * nobody learns for one purpose only. Example: the CSS badge asked for by readiness also counts toward CIS 122 at PCC.
 */
import type { Badge, Criteria } from '../badges/badge.js'
import { offeredOn, type Agreement } from '../agreements/agreement.js'
import type { Day } from '../calendar.js'
import type { Track } from '../tracks/track.js'
import type { Proof, RuleProof } from './proof.js'

export type Toward =
  | { readonly kind: 'course'; readonly course: string; readonly collegeName: string }
  | { readonly kind: 'badge'; readonly name: string }
  | { readonly kind: 'track'; readonly title: string }

/** Where to look: agreements (of any day), badges, and the tracks that are offered. */
export interface TowardSources {
  readonly agreements: readonly Agreement[]
  readonly badges: readonly Pick<Badge, 'slug' | 'name' | 'criteria' | 'status'>[]
  readonly tracks: readonly Track[]
  readonly today: Day
}

/** How many are named for one rule; more would drown the rule itself. */
export const mostToward = 4

/** The proof with what each rule's evidence and next step also count toward. */
export function withToward(proof: Proof, sources: TowardSources): Proof {
  const offered = offeredOn(sources.agreements, sources.today)
  const rules = proof.rules.map((rule): RuleProof => {
    const toward = towardOf(rule, { ...sources, agreements: offered })
    return toward.length === 0 ? rule : { ...rule, toward }
  })
  return { ...proof, rules }
}

function towardOf(rule: RuleProof, sources: TowardSources): Toward[] {
  const held = rule.evidence.flatMap(({ badge }) => badge ?? [])
  const next = rule.missing?.course
  const earned = next === undefined ? [] : badgesOfCourse(next, sources.badges)
  const slugs = [...held, ...earned.map(({ slug }) => slug)]
  const found = [
    ...earned.map(({ name }): Toward => ({ kind: 'badge', name })),
    ...sources.agreements
      .filter(({ badges }) => badges.of.some((slug) => slugs.includes(slug)))
      .map(({ course, collegeName }): Toward => ({ kind: 'course', course, collegeName })),
    ...(next === undefined ? [] : otherTracks(next, rule, sources)),
  ]
  const named = new Map(found.map((one) => [JSON.stringify(one), one]))
  return [...named.values()].slice(0, mostToward)
}

type Course = Pick<Badge, 'slug' | 'name' | 'criteria' | 'status'>

/** The badges that some rule rests on or that the next course earns: those whose agreements must be known. */
export const badgesNamed = (proofs: readonly Proof[], badges: readonly Course[]): string[] => [
  ...new Set(
    proofs.flatMap(({ rules }) =>
      rules.flatMap(({ evidence, missing }) => [
        ...evidence.flatMap(({ badge }) => badge ?? []),
        ...(missing?.course === undefined ? [] : badgesOfCourse(missing.course, badges)).map(
          ({ slug }) => slug,
        ),
      ]),
    ),
  ),
]

const asksCourse = (criteria: Criteria, course: string): boolean =>
  (criteria.kind === 'completion' && criteria.course === course) ||
  ('of' in criteria && criteria.of.some((one) => asksCourse(one, course)))

const badgesOfCourse = <T extends Course>(course: string, badges: readonly T[]): T[] =>
  badges.filter(({ criteria, status }) => status === 'published' && asksCourse(criteria, course))

const otherTracks = (course: string, rule: RuleProof, { tracks }: TowardSources): Toward[] =>
  tracks
    .filter(({ title, steps }) => {
      const isOther = title !== rule.missing?.params['track']
      return isOther && steps.some(({ courseSlug }) => courseSlug === course)
    })
    .map(({ title }) => ({ kind: 'track', title }))
