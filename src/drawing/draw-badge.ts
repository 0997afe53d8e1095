import type { Badge } from '../badges/badge.js'
import { circle, placed, polygon, roundedPolygon, seal, star } from './outlines.js'
import { canWrite, fontOf, lettering, type Lettering } from './lettering.js'
import type { Mark, Outline, Picture } from './picture.js'

type Drawn = Pick<Badge, 'slug' | 'version' | 'name' | 'kind' | 'track'>

interface Colors {
  readonly edge: string
  readonly face: string
  readonly rim: string
  readonly ink: string
  readonly band: string
  readonly bandInk: string
}

const palettes: Readonly<Record<'teal' | 'blue' | 'plum' | 'green' | 'amber', Colors>> = {
  teal: {
    edge: '#dff0ea',
    rim: '#5f9d95',
    face: '#0b5351',
    ink: '#ffffff',
    band: '#f2a541',
    bandInk: '#2b1600',
  },
  blue: {
    edge: '#e3eff7',
    rim: '#6d9cbd',
    face: '#1b4d75',
    ink: '#ffffff',
    band: '#f2c14e',
    bandInk: '#2b1600',
  },
  plum: {
    edge: '#f1e6f3',
    rim: '#a784ad',
    face: '#5a2a66',
    ink: '#ffffff',
    band: '#f2b36b',
    bandInk: '#2b1600',
  },
  green: {
    edge: '#e4f1de',
    rim: '#86ab76',
    face: '#2c5a22',
    ink: '#ffffff',
    band: '#f2c14e',
    bandInk: '#2b1600',
  },
  amber: {
    edge: '#fdeed6',
    rim: '#d69a45',
    face: '#f2a541',
    ink: '#2b1600',
    band: '#0b5351',
    bandInk: '#ffffff',
  },
}

const trackPalettes = ['teal', 'blue', 'plum', 'green'] as const

/** One color a track, the same wherever it is drawn; whole tracks are gold. */
function colorsOf({ kind, track }: Drawn): Colors {
  if (kind === 'milestone') return palettes.amber
  if (kind === 'first') return palettes.blue
  const sum = Array.from(track ?? '').reduce((total, sign) => total + (sign.codePointAt(0) ?? 0), 0)
  return palettes[
    track === undefined ? 'teal' : (trackPalettes[sum % trackPalettes.length] ?? 'teal')
  ]
}

const size = 512
const middle = size / 2

function shapesOf(kind: Drawn['kind'], colors: Colors): Mark[] {
  const layers: readonly Outline[] =
    kind === 'milestone'
      ? [seal(14, middle, 250, 252, 222), seal(14, middle, 250, 242, 213), circle(middle, 250, 190)]
      : kind === 'first'
        ? [circle(middle, 250, 240), circle(middle, 250, 232), circle(middle, 250, 204)]
        : [
            roundedPolygon(6, middle, 250, 250, 0.09),
            roundedPolygon(6, middle, 250, 241, 0.09),
            roundedPolygon(6, middle, 250, 210, 0.09),
          ]
  const [rim = [], edge = [], face = []] = layers
  return [
    { outline: rim, color: colors.rim },
    { outline: edge, color: colors.edge },
    { outline: face, color: colors.face },
  ]
}

function signOf(kind: Drawn['kind'], { ink, band }: Colors): Mark[] {
  if (kind === 'first') return [{ outline: star(middle, 132, 44, 19), color: band }]
  if (kind === 'milestone')
    return [
      {
        outline: [
          ['M', 190, 172],
          ['L', 236, 104],
          ['L', 262, 142],
          ['L', 280, 116],
          ['L', 322, 172],
          ['Z'],
        ],
        color: ink,
        pen: 9,
      },
      {
        outline: [
          ['M', 236, 104],
          ['L', 236, 78],
        ],
        color: ink,
        pen: 7,
      },
      {
        outline: polygon([
          [236, 74],
          [270, 86],
          [236, 98],
        ]),
        color: band,
      },
    ]
  return [
    {
      outline: [
        ['M', 224, 104],
        ['L', 190, 134],
        ['L', 224, 164],
      ],
      color: band,
      pen: 12,
    },
    {
      outline: [
        ['M', 288, 104],
        ['L', 322, 134],
        ['L', 288, 164],
      ],
      color: band,
      pen: 12,
    },
    {
      outline: [
        ['M', 268, 98],
        ['L', 244, 170],
      ],
      color: ink,
      pen: 9,
    },
  ]
}

