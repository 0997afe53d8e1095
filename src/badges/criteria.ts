import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'
import { strongestGrounds } from '../tracks/grounds.js'
import type { Criteria } from './badge.js'
import { type Missing, missingFor } from './missing.js'
import { groundsFor, type Standing } from './standing.js'

/**
 * A badge is earned at the strongest evidence level at which all its criteria hold: with a need shown both by the
 * learner's own upload and by the provider, the provider's word counts; with one need shown only by the learner, the
 * whole badge is self-reported. It is earned on the day the last of that evidence was earned.
 */
export interface Decision {
  readonly earned: boolean
  readonly level?: EvidenceLevel
  readonly earnedOn?: Day
  /** Ids of the evidence it rests on; empty while not earned. */
  readonly facts: readonly string[]
  /** What is still missing; empty when earned. */
  readonly missing: readonly Missing[]
}

/** Whether the criteria hold, at which level and since when, and if not, what is missing. */
export function decide(
  criteria: Criteria,
  standing: Standing,
  lowest: EvidenceLevel = 'self-reported',
): Decision {
  const shown = earnedBy(criteria, standing, lowest)
  if (!shown) return { earned: false, facts: [], missing: missingFor(criteria, standing, lowest) }
  const { on, facts } = shown.grounds
  return { earned: true, level: shown.level, earnedOn: on, facts, missing: [] }
}

/** As decide, without spelling out what is missing: for batches. */
export const earnedBy = (criteria: Criteria, standing: Standing, lowest: EvidenceLevel) =>
  strongestGrounds((floor) => groundsFor(criteria, standing, floor), lowest)
