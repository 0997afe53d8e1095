import type { Actor } from '../access/actor.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { notAllowed } from '../problems.js'

/** The record of the learner who asks. Throws not-allowed for somebody who is none. */
export async function learnerOf({ learnerId }: Actor): Promise<Learner> {
  const learner = learnerId === undefined ? undefined : await findLearner(learnerId)
  if (!learner) throw notAllowed('providers:problem.learnersOnly')
  return learner
}
