import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Font } from 'fontkit'
import { placed } from './outlines.js'
import type { Outline, Step } from './picture.js'

export type Weight = 'regular' | 'bold'

const files: Readonly<Record<Weight, string>> = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
}

/** The path of the font file that the application brings along. */
export const fontFile = (weight: Weight): string =>
  createRequire(import.meta.url).resolve(files[weight])

const opened = new Map<Weight, Promise<Font>>()

async function open(weight: Weight): Promise<Font> {
  const [{ create }, file] = await Promise.all([import('fontkit'), readFile(fontFile(weight))])
  return create(file)
}

/** The font, read at its first use. */
export function fontOf(weight: Weight): Promise<Font> {
  const font = opened.get(weight) ?? open(weight)
  opened.set(weight, font)
  return font
}

/** Words as outlines that begin at 0,0 on the base line, one unit high; and how wide they are. */
export interface Lettering {
  readonly outline: Outline
  readonly width: number
}

const letters = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C' } as const

/** Lays a line of text in outlines. Ask `canWrite` first: a sign the font lacks would be an empty box. */
export function lettering(text: string, font: Font): Lettering {
  const run = font.layout(text)
  const scale = 1 / font.unitsPerEm
  let x = 0
  const outline = run.glyphs.flatMap((glyph, at) => {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = run.positions[at] ?? {}
    const steps = glyph.path.commands.map(({ command, args }): Step =>
      command === 'closePath'
        ? ['Z']
        : ([
            letters[command],
            ...args.map((value, i) => (i % 2 === 0 ? value : -value)),
          ] as unknown as Step),
    )
    const drawn = placed(steps, scale, (x + xOffset) * scale, -yOffset * scale)
    x += xAdvance
    return drawn
  })
  return { outline, width: x * scale }
}

/** True when the font has a shape for every sign, and they run from left to right. */
export const canWrite = (text: string, font: Font): boolean =>
  Array.from(text).every(
    (sign) =>
      font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0) &&
      !/\p{Script=Arabic}|\p{Script=Hebrew}|\p{Cc}|\p{Cf}/u.test(sign),
  )
