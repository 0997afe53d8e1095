import { readFileSync } from 'node:fs'
import { placeIndex, type Place } from './place.js'

const file = new URL('../../seed/places.json', import.meta.url)

let known:
  { readonly places: readonly Place[]; readonly index: ReadonlyMap<string, Place> } | undefined

/** The towns of seed/places.json, read once. */
export function knownPlaces() {
  if (known) return known
  const { places } = JSON.parse(readFileSync(file, 'utf8')) as { places: readonly Place[] }
  known = { places, index: placeIndex(places) }
  return known
}
