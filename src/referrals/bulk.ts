/** What became of each learner when staff asked one center for many at once. */
import type { Referral } from './referral.js'

/**
 * What became of one learner of a bulk: asked with consent; prepared for the learner to send; either of them before;
 * or not somebody this person may ask for.
 */
export const bulkOutcomes = ['asked', 'prepared', 'open-already', 'waiting', 'unknown'] as const
export type BulkOutcome = (typeof bulkOutcomes)[number]

export interface BulkResult {
  readonly learnerId: string
  readonly name?: string
  readonly outcome: BulkOutcome
  readonly referral?: Referral
}
