import type { Actor } from '../access/actor.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { notAllowed } from '../problems.js'
import { openingCounts } from './share-opening-store.js'
import { findSharePage } from './share-store.js'
import type { Share } from './share.js'

/** A share with how often it was opened. */
export interface ListedShare {
  readonly share: Share
  readonly times: number
  readonly lastAt?: Date
}

/** The learner's own shares, newest first. */
export async function listShares(
  actor: Actor,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ListPage<ListedShare>> {
  if (actor.learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  const after = decodeTimeCursor(cursor)
  const rows = await findSharePage(actor.learnerId, limit + 1, after)
  const { items, next } = pageOf(rows, limit, ({ createdAt, id }) => [createdAt.getTime(), id])
  const counts = await openingCounts(items.map(({ id }) => id))
  return {
    items: items.map((share) => {
      const { times = 0, lastAt } = counts.get(share.id) ?? {}
      return { share, times, ...(lastAt && { lastAt }) }
    }),
    next,
  }
}
