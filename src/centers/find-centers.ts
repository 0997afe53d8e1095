import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import type { CenterQuery } from './center-input.js'
import type { Center } from './center.js'
import { searchCenters } from './center-store.js'

/** One page of the directory by name. */
export async function findCenters(query: CenterQuery): Promise<ListPage<Center>> {
  const cursor = decodeCursor(query.cursor, 2)
  const rows = await searchCenters({
    q: query.q,
    limit: query.limit + 1,
    after: cursor && { name: String(cursor[0]), id: String(cursor[1]) },
  })
  return pageOf(rows, query.limit, ({ name, id }) => [name, id])
}
