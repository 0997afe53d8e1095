/**
 * A picture of where the listed centers are: one dot a town, drawn here, so that no map service learns who looks. Plate
 * carrée, narrowed by the cosine of the middle latitude; north is up. The list of centers beside it says the same in words.
 */
import type { Center } from './center.js'
import { listingOf, mainAddress } from './listing.js'
import { pointOf, type Place, type Point } from './place.js'

export interface MapDot {
  readonly x: number
  readonly y: number
  readonly r: number
  readonly count: number
  readonly town: string
  /** Where the town's name stands; undefined where it would lie on another's. */
  readonly label: { readonly x: number; readonly y: number; readonly end: boolean } | undefined
  readonly isAsked: boolean
}

export interface CenterMap {
  readonly width: number
  readonly height: number
  readonly dots: readonly MapDot[]
  /** How many centers are not on it, because nobody knows their town. */
  readonly missing: number
}

interface Town {
  readonly town: string
  readonly point: Point
  readonly count: number
}

const width = 640
const margin = 48
const tallest = 480
/** Degrees: a single town is drawn amid this much land. */
const least = 0.6

function townsOf(centers: readonly Center[], index: ReadonlyMap<string, Place>) {
  const towns = new Map<string, Town>()
  let missing = 0
  for (const center of centers) {
    const point = pointOf(center, index)
    const town = mainAddress(listingOf(center))?.city ?? center.name
    if (!point) missing += 1
    else towns.set(town, { town, point, count: (towns.get(town)?.count ?? 0) + 1 })
  }
  return { towns: [...towns.values()], missing }
}

/** Dots of the towns of these centers, and of the town asked about; undefined where there is nothing to draw. */
export function centerMap(
  centers: readonly Center[],
  index: ReadonlyMap<string, Place>,
  asked?: Place,
): CenterMap | undefined {
  const { towns, missing } = townsOf(centers, index)
  if (towns.length === 0) return undefined
  const isThere = asked && towns.some(({ town }) => town === asked.name)
  const shown = asked && !isThere ? [...towns, { town: asked.name, point: asked, count: 0 }] : towns
  const { place, height } = projection(shown.map(({ point }) => point))
  const taken: Box[] = []
  const dots = [...shown]
    .sort((a, b) => b.count - a.count || (a.town < b.town ? -1 : 1))
    .map(({ town, point, count }) => {
      const { x, y } = place(point)
      const r = count === 0 ? 5 : Math.min(6 + 2 * Math.sqrt(count - 1), 14)
      return {
        x,
        y,
        r,
        count,
        town,
        isAsked: town === asked?.name,
        label: roomFor(town, x, y, r, taken),
      }
    })
  return { width, height, dots, missing }
}

function projection(points: readonly Point[]) {
  const range = (of: (point: Point) => number) => {
    const [low, high] = [Math.min(...points.map(of)), Math.max(...points.map(of))]
    const lacking = Math.max(0, least - (high - low)) / 2
    return { low: low - lacking, span: high - low + 2 * lacking, high: high + lacking }
  }
  const [lat, lon] = [range((one) => one.latitude), range((one) => one.longitude)]
  const narrow = Math.cos((((lat.low + lat.high) / 2) * Math.PI) / 180)
  const inner = width - 2 * margin
  const scale = Math.min(inner / (lon.span * narrow), (tallest - 2 * margin) / lat.span)
  const spare = (inner - lon.span * narrow * scale) / 2
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    height: Math.round(lat.span * scale + 2 * margin),
    place: ({ latitude, longitude }: Point) => ({
      x: round(margin + spare + (longitude - lon.low) * narrow * scale),
      y: round(margin + (lat.high - latitude) * scale),
    }),
  }
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Beside the dot, right or left, where no other name or dot is; a name without room is left to the list. */
function roomFor(town: string, x: number, y: number, r: number, taken: Box[]) {
  const length = town.length * 8 + 24
  const tries = [
    { left: x + r + 4, end: false },
    { left: x - r - 4 - length, end: true },
  ]
  const meets = (box: Box) =>
    taken.some(
      (one) =>
        box.left < one.right &&
        one.left < box.right &&
        box.top < one.bottom &&
        one.top < box.bottom,
    )
  const free = tries.find(({ left }) => {
    const box = { left, right: left + length, top: y - 9, bottom: y + 9 }
    return left > 0 && box.right < width && !meets(box)
  })
  taken.push({ left: x - r, right: x + r, top: y - r, bottom: y + r })
  if (!free) return undefined
  taken.push({ left: free.left, right: free.left + length, top: y - 9, bottom: y + 9 })
  return { x: free.end ? x - r - 4 : x + r + 4, y: y + 5, end: free.end }
}
