import { findAccountsAt, findAccountsByIds } from '../access/account-store.js'
import type { Account } from '../access/account.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Proposal } from './proposal.js'

/** The people who work for a college here. */
export async function collegeStaff(collegeId: string): Promise<Account[]> {
  const people = await findAccountsAt(collegeId)
  return people.filter((account) =>
    account.roles.some((at) => at.role === 'college' && at.organizationId === collegeId),
  )
}

const mailsTo = (
  people: readonly Account[],
  template: string,
  { id, terms, collegeName }: Proposal,
): OutboxEntry[] =>
  people.map(({ email, name, language }) => ({
    id: newId(),
    template,
    to: { email, name, language },
    params: { course: terms.course, college: collegeName, path: to(paths.proposal, { id }) },
  }))

/** To everybody at the college but the one who wrote it. */
export async function mailsOfProposed(proposal: Proposal): Promise<OutboxEntry[]> {
  const staff = await collegeStaff(proposal.collegeId)
  const others = staff.filter(({ id }) => id !== proposal.proposedBy.accountId)
  return mailsTo(others, 'proposalFiled', proposal)
}

/** To those who are asked to review. */
export async function mailsToReviewers(
  proposal: Proposal,
  accountIds: readonly string[],
): Promise<OutboxEntry[]> {
  return mailsTo(await findAccountsByIds(accountIds), 'proposalToReview', proposal)
}

/** To whoever proposed it. */
export async function mailsToProposer(proposal: Proposal): Promise<OutboxEntry[]> {
  return mailsTo(
    await findAccountsByIds([proposal.proposedBy.accountId]),
    'proposalSettled',
    proposal,
  )
}
