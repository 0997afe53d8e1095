import { findAccountsAt } from '../access/account-store.js'
import { paths, to } from '../http/paths.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Referral } from './referral.js'

type Told = Pick<Referral, 'id' | 'learnerId' | 'centerId'>

const paramsOf = (referral: Told) => ({
  id: referral.id,
  path: to(paths.referral, { id: referral.id }),
})

/** One mail to each person at the center: an id and a link, never a name, since mail is read by others too. */
export async function mailsToCenter(referral: Told, template: string): Promise<OutboxEntry[]> {
  const staff = await findAccountsAt(referral.centerId)
  return staff
    .filter((account) =>
      account.roles.some((at) => at.role === 'staff' && at.organizationId === referral.centerId),
    )
    .map(({ email, name, language }) => ({
      id: newId(),
      template,
      to: { email, name, language },
      params: paramsOf(referral),
    }))
}

/** The mail to the learner, if there is an address to send it to. */
export async function mailsToLearner(referral: Told, template: string): Promise<OutboxEntry[]> {
  const learner = await findLearner(referral.learnerId)
  if (!learner?.email) return []
  const { email, name, language } = learner
  return [{ id: newId(), template, to: { email, name, language }, params: paramsOf(referral) }]
}
