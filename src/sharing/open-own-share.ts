import type { Actor } from '../access/actor.js'
import { notFound } from '../problems.js'
import { findShare } from './share-store.js'
import type { Share } from './share.js'

/** A share of the learner who asks, live or not. Throws not-found for everybody else's. */
export async function openOwnShare(id: string, actor: Actor): Promise<Share> {
  const share = await findShare(id)
  if (!share || actor.learnerId === undefined || share.learnerId !== actor.learnerId)
    throw notFound()
  return share
}
