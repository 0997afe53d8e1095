import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { openOwnShare } from './open-own-share.js'
import { endShare } from './share-store.js'

/** Stops one of the learner's own shares at once; again changes nothing. Throws not-found for anybody else's. */
export async function stopShare(
  id: string,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const share = await openOwnShare(id, actor)
  await endShare(share.id, share.learnerId, ports.now())
}
