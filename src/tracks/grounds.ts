import type { Day } from '../calendar.js'
import {
  type EvidenceKind,
  type EvidenceLevel,
  type Fact,
  isAtLeast,
} from '../providers/evidence.js'

/**
 * What something rests on: the facts that show it, and the day the last of them was earned. Always asked for a floor
 * (the weakest level that counts), so "at which level is this shown" is "the strongest floor that still has grounds".
 * That makes two promises cheap to keep: more evidence never takes grounds away, and the order of facts is irrelevant.
 */
export interface Grounds {
  readonly on: Day
  readonly facts: readonly string[]
}

/** A learner's facts by the item they are about (of any kind and provider), earliest first. */
export type Holdings = ReadonlyMap<string, readonly Fact[]>

interface Need {
  readonly provider: string
  readonly kind: EvidenceKind
  readonly item: string
}

const isAbout = (fact: Fact, { kind, provider }: Pick<Need, 'kind' | 'provider'>) =>
  fact.kind === kind && fact.provider === provider

const byDay = (a: Fact, b: Fact) => compare(a.earnedOn, b.earnedOn) || compare(a.id, b.id)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Indexes facts once; every rule then looks up instead of searching. */
export function holdingsOf(facts: readonly Fact[]): Holdings {
  const holdings = new Map<string, Fact[]>()
  for (const fact of facts) {
    const same = holdings.get(fact.item)
    if (same) same.push(fact)
    else holdings.set(fact.item, [fact])
  }
  for (const same of holdings.values()) if (same.length > 1) same.sort(byDay)
  return holdings
}

/** Grounds of one fact, the earliest that is strong enough; an exam may also ask for a score. */
export function factGrounds(
  holdings: Holdings,
  need: Need,
  floor: EvidenceLevel,
  minScore?: number,
): Grounds | undefined {
  const fact = holdings
    .get(need.item)
    ?.find(
      (held) =>
        isAbout(held, need) &&
        isAtLeast(held.level, floor) &&
        (minScore === undefined || (held.score !== undefined && held.score >= minScore)),
    )
  return fact && { on: fact.earnedOn, facts: [fact.id] }
}

/** Grounds of the earliest provider badge of one provider, leaving out those that are given for signing up. */
export function anyBadgeGrounds(
  holdings: Holdings,
  provider: string,
  except: readonly string[],
  floor: EvidenceLevel,
): Grounds | undefined {
  const kind = 'provider-badge'
  let first: Fact | undefined
  for (const [item, facts] of holdings) {
    if (except.includes(item)) continue
    const fact = facts.find(
      (held) => isAbout(held, { kind, provider }) && isAtLeast(held.level, floor),
    )
    if (fact && (!first || byDay(fact, first) < 0)) first = fact
  }
  return first && { on: first.earnedOn, facts: [first.id] }
}

/** Grounds for `count` of the options: the ones shown earliest. None when there are too few, or nothing is asked. */
export function someGrounds(
  count: number,
  options: readonly (Grounds | undefined)[],
): Grounds | undefined {
  const shown = options.filter((option) => option !== undefined)
  if (count < 1 || shown.length < count) return undefined
  const chosen = shown.sort((a, b) => compare(a.on, b.on)).slice(0, count)
  return {
    on: chosen.reduce((latest, { on }) => (on > latest ? on : latest), ''),
    facts: [...new Set(chosen.flatMap(({ facts }) => facts))].sort(),
  }
}

/** Grounds for all of them; nothing asked is never shown. */
export const allGrounds = (options: readonly (Grounds | undefined)[]): Grounds | undefined =>
  someGrounds(options.length, options)

/** The strongest floor, not under `lowest`, for which `groundsAt` finds grounds. */
export function strongestGrounds(
  groundsAt: (floor: EvidenceLevel) => Grounds | undefined,
  lowest: EvidenceLevel,
): { readonly level: EvidenceLevel; readonly grounds: Grounds } | undefined {
  // What does not hold at the weakest floor holds at none: most needs of most learners end here.
  const weakest = groundsAt(lowest)
  if (!weakest) return undefined
  for (const level of strongestFirst) {
    const grounds = level === lowest ? weakest : groundsAt(level)
    if (grounds) return { level, grounds }
  }
  return undefined
}

const strongestFirst: readonly EvidenceLevel[] = [
  'signature-verified',
  'provider-confirmed',
  'self-reported',
]
