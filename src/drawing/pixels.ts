/**
 * Draws a picture as pixels. Each edge adds, to the pixels it crosses, how much of the area right of it lies below the
 * edge; summing a row then gives the covered part of every pixel, exactly and without samples.
 */
import type { Mark, Outline, Picture } from './picture.js'

type Point = readonly [number, number]
type Line = readonly Point[]

const curveSteps = 12

const mix = (a: Point, b: Point, part: number): Point => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
]

/** The outline as lines, curves cut into short pieces. */
function linesOf(outline: Outline, scale: number): Line[] {
  const lines: Point[][] = []
  let line: Point[] = []
  const at = (x: number, y: number): Point => [x * scale, y * scale]
  const curve = (...points: readonly Point[]) => {
    for (let step = 1; step <= curveSteps; step += 1) {
      let left = points
      while (left.length > 1)
        left = left.slice(1).map((point, i) => mix(left[i] ?? point, point, step / curveSteps))
      if (left[0]) line.push(left[0])
    }
  }
  for (const step of outline) {
    const last = line.at(-1) ?? [0, 0]
    if (step[0] === 'M') lines.push((line = [at(step[1], step[2])]))
    else if (step[0] === 'L') line.push(at(step[1], step[2]))
    else if (step[0] === 'Q') curve(last, at(step[1], step[2]), at(step[3], step[4]))
    else if (step[0] === 'C')
      curve(last, at(step[1], step[2]), at(step[3], step[4]), at(step[5], step[6]))
    else if (line[0]) line.push(line[0])
  }
  return lines
}

const disc = ([x, y]: Point, radius: number): Line =>
  Array.from({ length: 24 }, (_, at): Point => {
    const angle = (at / 24) * 2 * Math.PI
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })

/** The area a round pen covers along lines: a disc at each point and a box between two. All turn the same way. */
const strokeOf = (lines: readonly Line[], pen: number): Line[] =>
  lines.flatMap((line) =>
    line.flatMap((point, at) => {
      const next = line[at + 1]
      if (!next) return [disc(point, pen / 2)]
      const length = Math.hypot(next[0] - point[0], next[1] - point[1])
      if (length === 0) return []
      const dx = ((next[0] - point[0]) / length) * (pen / 2)
      const dy = ((next[1] - point[1]) / length) * (pen / 2)
      const box: Line = [
        [point[0] + dy, point[1] - dx],
        [next[0] + dy, next[1] - dx],
        [next[0] - dy, next[1] + dx],
        [point[0] - dy, point[1] + dx],
      ]
      return [disc(point, pen / 2), box]
    }),
  )

/** Adds one edge to the areas; `areas` has `width + 2` values for each line of pixels. */
function addEdge(areas: Float32Array, width: number, height: number, a: Point, b: Point): void {
  if (a[1] === b[1]) return
  const direction = a[1] < b[1] ? 1 : -1
  const [from, to] = a[1] < b[1] ? [a, b] : [b, a]
  const slope = (to[0] - from[0]) / (to[1] - from[1])
  const lastRow = Math.min(height - 1, Math.ceil(to[1]) - 1)
  for (let row = Math.max(0, Math.floor(from[1])); row <= lastRow; row += 1) {
    const top = Math.max(row, from[1])
    const bottom = Math.min(row + 1, to[1])
    const cover = (bottom - top) * direction
    const x0 = from[0] + (top - from[1]) * slope
    const x1 = from[0] + (bottom - from[1]) * slope
    addSpan(areas, row * (width + 2), width, Math.min(x0, x1), Math.max(x0, x1), cover)
  }
}

function addSpan(
  areas: Float32Array,
  start: number,
  width: number,
  left: number,
  right: number,
  cover: number,
): void {
  const add = (x: number, value: number) => {
    const index = start + Math.min(Math.max(x, 0), width)
    areas[index] = (areas[index] ?? 0) + value
  }
  const first = Math.floor(left)
  const last = Math.floor(right)
  if (first === last) {
    const middle = (left + right) / 2 - first
    add(first, cover * (1 - middle))
    add(first + 1, cover * middle)
    return
  }
  const perPixel = cover / (right - left)
  for (let x = first; x <= last; x += 1) {
    const reach = Math.min(right, x + 1) - Math.max(left, x)
    const middle = (Math.min(right, x + 1) + Math.max(left, x)) / 2 - x
    const part = perPixel * reach
    add(x, part * (1 - middle))
    add(x + 1, part * middle)
  }
}

const channel = (color: string, at: number) =>
  Number.parseInt(color.slice(1 + at * 2, 3 + at * 2), 16)

/** The rows and columns that lines touch, within the picture. */
function boundsOf(lines: readonly Line[], side: number) {
  const within = (value: number) => Math.min(Math.max(Math.floor(value), 0), side)
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const line of lines)
    for (const [x, y] of line) {
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  return {
    left: within(left),
    right: within(right + 1),
    top: within(top),
    bottom: within(bottom + 1),
  }
}

/** Paints one mark; `areas` is all zero before and after. */
function paint(
  pixels: Uint8ClampedArray,
  areas: Float32Array,
  side: number,
  { outline, color, pen }: Mark,
  scale: number,
) {
  const drawn = linesOf(outline, scale)
  const lines = pen === undefined ? drawn : strokeOf(drawn, pen * scale)
  for (const line of lines)
    for (const [at, point] of line.entries())
      addEdge(areas, side, side, point, line[at + 1] ?? line[0] ?? point)
  const painted = [channel(color, 0), channel(color, 1), channel(color, 2)]
  const { left, right, top, bottom } = boundsOf(lines, side)
  for (let row = top; row < bottom; row += 1) {
    let sum = 0
    for (let x = left; x < right; x += 1) {
      sum += areas[row * (side + 2) + x] ?? 0
      const cover = Math.min(1, Math.abs(sum))
      if (cover > 0.002) blend(pixels, (row * side + x) * 4, painted, cover)
    }
    areas.fill(0, row * (side + 2), (row + 1) * (side + 2))
  }
}

/** Lays a color over a pixel (not premultiplied). */
function blend(
  pixels: Uint8ClampedArray,
  at: number,
  color: readonly number[],
  cover: number,
): void {
  const below = ((pixels[at + 3] ?? 0) / 255) * (1 - cover)
  const alpha = cover + below
  for (let i = 0; i < 3; i += 1)
    pixels[at + i] = ((color[i] ?? 0) * cover + (pixels[at + i] ?? 0) * below) / alpha
  pixels[at + 3] = alpha * 255
}

/** The picture as RGBA, `side` pixels square, on nothing. */
export function pixelsOf(picture: Picture, side: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(side * side * 4)
  const areas = new Float32Array((side + 2) * side)
  for (const mark of picture.marks) paint(pixels, areas, side, mark, side / picture.size)
  return pixels
}
