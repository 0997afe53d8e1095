import { findAccountByEmail } from '../access/account-store.js'
import { communitiesOf, type Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import type { HoldEvent } from './departure.js'
import { liftHold, setHold } from './hold-store.js'

const eventOf = (
  kind: HoldEvent['kind'],
  reason: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): HoldEvent => ({
  kind,
  at: ports.now(),
  byAccountId: actor.accountId,
  byName: actor.name,
  reason,
})

/** Holds the record of a learner of the manager's own program, also of one who is leaving. Throws invalid for an unknown one. */
export async function holdRecord(
  { email, reason }: { readonly email: string; readonly reason: string },
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const account = await findAccountByEmail(email)
  const role = account?.roles.find(
    (at) => at.role === 'learner' && communitiesOf(actor, 'manager').includes(at.communityId),
  )
  if (account?.learnerId === undefined || !role)
    throw invalid([{ field: 'email', message: 'holdings:problem.unknownLearner' }])
  const event = eventOf('set', reason, actor, ports)
  if (!(await setHold(account.learnerId, role.communityId, event)))
    throw refused('holdings:problem.heldAlready')
}

/** Lifts a hold with a reason. Throws not-found for one of another program. */
export async function liftRecord(
  { learnerId, reason }: { readonly learnerId: string; readonly reason: string },
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const event = eventOf('lifted', reason, actor, ports)
  for (const communityId of communitiesOf(actor, 'manager'))
    if (await liftHold(learnerId, communityId, event)) return
  throw notFound()
}
