import { listBadges } from '../badges/list-badges.js'
import type { Day } from '../calendar.js'
import { decodeCursor, encodeCursor, type ListPage } from '../http/list.js'
import { agreementsInForce } from '../agreements/crosswalk-store.js'
import type { Agreement } from '../agreements/agreement.js'
import type { CrosswalkQuery } from './crosswalk-input.js'

/** A page of the agreements in force on a day (today unless told otherwise), by course. */
export async function listCrosswalk(
  query: CrosswalkQuery,
  today: Day,
): Promise<ListPage<Agreement>> {
  const { badge, track, course, fills, college, on = today, limit, cursor } = query
  const place = decodeCursor(cursor, 2)
  const after = place && { course: String(place[0]), id: String(place[1]) }
  const badges = track === undefined ? undefined : await badgesOfTrack(track)
  const filter = { badge, badges, course, fills, college, on }
  const { items, more } = await agreementsInForce(filter, limit, after)
  return { items, next: more && encodeCursor([more.course, more.id]) }
}

const badgesOfTrack = async (track: string): Promise<string[]> =>
  (await listBadges(track, undefined)).badges.map(({ slug }) => slug)

/** Every agreement in force on a day, page after page: for downloads. */
export async function* wholeCrosswalk(
  query: CrosswalkQuery,
  today: Day,
): AsyncGenerator<Agreement> {
  let next: string | undefined
  do {
    const page: ListPage<Agreement> = await listCrosswalk(
      { ...query, limit: 200, cursor: next },
      today,
    )
    yield* page.items
    next = page.next
  } while (next !== undefined)
}
