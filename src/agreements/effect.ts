/**
 * Whom the next version of an agreement touches: what each learner would be offered on its first day (today, if that has
 * come) with it, held against what they would be offered without it. Who earned the badges under an earlier version keeps
 * that, so that losing is rare: it takes badges that were earned before any version was in force.
 */
import type { Award } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import { inQuarters, needed, type Agreement, type BadgeSet } from './agreement.js'
import { matchOf } from '../credits/credit.js'

export const effects = ['gains', 'more', 'less', 'loses', 'keeps'] as const
export type Effect = (typeof effects)[number]
export type EffectCounts = Readonly<Record<Effect, number>>

export const noEffects: EffectCounts = { gains: 0, more: 0, less: 0, loses: 0, keeps: 0 }

/** The day on which the two are compared. */
export const comparedOn = ({ from }: Pick<Agreement, 'from'>, today: Day): Day =>
  from > today ? from : today

/**
 * What the version does to one learner. 'keeps': the badges do not fulfil the new version, the old one is kept. Undefined:
 * nothing changes.
 */
export function effectOn(
  awards: readonly Award[],
  earlier: readonly Agreement[],
  next: Agreement,
  on: Day,
): Effect | undefined {
  const before = matchOf(earlier, awards, on)
  const after = matchOf([...earlier, next], awards, on)
  if (!before) return after ? 'gains' : undefined
  if (!after) return 'loses'
  const worth = (agreement: Agreement) => inQuarters(agreement.credits, agreement.unit)
  if (worth(after.agreement) > worth(before.agreement)) return 'more'
  if (worth(after.agreement) < worth(before.agreement)) return 'less'
  return after.agreement.id === next.id || matchOf([next], awards, on) ? undefined : 'keeps'
}

/**
 * Of a set that asks for n of m badges, the m - n + 1 that the fewest hold: who fulfils the set holds one of them at
 * least, so that nobody else need be looked at.
 */
export const rarestOf = (set: BadgeSet, holders: ReadonlyMap<string, number>): string[] =>
  [...set.of]
    .sort((a, b) => (holders.get(a) ?? 0) - (holders.get(b) ?? 0) || a.localeCompare(b))
    .slice(0, set.of.length - needed(set) + 1)

export const addEffects = (
  counts: EffectCounts,
  found: readonly (Effect | undefined)[],
): EffectCounts => {
  const sums: Record<Effect, number> = { ...counts }
  for (const effect of found) if (effect) sums[effect] += 1
  return sums
}
