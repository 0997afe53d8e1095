import { Learners } from './learner-row-store.js'

/** A hidden learner stands in a community of their own, which no list, count or search asks for. */
const suffix = '#leaving'

/** Hides a learner from everybody; again changes nothing. */
export async function hideLearner(id: string, communityId: string, at: Date): Promise<void> {
  await Learners.updateOne(
    { _id: id, hiddenAt: { $exists: false } },
    { $set: { communityId: communityId + suffix, hiddenAt: at } },
  )
}

/** Shows a hidden learner again. */
export async function showLearner(id: string, communityId: string): Promise<void> {
  await Learners.updateOne(
    { _id: id, hiddenAt: { $exists: true } },
    { $set: { communityId }, $unset: { hiddenAt: 1 } },
  )
}
