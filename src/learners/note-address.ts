import { findLearner, saveIdentity } from './learner-store.js'
import { refreshSummaries } from './refresh-summaries.js'

/**
 * Notes the address that an account of the learner confirmed; may make them job-ready, so their summary follows. Another
 * account that signs in to a joined record does not change the address the record goes by. Again changes nothing.
 */
export async function noteAddress(
  learnerId: string,
  { id, email }: { readonly id: string; readonly email: string },
  now: Date,
): Promise<void> {
  const learner = await findLearner(learnerId)
  if (learner?.accountId === undefined || learner.accountId === id)
    await saveIdentity(learnerId, { email })
  await refreshSummaries([learnerId], now)
}
