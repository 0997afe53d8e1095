import { findAccount } from '../access/account-store.js'
import { findLearner } from '../learners/learner-store.js'
import { chainsAbout } from '../learners/read-chains.js'
import type { Subject } from './holding.js'

/** By which marks a learner's rows are found; undefined for an unknown learner. */
export async function findSubject(learnerId: string): Promise<Subject | undefined> {
  const learner = await findLearner(learnerId)
  if (!learner) return undefined
  const { communityId, accountId } = learner
  const account = accountId === undefined ? undefined : await findAccount(accountId)
  const email = account?.email ?? learner.email
  return {
    learnerId,
    communityId,
    ...(accountId !== undefined && { accountId }),
    ...(email !== undefined && { email }),
  }
}

/** The same with the records joined into the learner's: all that is about the person, to be read and not to be taken away. */
export async function findWholeSubject(learnerId: string): Promise<Subject | undefined> {
  const subject = await findSubject(learnerId)
  const [, ...joinedIds] = await chainsAbout(learnerId)
  return subject && { ...subject, joinedIds }
}
