import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { notFound } from '../problems.js'
import { findEntry, listEntries } from './trusted-issuer-store.js'
import type { TrustedIssuer } from './trusted-issuer.js'

export interface EntriesAsked {
  readonly state: TrustedIssuer['state']
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page of the trusted issuers, or of those whose trust has ended, by name. */
export async function listTrustedIssuers({
  state,
  limit,
  cursor,
}: EntriesAsked): Promise<ListPage<TrustedIssuer>> {
  const [name, id] = decodeCursor(cursor, 2) ?? []
  const after = name === undefined ? undefined : { name: String(name), id: String(id) }
  return pageOf(await listEntries(state, limit + 1, after), limit, (row) => [row.name, row.id])
}

/** One entry. Throws not-found for an unknown one. */
export async function openEntry(id: string): Promise<TrustedIssuer> {
  const entry = await findEntry(id)
  if (!entry) throw notFound()
  return entry
}
