import { hasRole, type Actor } from '../access/actor.js'
import type { JsonObject } from '../credentials/credential.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { notFound, refused } from '../problems.js'
import { findClaim } from '../claims/claim-store.js'
import { documentOfCopy, issueCredit } from './issue-credit.js'

/**
 * The signed credential of a claim's credit, for the learner and the college. Throws not-found to anybody else, refused while
 * nothing is given.
 */
export async function openCredit(
  claimId: string,
  actor: Actor,
  world: SigningWorld,
): Promise<JsonObject> {
  const claim = await findClaim(claimId)
  const isParty =
    claim && (claim.learnerId === actor.learnerId || hasRole(actor, 'college', claim.collegeId))
  if (!isParty) throw notFound()
  const copy = await issueCredit(claimId, world)
  if (!copy) throw refused('credits:problem.nothingGiven')
  return documentOfCopy(copy)
}
