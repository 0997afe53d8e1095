import type { Outline, Step } from './picture.js'

/** Moves and scales an outline: every point becomes `x * scale + dx`, `y * scale + dy`. */
export const placed = (outline: Outline, scale: number, dx: number, dy: number): Outline =>
  outline.map(
    ([letter, ...values]) =>
      [
        letter,
        ...values.map((value, at) => value * scale + (at % 2 === 0 ? dx : dy)),
      ] as unknown as Step,
  )

/** A closed polygon through these points. */
export const polygon = (points: readonly (readonly [number, number])[]): Outline => [
  ...points.map(([x, y], at): Step => [at === 0 ? 'M' : 'L', x, y]),
  ['Z'],
]

const bend = 0.5523

/** A circle of four curves. */
export function circle(x: number, y: number, r: number): Outline {
  const b = r * bend
  return [
    ['M', x + r, y],
    ['C', x + r, y + b, x + b, y + r, x, y + r],
    ['C', x - b, y + r, x - r, y + b, x - r, y],
    ['C', x - r, y - b, x - b, y - r, x, y - r],
    ['C', x + b, y - r, x + r, y - b, x + r, y],
    ['Z'],
  ]
}

const corner = (x: number, y: number, radius: number, degrees: number) => {
  const angle = ((degrees - 90) * Math.PI) / 180
  return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const
}

/** A regular polygon whose corners are rounded off by `round` (0 to 0.5 of a side), one corner up. */
export function roundedPolygon(
  corners: number,
  x: number,
  y: number,
  radius: number,
  round: number,
): Outline {
  const points = Array.from({ length: corners }, (_, at) =>
    corner(x, y, radius, (360 / corners) * at),
  )
  const between = (a: readonly [number, number], b: readonly [number, number], part: number) =>
    [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part] as const
  return [
    ...points.flatMap((point, at): Step[] => {
      const before = points[(at + corners - 1) % corners] ?? point
      const after = points[(at + 1) % corners] ?? point
      const from = between(point, before, round)
      const to = between(point, after, round)
      return [
        [at === 0 ? 'M' : 'L', ...from],
        ['Q', ...point, ...to],
      ]
    }),
    ['Z'],
  ]
}

/** A seal: a circle with so many round lobes. */
export function seal(lobes: number, x: number, y: number, outer: number, inner: number): Outline {
  const step = 360 / lobes
  return [
    ['M', ...corner(x, y, inner, 0)],
    ...Array.from({ length: lobes }, (_, at): Step => [
      'C',
      ...corner(x, y, outer, step * (at + 0.18)),
      ...corner(x, y, outer, step * (at + 0.82)),
      ...corner(x, y, inner, step * (at + 1)),
    ]),
    ['Z'],
  ]
}

/** A star with five points, one up. */
export const star = (x: number, y: number, outer: number, inner: number): Outline =>
  polygon(
    Array.from({ length: 10 }, (_, at) => corner(x, y, at % 2 === 0 ? outer : inner, 36 * at)),
  )
