import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Actor } from './actor.js'
import { findHistories, type History, type HistoryCursor } from './history-store.js'
import { managedCommunity } from './managed-community.js'
import type { HistoryQuery } from './manager-input.js'

const batch = 200

/** One page of who changed what in a manager's community, by organization or person, last changed first. */
export async function listHistory(actor: Actor, query: HistoryQuery): Promise<ListPage<History>> {
  const { of, limit, cursor } = query
  const community = managedCommunity(actor, query.community)
  const rows = await findHistories(of, community, limit + 1, decodeTimeCursor(cursor))
  return pageOf(rows, limit, ({ lastChangeAt, id }) => [lastChangeAt.getTime(), id])
}

/** All of the same view, batch by batch, for an export. */
export async function* wholeHistory(actor: Actor, query: HistoryQuery): AsyncGenerator<History> {
  const community = managedCommunity(actor, query.community)
  let after: HistoryCursor | undefined
  for (;;) {
    const rows = await findHistories(query.of, community, batch, after)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < batch) return
    after = { createdAt: last.lastChangeAt, id: last.id }
  }
}
