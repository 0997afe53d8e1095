import type { EvidenceLevel } from '../providers/evidence.js'
import { stepGrounds } from '../tracks/progress.js'
import type { Step } from '../tracks/track.js'
import type { Criteria } from './badge.js'
import { distinct, groundsFor, itemGrounds, type Standing, type StepsCriteria } from './standing.js'

/**
 * One thing that is missing, as data: the words are the page's. `some` asks for `count` more of its options, each
 * option being all that it takes: "finish the course, or get these three badges" is 1 of [[course], [a, b, c]].
 */
export type Missing =
  | { readonly kind: 'provider-badge'; readonly provider: string; readonly item: string }
  | { readonly kind: 'any-provider-badge'; readonly provider: string }
  | { readonly kind: 'completion'; readonly provider: string; readonly item: string }
  | {
      readonly kind: 'exam'
      readonly provider: string
      readonly item: string
      readonly minScore?: number
    }
  | {
      readonly kind: 'open-badge'
      readonly provider: string
      readonly item: string
      readonly name?: string
    }
  | { readonly kind: 'badge'; readonly item: string }
  | { readonly kind: 'step'; readonly track: string; readonly item: string; readonly title: string }
  | { readonly kind: 'track'; readonly item: string }
  | {
      readonly kind: 'some'
      readonly count: number
      readonly of: readonly (readonly Missing[])[]
    }

/** All that is missing for the criteria at this floor; empty exactly when they hold (or ask for nothing). */
export function missingFor(
  criteria: Criteria,
  standing: Standing,
  floor: EvidenceLevel,
): readonly Missing[] {
  if (groundsFor(criteria, standing, floor)) return []
  switch (criteria.kind) {
    case 'steps':
      return missingSteps(criteria, standing, floor)
    case 'any-provider-badge':
      return [{ kind: 'any-provider-badge', provider: criteria.provider }]
    case 'completion':
      return [{ kind: 'completion', provider: criteria.provider, item: criteria.course }]
    case 'exam': {
      const { provider, exam, minScore } = criteria
      return [{ kind: 'exam', provider, item: exam, ...(minScore !== undefined && { minScore }) }]
    }
    case 'open-badge': {
      const { kind, issuer, achievement, name } = criteria
      return [{ kind, provider: issuer, item: achievement, ...(name !== undefined && { name }) }]
    }
    case 'provider-badges':
    case 'badges': {
      const items = distinct(criteria.badges)
      const open = items.filter((item) => !itemGrounds(criteria, item, standing, floor))
      const options = open.map((item): Missing[] =>
        criteria.kind === 'badges'
          ? [{ kind: 'badge', item }]
          : [{ kind: 'provider-badge', provider: criteria.provider, item }],
      )
      return moreOf((criteria.atLeast ?? items.length) - (items.length - open.length), options)
    }
    case 'all-of':
    case 'at-least': {
      const open = criteria.of.filter((part) => !groundsFor(part, standing, floor))
      const count = criteria.kind === 'all-of' ? criteria.of.length : criteria.count
      const options = open.map((part) => missingFor(part, standing, floor))
      return moreOf(count - (criteria.of.length - open.length), options)
    }
  }
}

const moreOf = (count: number, options: readonly (readonly Missing[])[]): readonly Missing[] => {
  if (count <= 0) return []
  return count >= options.length ? options.flat() : [{ kind: 'some', count, of: options }]
}

function missingSteps(
  criteria: StepsCriteria,
  standing: Standing,
  floor: EvidenceLevel,
): readonly Missing[] {
  const track = standing.tracks.get(criteria.track)
  if (!track) return [{ kind: 'track', item: criteria.track }]
  const openOf = (steps: readonly Step[]): Missing[] =>
    steps
      .filter((step) => !stepGrounds(step, standing.holdings, floor))
      .map(({ id, title }) => ({ kind: 'step', track: track.slug, item: id, title }))
  const { steps: wanted } = criteria
  if (wanted !== 'all') {
    const known = track.steps.filter(({ id }) => wanted.includes(id))
    const unknown = distinct(wanted).filter((id) => !known.some((step) => step.id === id))
    return [
      ...openOf(known),
      ...unknown.map((id): Missing => ({ kind: 'step', track: track.slug, item: id, title: id })),
    ]
  }
  const fromGroups = track.groups.flatMap(({ id, choose }) => {
    const steps = track.steps.filter((step) => step.group === id)
    const open = openOf(steps)
    const options = open.map((step) => [step])
    return moreOf(choose - (steps.length - open.length), options)
  })
  return [...openOf(track.steps.filter((step) => step.group === undefined)), ...fromGroups]
}
