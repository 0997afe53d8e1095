import { findAccount, findAccountsAt } from '../access/account-store.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Referral } from './referral.js'

type Told = Pick<Referral, 'id' | 'learnerId' | 'centerId'>

/** One mail about a referral: an id and a link, never a name, since mail is read by others too. */
const mailAbout = (
  { id }: Pick<Referral, 'id'>,
  template: string,
  person: OutboxEntry['to'],
): OutboxEntry => ({
  id: newId(),
  template,
  to: { email: person.email, name: person.name, language: person.language },
  params: { id, path: to(paths.referral, { id }) },
})

/** One mail to each person at the center. */
export async function mailsToCenter(referral: Told, template: string): Promise<OutboxEntry[]> {
  const staff = await findAccountsAt(referral.centerId)
  return staff
    .filter((account) =>
      account.roles.some((at) => at.role === 'staff' && at.organizationId === referral.centerId),
    )
    .map((account) => mailAbout(referral, template, account))
}

/** The mail to the learner, if there is an address to send it to. */
export async function mailsToLearner(referral: Told, template: string): Promise<OutboxEntry[]> {
  const learner = await findLearner(referral.learnerId)
  if (!learner?.email) return []
  const { email, name, language } = learner
  return [mailAbout(referral, template, { email, name, language })]
}

/** The mails to everyone on the sender's side: the learner, and the staff person who asked for them. */
export async function mailsToSender(
  referral: Told & Pick<Referral, 'askedBy'>,
  template: string,
): Promise<OutboxEntry[]> {
  const { byStaff, accountId } = referral.askedBy
  const asker = byStaff ? await findAccount(accountId) : undefined
  return [
    ...(await mailsToLearner(referral, template)),
    ...(asker?.state === 'active' ? [mailAbout(referral, template, asker)] : []),
  ]
}
