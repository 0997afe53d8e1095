import type { Day } from '../calendar.js'
import type { LearnerSummary } from '../learners/learner.js'
import type { WithinPairing } from './pairing.js'

/** One friendly e-mail from a mentor. A learner gets at most one a day, from all mentors together. */
export interface Nudge extends WithinPairing {
  readonly id: string
  readonly on: Day
  readonly text: string
  readonly sentAt: Date
}

/** Which suggested text fits where the learner stands: a key below mentoring:suggestion. */
export const suggestionFor = (
  summary: Pick<LearnerSummary, 'ready' | 'stuckOn' | 'facts'>,
): 'ready' | 'stuck' | 'start' | 'onward' => {
  if (summary.ready) return 'ready'
  if (summary.facts === 0) return 'start'
  return summary.stuckOn ? 'stuck' : 'onward'
}
