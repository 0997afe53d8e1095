import { findAwardsByIds } from '../badges/award-store.js'
import { endCopies } from './end-copies.js'
import type { SigningWorld } from './open-issuer.js'

/**
 * Revokes the credentials of those awards that are withdrawn: asked after signing, for an award may be withdrawn while it
 * is being signed.
 */
export async function endWithdrawn(
  awardIds: readonly string[],
  world: SigningWorld,
): Promise<void> {
  for (const { id, withdrawn } of await findAwardsByIds(awardIds)) {
    if (!withdrawn) continue
    const { by, reason } = withdrawn
    await endCopies(id, { kind: 'revoked', at: world.ports.now(), by, reason })
  }
}
