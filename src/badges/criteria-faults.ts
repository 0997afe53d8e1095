import type { Track } from '../tracks/track.js'
import type { Badge, Criteria } from './badge.js'
import { badgesIn } from './earned.js'

export interface CriteriaFault {
  readonly field: string
  readonly message: string
  readonly params: Readonly<Record<string, string | number>>
}

/** What criteria may refer to: the other badges, and every version of every track. */
export interface Known {
  readonly badges: readonly Pick<Badge, 'slug' | 'criteria' | 'status'>[]
  readonly tracks: readonly Track[]
}

const fault = (
  field: string,
  message: string,
  params: CriteriaFault['params'] = {},
): CriteriaFault => ({ field, message, params })

/** What forbids these criteria for the badge with this slug; empty when nothing does. Fields are below `criteria`. */
export function faultsOfCriteria(slug: string, criteria: Criteria, known: Known): CriteriaFault[] {
  return [...faultsAt('criteria', criteria, known), ...circleThrough(slug, criteria, known)]
}

function faultsAt(field: string, criteria: Criteria, known: Known): CriteriaFault[] {
  switch (criteria.kind) {
    case 'provider-badges':
      return faultsOfList(field, criteria)
    case 'badges':
      return [
        ...faultsOfList(field, criteria),
        ...criteria.badges
          .filter(
            (slug) =>
              !known.badges.some((badge) => badge.slug === slug && badge.status === 'published'),
          )
          .map((badge) => fault(`${field}.badges`, 'badges:error.unknownBadge', { badge })),
      ]
    case 'steps':
      return faultsOfSteps(field, criteria, known)
    case 'exam':
      return criteria.minScore === undefined || (criteria.minScore >= 0 && criteria.minScore <= 100)
        ? []
        : [fault(`${field}.minScore`, 'badges:error.score')]
    case 'all-of':
    case 'at-least':
      return [
        ...(criteria.of.length === 0 ? [fault(`${field}.of`, 'badges:error.nothing')] : []),
        ...(criteria.kind === 'all-of' ? [] : faultsOfCount(field, criteria.count, criteria.of)),
        ...criteria.of.flatMap((part, at) => faultsAt(`${field}.of[${at}]`, part, known)),
      ]
    case 'any-provider-badge':
    case 'completion':
    case 'open-badge':
      return []
  }
}

function faultsOfCount(field: string, count: number, of: readonly unknown[]): CriteriaFault[] {
  return Number.isInteger(count) && count >= 1 && count <= Math.max(of.length, 1)
    ? []
    : [fault(`${field}.count`, 'badges:error.count', { size: of.length })]
}

function faultsOfList(
  field: string,
  { badges, atLeast }: { readonly badges: readonly string[]; readonly atLeast?: number },
): CriteriaFault[] {
  const distinct = new Set(badges).size
  return [
    ...(badges.length === 0 ? [fault(`${field}.badges`, 'badges:error.nothing')] : []),
    ...(distinct === badges.length ? [] : [fault(`${field}.badges`, 'badges:error.twice')]),
    ...(atLeast === undefined || (Number.isInteger(atLeast) && atLeast >= 1 && atLeast <= distinct)
      ? []
      : [fault(`${field}.atLeast`, 'badges:error.count', { size: distinct })]),
  ]
}

function faultsOfSteps(
  field: string,
  criteria: Extract<Criteria, { kind: 'steps' }>,
  known: Known,
): CriteriaFault[] {
  const versions = known.tracks.filter(({ slug }) => slug === criteria.track)
  if (versions.length === 0)
    return [fault(`${field}.track`, 'badges:error.unknownTrack', { track: criteria.track })]
  if (criteria.steps === 'all') return []
  if (criteria.steps.length === 0) return [fault(`${field}.steps`, 'badges:error.nothing')]
  const steps = new Set(versions.flatMap(({ steps }) => steps.map(({ id }) => id)))
  return criteria.steps
    .filter((id) => !steps.has(id))
    .map((step) => fault(`${field}.steps`, 'badges:error.unknownStep', { step }))
}

/** A badge that would, through other badges, ask for itself could never be earned for the first time. */
function circleThrough(slug: string, criteria: Criteria, known: Known): CriteriaFault[] {
  const asked = new Map(known.badges.map((badge) => [badge.slug, badgesIn(badge.criteria)]))
  const seen = new Set<string>()
  const waiting = [...badgesIn(criteria)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === slug) return [fault('criteria', 'badges:error.circle')]
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...(asked.get(next) ?? []))
  }
  return []
}
