import { invalid } from '../problems.js'
import { decodeCursor, encodeCursor } from './list.js'

/** A change is kept a little after the moment it is stamped with, and the clocks of processes differ: milliseconds. */
export const overlap = 120_000

/** A walk through what changed, oldest first: after which change the next page begins, and the moment no page goes beyond. */
export interface ChangeWalk {
  readonly after: { readonly at: Date; readonly id: string } | undefined
  readonly until: Date
}

/** The walk a cursor stands in; without one, or after `restingCursor`, it goes until `now`. Throws invalid for any other text. */
export function walkOf(cursor: string | undefined, now: Date): ChangeWalk {
  const values = decodeCursor(cursor, 3)
  if (values === undefined) return { after: undefined, until: now }
  const [at, id, until] = values
  const walk = {
    after: { at: new Date(Number(at)), id: String(id) },
    until: until === 0 ? now : new Date(Number(until)),
  }
  if ([walk.after.at, walk.until].some((one) => Number.isNaN(one.getTime())))
    throw invalid([{ field: 'cursor', message: 'http:field.wrongCursor' }])
  return walk
}

/** The place after a change within a walk; to `pageOf` and `encodeCursor`. */
export const placeInWalk = (at: Date, id: string, { until }: ChangeWalk) =>
  [at.getTime(), id, until.getTime()] as const

/** The cursor of a walk that came to its end: the next one begins before it, so that it gives what was kept late. */
export const restingCursor = ({ until }: ChangeWalk): string =>
  encodeCursor([until.getTime() - overlap, '', 0])
