import { communitiesOf, type Actor } from '../access/actor.js'
import { findAward } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import { withdrawAward } from '../badges/withdraw-award.js'
import { notFound } from '../problems.js'
import { endCopies } from './end-copies.js'
import { endWithdrawn } from './end-withdrawn.js'
import type { SigningWorld } from './open-issuer.js'

/**
 * A manager takes an award back, and with it everything signed for it: the bits in the status list are set before this
 * answers, whichever process serves the list. The copies end first, so that no crash leaves a withdrawn award with a good
 * document; they are asked for again after, for one may have been signed meanwhile. Throws as withdrawAward does.
 */
export async function withdrawBadge(
  actor: Actor,
  id: string,
  reason: string,
  world: SigningWorld,
): Promise<Award> {
  const award = await findAward(id)
  if (!award || !communitiesOf(actor, 'manager').includes(award.communityId)) throw notFound()
  const ending = { kind: 'revoked', at: world.ports.now(), by: actor.accountId, reason } as const
  if (award.state === 'live') await endCopies(id, ending)
  const withdrawn = await withdrawAward(actor, id, reason, world.ports)
  await endWithdrawn([id], world)
  return withdrawn
}
