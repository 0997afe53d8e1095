import type { Request } from 'express'
import { z } from 'zod'
import { invalid } from '../problems.js'
import { languageOf, inLanguage } from './language.js'
import { withQuery } from './paths.js'

/** `limit` and `cursor` of every list; spread into the query schema of a list. */
export const listQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .prefault('50'),
  cursor: z.string().max(500).optional(),
}

/** Where a page of a list starts: the sort values of the last row of the page before, in the order of the sort. */
export type CursorValues = readonly (string | number)[]

/** One page of a list; `next` is the cursor of the following page. */
export interface ListPage<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** An opaque text for a cursor. */
export const encodeCursor = (values: CursorValues): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

/** The values of a cursor made by `encodeCursor`; undefined for none. Throws invalid for anything else. */
export function decodeCursor(cursor: string | undefined, length: number): CursorValues | undefined {
  if (cursor === undefined) return undefined
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const fits =
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) => typeof value === 'string' || typeof value === 'number')
    if (fits) return values
  } catch {
    // Answered below like every other wrong cursor.
  }
  throw invalid([{ field: 'cursor', message: 'http:field.wrongCursor' }])
}

/** The cursor of a list sorted by an instant and an id, `[milliseconds, id]`. Throws invalid for anything else. */
export function decodeTimeCursor(
  cursor: string | undefined,
): { readonly createdAt: Date; readonly id: string } | undefined {
  const [at, id] = decodeCursor(cursor, 2) ?? []
  if (at === undefined) return undefined
  const createdAt = new Date(at)
  if (typeof at === 'number' && typeof id === 'string' && !Number.isNaN(createdAt.getTime())) {
    return { createdAt, id }
  }
  throw invalid([{ field: 'cursor', message: 'http:field.wrongCursor' }])
}

/** Cuts `limit + 1` rows read from the store to a page, with the cursor of the next one. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => CursorValues,
): ListPage<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : undefined,
  }
}

const isText = (value: unknown) => typeof value === 'string'

/** What was asked, where it is text or, as chosen columns are, several texts. */
const plainQuery = (req: Request) =>
  Object.fromEntries(
    Object.entries(req.query).filter(
      (entry): entry is [string, string | string[]] =>
        [entry[1]].flat().every(isText) && entry[0] !== 'notice',
    ),
  )

/** The query of a page without what the frame itself reads (the notice). For `parse` of a page's filters. */
export const filtersOf = (req: Request): Record<string, unknown> => {
  const rest = { ...req.query }
  delete rest['notice']
  return rest
}

/** Links from one page of a list to the first and next, keeping filters and sort. */
export function pageLinks(req: Request, next: string | undefined) {
  const { cursor, ...query } = plainQuery(req)
  const here = inLanguage(languageOf(req), req.path)
  return {
    first: cursor === undefined ? undefined : withQuery(here, query),
    next: next === undefined ? undefined : withQuery(here, { ...query, cursor: next }),
  }
}

/** The same view under another path (its CSV, say), without the place in the list. */
export function sameView(req: Request, path: string): string {
  const query = plainQuery(req)
  delete query['cursor']
  delete query['limit']
  return withQuery(inLanguage(languageOf(req), path), query)
}
