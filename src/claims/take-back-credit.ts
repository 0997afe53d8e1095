import type { Actor } from '../access/actor.js'
import { refreshSummaries } from '../learners/refresh-summaries.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { mailsToClaimant } from './announce-claim.js'
import { mayDecide, mayTakeBack } from './appeal.js'
import { moveClaim } from './claim-store.js'
import { releasedHolds, type Claim } from './claim.js'
import { ownClaim } from './open-claim.js'
import { revokeCredit } from '../credits/revoke-credit.js'

/**
 * A claim at one of the actor's colleges whose credit they may take back. Throws not-found to anybody else, refused while
 * nothing is given or an appeal waits, not-allowed for whoever took a decision that an appeal changed.
 */
export async function findGiven(id: string, actor: Actor): Promise<Claim> {
  const claim = await ownClaim(id, actor)
  if (!mayTakeBack(claim))
    throw refused(
      claim.granted === undefined ? 'credits:problem.nothingGiven' : 'claims:problem.appealFirst',
    )
  if (!mayDecide(claim, actor.accountId)) throw notAllowed('claims:problem.ownDecision')
  return claim
}

/**
 * The college takes back what it gave, with a reason that the learner reads: the credit counts no longer, what was signed of
 * it is revoked, the badges are free, and the learner may appeal. Throws as findGiven, and refused when somebody was quicker.
 */
export async function takeBackCredit(
  id: string,
  reason: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Claim> {
  const claim = await findGiven(id, actor)
  const now = ports.now()
  const moved = await moveClaim(claim, {
    state: 'revoked',
    takesBack: true,
    holds: releasedHolds(claim.id),
    event: {
      at: now,
      by: actor.accountId,
      byName: actor.name,
      kind: 'revoked',
      ...(claim.granted !== undefined && { credits: claim.granted }),
      reason,
    },
    outbox: await mailsToClaimant(claim, 'creditTakenBack'),
  })
  if (!moved) throw refused('claims:problem.quicker')
  await refreshSummaries([claim.learnerId], now)
  await revokeCredit(ports)
  return moved
}
