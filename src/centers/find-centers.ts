import { addDays, dayOf } from '../calendar.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { invalid } from '../problems.js'
import type { CenterQuery } from './center-input.js'
import { searchCenters } from './center-store.js'
import { takesReferrals, zoneOf, type Center } from './center.js'
import { knownPlaces } from './known-places.js'
import { hoursOf, listingOf, weekdays } from './listing.js'
import { isOpenAt, spansOn, weekdayOf } from './opening.js'
import { milesBetween, placeNamed, pointOf, type Place } from './place.js'

/** A center of the directory; `miles` from the place asked about, undefined where its own place is unknown. */
export interface FoundCenter {
  readonly center: Center
  readonly miles?: number
}

const batch = 200
/** A center of which nobody knows where it is comes after all others. */
const farthest = 1e6

/** Throws invalid for a place that is not in the list of towns: nothing is looked up elsewhere, nothing guessed. */
export function placeAsked({ near }: Pick<CenterQuery, 'near'>): Place | undefined {
  if (near === undefined) return undefined
  const place = placeNamed(knownPlaces().index, near)
  if (!place)
    throw invalid([
      { field: 'near', message: 'centers:field.unknownPlace', params: { place: near } },
    ])
  return place
}

/** One page of the directory: by name, or nearest first where a place is asked for. */
export async function findCenters(query: CenterQuery, now: Date): Promise<ListPage<FoundCenter>> {
  const place = placeAsked(query)
  return place ? nearestFirst(query, place, now) : byName(query, now)
}

async function byName(query: CenterQuery, now: Date): Promise<ListPage<FoundCenter>> {
  const found: FoundCenter[] = []
  for await (const center of matching(query, now, decodeCursor(query.cursor, 2))) {
    found.push({ center })
    if (found.length > query.limit) break
  }
  return pageOf(found, query.limit, ({ center }) => [center.name, center.id])
}

async function nearestFirst(
  query: CenterQuery,
  place: Place,
  now: Date,
): Promise<ListPage<FoundCenter>> {
  const [miles, id] = decodeCursor(query.cursor, 2) ?? [-1, '']
  const after = { miles: Number(miles), id: String(id) }
  const found: FoundCenter[] = []
  for await (const center of matching(query, now)) {
    const point = pointOf(center, knownPlaces().index)
    const one = { center, ...(point && { miles: milesBetween(place, point) }) }
    if (rank(one) > after.miles || (rank(one) === after.miles && center.id > after.id))
      found.push(one)
  }
  found.sort((a, b) => rank(a) - rank(b) || (a.center.id < b.center.id ? -1 : 1))
  return pageOf(found.slice(0, query.limit + 1), query.limit, (one) => [rank(one), one.center.id])
}

const rank = ({ miles }: FoundCenter) => miles ?? farthest

/** Every center that fits, by name; words and languages by the index, opening hours and referrals row by row. */
async function* matching(
  { q, language, service, open, accepting }: CenterQuery,
  now: Date,
  start?: readonly (string | number)[],
): AsyncGenerator<Center> {
  let after = start && { name: String(start[0]), id: String(start[1]) }
  for (;;) {
    const rows = await searchCenters({ q, language, service, limit: batch, after })
    for (const center of rows) {
      if (accepting !== undefined && !takesReferrals(center, dayOf(now, zoneOf(center)))) continue
      if (open === undefined || isOpen(center, open, now)) yield center
    }
    const last = rows.at(-1)
    if (rows.length < batch || !last) return
    after = { name: last.name, id: last.id }
  }
}

/** Open now, or on the coming such weekday. What nobody knows is not open. */
function isOpen(center: Center, open: NonNullable<CenterQuery['open']>, now: Date): boolean {
  const rows = hoursOf(listingOf(center))
  if (open === 'now') return isOpenAt(rows, now, zoneOf(center)) === true
  const today = dayOf(now, zoneOf(center))
  const coming = weekdays.map((_, ahead) => addDays(today, ahead))
  return coming.some((day) => weekdayOf(day) === open && (spansOn(rows, day) ?? []).length > 0)
}

/** The whole directory, or the part a query asks for, page by page: for downloads. */
export async function* everyCenter(query: CenterQuery, now: Date): AsyncGenerator<FoundCenter> {
  let cursor: string | undefined
  do {
    const { items, next } = await findCenters({ ...query, limit: batch, cursor }, now)
    yield* items
    cursor = next
  } while (cursor !== undefined)
}
