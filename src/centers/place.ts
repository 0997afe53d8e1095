/** A town the directory can measure from: one point, from seed data; no address is ever looked up elsewhere. */
import { searchWords, type Center } from './center.js'
import { listingOf, mainAddress } from './listing.js'

export interface Point {
  readonly latitude: number
  readonly longitude: number
}

export interface Place extends Point {
  readonly name: string
  readonly state: string
}

const earthMiles = 3958.7613

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Great-circle distance in miles (haversine on a sphere of mean radius). */
export function milesBetween(a: Point, b: Point): number {
  const [lat1, lat2] = [radians(a.latitude), radians(b.latitude)]
  const half =
    Math.sin((lat2 - lat1) / 2) ** 2 +
    Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2
  return 2 * earthMiles * Math.asin(Math.min(1, Math.sqrt(half)))
}

const keyOf = (text: string) => searchWords(text).join(' ')

/** Places by what people type: "Oregon City", "oregon city, or". */
export function placeIndex(places: readonly Place[]): ReadonlyMap<string, Place> {
  const index = new Map<string, Place>()
  for (const place of places) {
    index.set(keyOf(`${place.name} ${place.state}`), place)
    if (!index.has(keyOf(place.name))) index.set(keyOf(place.name), place)
  }
  return index
}

/** The place somebody means by that text; undefined when it is not in the list. */
export const placeNamed = (index: ReadonlyMap<string, Place>, text: string): Place | undefined =>
  index.get(keyOf(text))

/** Names that begin like the text, for somebody whose place is unknown; at most five. */
export const likelyPlaces = (places: readonly Place[], text: string): string[] => {
  const begin = keyOf(text).slice(0, 3)
  if (begin.length < 2) return []
  return places
    .filter(({ name }) => keyOf(name).startsWith(begin))
    .map(({ name, state }) => `${name}, ${state}`)
    .slice(0, 5)
}

/** Where a center is: the coordinates of its main location, else the point of its city, else nobody knows. */
export function pointOf(
  center: Center,
  index: ReadonlyMap<string, Place>,
): (Point & { readonly exact: boolean }) | undefined {
  const listing = listingOf(center)
  for (const { latitude, longitude } of listing.locations)
    if (latitude !== undefined && longitude !== undefined)
      return { latitude, longitude, exact: true }
  const main = mainAddress(listing)
  if (main?.city === undefined) return undefined
  const place = index.get(keyOf(`${main.city} ${main.state_province}`))
  return place && { latitude: place.latitude, longitude: place.longitude, exact: false }
}
