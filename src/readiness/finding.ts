import type { Day } from '../calendar.js'
import type { EvidenceLevel } from '../providers/evidence.js'

/** `title` is the name of a track or badge, or a locale key that `params` fill. `badge` names what may count further. */
export interface ProofEvidence {
  readonly title: string
  readonly on: Day
  readonly level?: EvidenceLevel
  readonly params?: Readonly<Record<string, string | number>>
  readonly badge?: string
}

/** The next step, in words that locales/readiness.json holds. `course` is the next course, that may count further. */
export interface Missing {
  readonly key: string
  readonly params: Readonly<Record<string, string | number>>
  readonly course?: string
}

/**
 * What one rule finds. `until`: the last day on which it is met by what there is now; it may count no more afterwards.
 * `since`: the day from which it has been met, where that is not the last of its evidence.
 */
export interface Finding {
  readonly met: boolean
  readonly evidence: readonly ProofEvidence[]
  readonly missing?: Missing
  readonly until?: Day
  readonly since?: Day
}

export const met = (evidence: readonly ProofEvidence[], until?: Day, since?: Day): Finding => ({
  met: true,
  evidence,
  ...(until !== undefined && { until }),
  ...(since !== undefined && { since }),
})

/** Not met; `key` is below readiness:missing. */
export const open = (
  key: string,
  params: Missing['params'] = {},
  evidence: readonly ProofEvidence[] = [],
  course?: string,
): Finding => ({
  met: false,
  evidence,
  missing: { key: `readiness:missing.${key}`, params, ...(course !== undefined && { course }) },
})
