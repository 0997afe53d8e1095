import { learnersByAddress } from '../access/account-store.js'
import { findLearnerIdsByEmails, findLearnersByIds } from './learner-store.js'
import { emailKey } from './learner.js'

/**
 * The ids of learners of one community by e-mail (any case), keyed by the lower-case address: by the address of the record,
 * and by every other confirmed one that signs in to it. Whose double records were joined has several (docs/decisions/0071).
 */
export async function findByAddress(
  communityId: string,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const found = await findLearnerIdsByEmails(communityId, emails)
  const strangers = emails.map(emailKey).filter((email) => !found.has(email))
  if (strangers.length === 0) return found
  const others = await learnersByAddress(strangers)
  if (others.size === 0) return found
  const there = await findLearnersByIds([...others.values()])
  const own = new Set(there.filter((one) => one.communityId === communityId).map(({ id }) => id))
  return new Map([...found, ...[...others].filter(([, id]) => own.has(id))])
}
