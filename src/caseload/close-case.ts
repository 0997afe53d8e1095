import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import type { Desk } from '../referrals/desk.js'
import { closeCases } from './case-store.js'
import { closeRefusal, type Case } from './case.js'
import { discloseCases } from './list-cases.js'
import { newsBy, ownCase, type OwnCase } from './own-case.js'

/** The case somebody may want to close; the name it shows is disclosed. Throws not-found where there is none. */
export async function openToClose(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<OwnCase> {
  const own = await ownCase(actor, learnerId)
  await discloseCases(actor, own.desk, [learnerId], 'view', ports.now())
  return own
}

/**
 * Closes a case that has no open referral, with the reason; it keeps who looked after it, and its notes, tasks and plan.
 * Throws refused for one that is closed already or ends with its referral, not-found where there is none.
 */
export async function closeCase(
  actor: Actor,
  learnerId: string,
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<OwnCase> {
  const own = await ownCase(actor, learnerId)
  await closeThese(actor, own.desk, [own.one], reason, ports)
  return own
}

/** Closes some cases of one center with the same reason. Throws refused, and closes none, when one of them cannot be closed. */
export async function closeThese(
  actor: Actor,
  { organizationId }: Pick<Desk, 'organizationId'>,
  cases: readonly Case[],
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  for (const one of cases) {
    const refusal = closeRefusal(one)
    if (refusal) throw refused(`caseload:problem.${refusal}`)
  }
  const at = ports.now()
  const closing = { reason, at, byAccountId: actor.accountId, byName: actor.name }
  const ids = cases.map(({ learnerId }) => learnerId)
  const closed = await closeCases(organizationId, ids, closing, newsBy(actor, 'closed', at))
  // Somebody closed it, or asked for a referral, since it was read.
  if (closed === 0) throw refused('caseload:problem.caseChanged')
}
