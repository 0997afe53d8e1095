import { insertLearners } from './learner-store.js'
import type { NewLearner } from './learner.js'
import { refreshSummaries } from './refresh-summaries.js'

/** Adds people to a program, with a first summary; those known by id or e-mail stay as they are. Returns how many are new. */
export async function addLearners(learners: readonly NewLearner[], now: Date): Promise<number> {
  const added = await insertLearners(learners)
  await refreshSummaries(
    learners.map(({ id }) => id),
    now,
  )
  return added
}
