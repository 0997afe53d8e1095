import { hasRole, type Actor } from '../access/actor.js'
import type { JsonObject } from '../credentials/credential.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { notFound, refused } from '../problems.js'
import { findClaim } from '../claims/claim-store.js'
import { discloseRequests } from '../claims/disclose-requests.js'
import type { Channel } from '../learners/disclosure.js'
import { documentOfCopy, issueCredit } from './issue-credit.js'

/**
 * The signed credential of a claim's credit, for the learner and the college, whose look is disclosed. Throws not-found to
 * anybody else, refused while nothing is given.
 */
export async function openCredit(
  claimId: string,
  actor: Actor,
  channel: Channel,
  world: SigningWorld,
): Promise<JsonObject> {
  const claim = await findClaim(claimId)
  const isOwn = claim?.learnerId === actor.learnerId
  if (!claim || !(isOwn || hasRole(actor, 'college', claim.collegeId))) throw notFound()
  const copy = await issueCredit(claimId, world)
  if (!copy) throw refused('credits:problem.nothingGiven')
  if (!isOwn) await discloseRequests(actor, 'claim', [claim], channel, world.ports.now())
  return documentOfCopy(copy)
}
