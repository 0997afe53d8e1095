import { findAccount, findAccountsByIds } from '../access/account-store.js'
import { mergesBehind, movedAccounts } from '../duplicates/merge-store.js'
import { findLearner } from '../learners/learner-store.js'
import type { JoinedMarks, Subject } from './holding.js'

/** By which marks the rows of a learner's own record are found; undefined for an unknown learner. */
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

/** The marks of every record that was joined into the learner's, and into those. */
async function joinedMarks({ learnerId, accountId, email }: Subject): Promise<JoinedMarks> {
  const merges = await mergesBehind(learnerId)
  const others = (found: readonly unknown[], own: string | undefined) => [
    ...new Set(found.filter((one) => typeof one === 'string' && one !== own) as string[]),
  ]
  const accountIds = others(merges.flatMap(movedAccounts), accountId)
  const accounts = await findAccountsByIds(accountIds)
  const addresses = merges.map(({ goneEmail, goneRow }) => goneEmail ?? goneRow?.['email'])
  return {
    learnerIds: merges.map(({ goneId }) => goneId),
    accountIds,
    emails: others([...accounts.map((account) => account.email), ...addresses], email),
  }
}

/** The subject with the records joined into the learner's: all that is about the person, to be read and to be taken away. */
export const withJoined = async (subject: Subject): Promise<Subject> => ({
  ...subject,
  joined: await joinedMarks(subject),
})

/** The same for a learner who is there; undefined for an unknown one. */
export async function findWholeSubject(learnerId: string): Promise<Subject | undefined> {
  const subject = await findSubject(learnerId)
  return subject && withJoined(subject)
}
