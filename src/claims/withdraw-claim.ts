import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { mailsToCollege } from './announce-claim.js'
import { isAppeal, stateWithdrawn } from './appeal.js'
import { moveClaim } from './claim-store.js'
import { isEnded, releasedHolds, type Claim } from './claim.js'
import { findOwnClaim } from './own-claim.js'

/** A claim of the actor that is not decided yet. Throws not-found to anybody else, refused once it is settled. */
export async function findWithdrawable(id: string, actor: Actor): Promise<Claim> {
  const claim = await findOwnClaim(id, actor)
  if (stateWithdrawn(claim) === undefined) throw refused(`claims:problem.settled.${claim.state}`)
  return claim
}

/**
 * The learner takes an open claim back, with a reason or without; its badges are free and it may be filed anew. A withdrawn
 * appeal leaves what was decided before. Throws as findWithdrawable, and refused when the college was quicker.
 */
export async function withdrawClaim(
  id: string,
  reason: string | undefined,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Claim> {
  const claim = await findWithdrawable(id, actor)
  const state = stateWithdrawn(claim) ?? claim.state
  const moved = await moveClaim(claim, {
    state,
    holds: isEnded(state) ? releasedHolds(claim.id) : undefined,
    event: {
      at: ports.now(),
      by: actor.accountId,
      byName: actor.name,
      kind: isAppeal(claim) ? 'appeal-withdrawn' : 'withdrawn',
      ...(reason !== undefined && { reason }),
    },
    outbox: await mailsToCollege(claim, isAppeal(claim) ? 'appealWithdrawn' : 'claimWithdrawn'),
  })
  if (!moved) throw refused('claims:problem.quicker')
  return moved
}
