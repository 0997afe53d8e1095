import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { findImports, type ImportFilter } from './import-store.js'
import type { Import } from './import.js'

/** A page of imports, latest first. */
export async function listImports(
  filter: ImportFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ListPage<Import>> {
  const place = decodeTimeCursor(cursor)
  const after = place && { startedAt: place.createdAt, id: place.id }
  const rows = await findImports(filter, limit + 1, after)
  return pageOf(rows, limit, (row) => [row.startedAt.getTime(), row.id])
}

/** Every import, latest first, for an export. */
export async function* everyImport(filter: ImportFilter): AsyncGenerator<Import> {
  let cursor: string | undefined
  do {
    const { items, next } = await listImports(filter, { limit: 200, cursor })
    yield* items
    cursor = next
  } while (cursor !== undefined)
}
