import { findAccountsAt } from '../access/account-store.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Claim } from './claim.js'

/** One mail to each person at the college: the course and a link, never the learner's name. */
export async function mailsToCollege(claim: Claim, template: string): Promise<OutboxEntry[]> {
  const people = await findAccountsAt(claim.collegeId)
  return people
    .filter((account) =>
      account.roles.some((at) => at.role === 'college' && at.organizationId === claim.collegeId),
    )
    .map(({ email, name, language }) => ({
      id: newId(),
      template,
      to: { email, name, language },
      params: { course: claim.agreement.course, path: to(paths.collegeClaim, { id: claim.id }) },
    }))
}

/** The mail to the learner, if there is an address to send it to. */
export async function mailsToClaimant(claim: Claim, template: string): Promise<OutboxEntry[]> {
  const learner = await findLearner(claim.learnerId)
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const params = { college: claim.collegeName, course: claim.agreement.course, path: paths.credit }
  return [{ id: newId(), template, to: { email, name, language }, params }]
}
