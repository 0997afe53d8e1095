/**
 * A badge as a picture: shapes on a square, drawn once as SVG and once as pixels, so that both show the same. Words are
 * outlines of an embedded font: a picture looks alike on every machine and needs no font on any.
 */

/** One step of an outline, absolute, y downwards. */
export type Step =
  | readonly ['M' | 'L', number, number]
  | readonly ['Q', number, number, number, number]
  | readonly ['C', number, number, number, number, number, number]
  | readonly ['Z']

export type Outline = readonly Step[]

/** An outline that is filled, or drawn along with a round pen of that width. Colors are `#rrggbb`. */
export interface Mark {
  readonly outline: Outline
  readonly color: string
  readonly pen?: number
}

/** `size`: width and height of the square the marks lie on. */
export interface Picture {
  readonly size: number
  readonly title: string
  readonly description: string
  readonly marks: readonly Mark[]
}

const short = (value: number) => String(Math.round(value * 10) / 10)

const pathText = (outline: Outline) =>
  outline.map(([letter, ...values]) => letter + values.map(short).join(' ')).join('')

const escaped = (text: string) =>
  text.replace(
    // eslint-disable-next-line no-control-regex -- XML 1.0 has no place for these
    /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '',
  )

/** The picture as an SVG document with title and description for people who don't see it. */
export function svgOf({ size, title, description, marks }: Picture): string {
  const shapes = marks.map(({ outline, color, pen }) =>
    pen === undefined
      ? `<path fill="${color}" d="${pathText(outline)}"/>`
      : `<path fill="none" stroke="${color}" stroke-width="${short(pen)}" stroke-linecap="round" stroke-linejoin="round" d="${pathText(outline)}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title><desc id="description">${escaped(description)}</desc>`,
    ...shapes,
    '</svg>\n',
  ].join('\n')
}
