import { notFound } from '../problems.js'
import { confirmProfile, findLearner } from './learner-store.js'

/** The learner says that a linked profile is theirs; again changes nothing. Throws not-found for one that is not linked. */
export async function ownProfile(learnerId: string, provider: string, name: string): Promise<void> {
  const learner = await findLearner(learnerId)
  const isLinked = learner?.profiles.some((one) => one.provider === provider && one.name === name)
  if (!isLinked) throw notFound()
  await confirmProfile(learnerId, provider, name)
}
