import type { Actor } from '../access/actor.js'
import { notFound } from '../problems.js'
import { findClaim } from './claim-store.js'
import type { Claim } from './claim.js'

/** A claim of the learner who asks; not-found to anybody else. */
export async function findOwnClaim(id: string, actor: Actor): Promise<Claim> {
  const claim = await findClaim(id)
  if (!claim || claim.learnerId !== actor.learnerId) throw notFound()
  return claim
}
