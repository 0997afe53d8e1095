import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { disclosuresOf } from './disclosure-store.js'
import type { Disclosure } from './disclosure.js'

/** A page of who looked at a learner's record, newest first. */
export async function listDisclosures(
  learnerId: string,
  limit: number,
  cursor?: string,
): Promise<ListPage<Disclosure>> {
  const place = decodeCursor(cursor, 1)
  const rows = await disclosuresOf(learnerId, limit + 1, place && Number(place[0]))
  return pageOf(rows, limit, ({ sequence }) => [sequence])
}