const widest = 320
const sizes = [50, 46, 42, 38, 34, 31, 28] as const
const mostLines = 4

/** Words in lines no wider than `width`; undefined when one word alone is wider. */
function linesOf(words: readonly string[], width: number, widthOf: (line: string) => number) {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (widthOf(word) > width) return undefined
    if (last !== undefined && widthOf(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

interface Layout {
  readonly lines: readonly Lettering[]
  readonly height: number
}

/** The name in at most four lines, as large as it fits; a longer one is cut and ends in dots. */
function layoutOf(name: string, letter: (text: string) => Lettering): Layout {
  const words = name.split(/\s+/).filter(Boolean)
  for (const height of sizes) {
    const lines = linesOf(words, widest, (line) => letter(line).width * height)
    const most = height > 40 ? 2 : height > 33 ? 3 : mostLines
    if (lines && lines.length <= most) return { lines: lines.map(letter), height }
  }
  const height = sizes.at(-1) ?? 28
  const widthOf = (text: string) => letter(text).width * height
  const pieces = words.flatMap((word) => piecesOf(word, widthOf))
  const lines = linesOf(pieces, widest, widthOf) ?? []
  const shown = lines.slice(0, mostLines)
  if (lines.length > mostLines) shown[mostLines - 1] = '…'
  return { lines: shown.map(letter), height }
}

/** A word that is too wide for a line, cut where it must be. */
function piecesOf(word: string, widthOf: (text: string) => number): string[] {
  if (widthOf(word) <= widest) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const sign of word) {
    if (widthOf(piece + sign) > widest) {
      pieces.push(piece)
      piece = ''
    }
    piece += sign
  }
  return [...pieces, piece]
}

function wordsOf({ lines, height }: Layout, color: string): Mark[] {
  const gap = height * 1.18
  const top = 276 - ((lines.length - 1) * gap) / 2 + height * 0.36
  return lines.map(({ outline, width }, at) => ({
    outline: placed(outline, height, middle - (width * height) / 2, top + at * gap),
    color,
  }))
}

function bandOf(issuer: Lettering | undefined, colors: Colors): Mark[] {
  const fold = (x: number, to: number): Mark => ({
    outline: polygon([
      [x, 396],
      [to, 396],
      [to + (to - x) * 0.28, 424],
      [to, 452],
      [x, 452],
    ]),
    color: colors.rim,
  })
  const height = issuer ? Math.min(28, 262 / issuer.width) : 0
  return [
    fold(130, 78),
    fold(382, 434),
    {
      outline: polygon([
        [108, 384],
        [404, 384],
        [404, 440],
        [108, 440],
      ]),
      color: colors.band,
    },
    ...(issuer
      ? [
          {
            outline: placed(
              issuer.outline,
              height,
              middle - (issuer.width * height) / 2,
              412 + height * 0.36,
            ),
            color: colors.bandInk,
          },
        ]
      : []),
  ]
}

/**
 * The picture of a badge: shape by kind, color by track, its name, and on the band who gives it. A name in a script that
 * the font lacks is left out of the picture (its title still has it): an empty box says less than no word.
 */
export async function drawBadge(badge: Drawn, issuer: string): Promise<Picture> {
  const font = await fontOf('bold')
  const colors = colorsOf(badge)
  const letter = (text: string) => lettering(text, font)
  const issued = canWrite(issuer, font) && issuer !== '' ? letter(issuer) : undefined
  return {
    size,
    title: badge.name,
    description: issuer,
    marks: [
      ...shapesOf(badge.kind, colors),
      ...signOf(badge.kind, colors),
      ...(canWrite(badge.name, font) ? wordsOf(layoutOf(badge.name, letter), colors.ink) : []),
      ...bandOf(issued, colors),
    ],
  }
}
