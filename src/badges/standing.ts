import { type EvidenceLevel, type Fact, isAtLeast } from '../providers/evidence.js'
import {
  allGrounds,
  anyBadgeGrounds,
  factGrounds,
  type Grounds,
  type Holdings,
  holdingsOf,
  someGrounds,
} from '../tracks/grounds.js'
import { stepGrounds, trackGrounds } from '../tracks/progress.js'
import type { Track } from '../tracks/track.js'
import type { Award, Criteria } from './badge.js'

export type HeldBadge = Pick<Award, 'badge' | 'evidenceLevel' | 'awardedOn' | 'facts'>

/** What a learner has to show: facts, live awards, and of each track the version that applies to them. */
export interface Standing {
  readonly holdings: Holdings
  readonly awards: ReadonlyMap<string, HeldBadge>
  readonly tracks: ReadonlyMap<string, Track>
}

export const standingOf = (shown: {
  readonly facts: readonly Fact[]
  readonly awards: readonly HeldBadge[]
  readonly tracks: readonly Track[]
}): Standing => ({
  holdings: holdingsOf(shown.facts),
  awards: new Map(shown.awards.map((award) => [award.badge, award])),
  tracks: new Map(shown.tracks.map((track) => [track.slug, track])),
})

/** What the criteria rest on at this floor; undefined while they do not hold. */
export function groundsFor(
  criteria: Criteria,
  standing: Standing,
  floor: EvidenceLevel,
): Grounds | undefined {
  const { holdings } = standing
  switch (criteria.kind) {
    case 'steps':
      return stepsGrounds(criteria, standing, floor)
    case 'any-provider-badge':
      return anyBadgeGrounds(holdings, criteria.provider, criteria.except, floor)
    case 'completion':
      return factGrounds(holdings, { ...criteria, item: criteria.course }, floor)
    case 'exam':
      return factGrounds(holdings, { ...criteria, item: criteria.exam }, floor, criteria.minScore)
    case 'open-badge': {
      const { kind, issuer, achievement } = criteria
      return factGrounds(holdings, { provider: issuer, kind, item: achievement }, floor)
    }
    case 'provider-badges':
    case 'badges': {
      const items = distinct(criteria.badges)
      const groundsOf = (item: string) => itemGrounds(criteria, item, standing, floor)
      return someGrounds(criteria.atLeast ?? items.length, items.map(groundsOf))
    }
    case 'all-of':
      return allGrounds(criteria.of.map((part) => groundsFor(part, standing, floor)))
    case 'at-least':
      return someGrounds(
        criteria.count,
        criteria.of.map((part) => groundsFor(part, standing, floor)),
      )
  }
}

export const distinct = (items: readonly string[]): string[] => [...new Set(items)]

export type ListCriteria = Extract<Criteria, { kind: 'provider-badges' | 'badges' }>

/** What one entry of a list of badges rests on: the provider's badge, or the learner's live award of ours. */
export function itemGrounds(
  criteria: ListCriteria,
  item: string,
  standing: Standing,
  floor: EvidenceLevel,
): Grounds | undefined {
  if (criteria.kind === 'provider-badges')
    return factGrounds(
      standing.holdings,
      { provider: criteria.provider, kind: 'provider-badge', item },
      floor,
    )
  const award = standing.awards.get(item)
  return award && isAtLeast(award.evidenceLevel, floor)
    ? { on: award.awardedOn, facts: award.facts }
    : undefined
}

export type StepsCriteria = Extract<Criteria, { kind: 'steps' }>

function stepsGrounds(
  criteria: StepsCriteria,
  standing: Standing,
  floor: EvidenceLevel,
): Grounds | undefined {
  const track = standing.tracks.get(criteria.track)
  if (!track) return undefined
  if (criteria.steps === 'all') return trackGrounds(track, standing.holdings, floor)
  return allGrounds(
    distinct(criteria.steps).map((id) => {
      const step = track.steps.find((one) => one.id === id)
      return step && stepGrounds(step, standing.holdings, floor)
    }),
  )
}
