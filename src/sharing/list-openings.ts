import type { Actor } from '../access/actor.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { openOwnShare } from './open-own-share.js'
import { openingsOf } from './share-opening-store.js'
import type { Opening, Share } from './share.js'

/** Who opened one of the learner's own shares, newest first. Throws not-found for anybody else's. */
export async function listOpenings(
  id: string,
  actor: Actor,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ListPage<Opening> & { readonly share: Share }> {
  const share = await openOwnShare(id, actor)
  const after = decodeTimeCursor(cursor)
  const rows = await openingsOf(share.id, limit + 1, after && { at: after.createdAt, id: after.id })
  const { items, next } = pageOf(rows, limit, (row) => [row.lastAt.getTime(), row.id])
  return { share, items, next }
}
