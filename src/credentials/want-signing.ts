import { managedCommunity } from '../access/managed-community.js'
import type { Actor } from '../access/actor.js'
import { countAwards } from '../badges/award-store.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { findSigningWalk, wantSigningWalk, type SigningWalk } from './signing-walk-store.js'

/** Has every award of a community signed in the background. Throws refused while that is under way. */
export async function wantSigning(communityId: string, ports: Pick<Ports, 'now'>): Promise<void> {
  const walk = await findSigningWalk(communityId)
  if (walk && !walk.endedAt) throw refused('credentials:problem.signingUnderWay')
  await wantSigningWalk(communityId, await countAwards(communityId), ports.now())
}

/** How the signing of everything goes, or went last, in a manager's community. */
export const readSigning = (actor: Actor): Promise<SigningWalk | undefined> =>
  findSigningWalk(managedCommunity(actor))
