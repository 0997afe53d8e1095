import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { mailsToCollege } from './announce-claim.js'
import { moveClaim } from './claim-store.js'
import type { Claim } from './claim.js'
import { findOwnClaim } from './own-claim.js'

/**
 * The learner answers a college that asked for more; the claim is back in its queue. Throws not-found to anybody else,
 * refused when the college is not waiting for an answer.
 */
export async function answerClaim(
  id: string,
  answer: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Claim> {
  const claim = await findOwnClaim(id, actor)
  if (claim.state !== 'more') throw refused('claims:problem.notAsked')
  const moved = await moveClaim(claim, {
    state: 'claimed',
    event: {
      at: ports.now(),
      by: actor.accountId,
      byName: actor.name,
      kind: 'answered',
      reason: answer,
    },
    outbox: await mailsToCollege(claim, 'claimAnswered'),
  })
  if (!moved) throw refused('claims:problem.quicker')
  return moved
}
