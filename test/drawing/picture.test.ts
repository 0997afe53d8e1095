import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { drawBadge } from '../../src/drawing/draw-badge.js'
import { circle, polygon } from '../../src/drawing/outlines.js'
import { pixelsOf } from '../../src/drawing/pixels.js'
import { svgOf, type Picture } from '../../src/drawing/picture.js'
import { encodePng } from '../../src/drawing/png.js'

const badge = { slug: 'html', version: 1, name: 'HTML Basics', kind: 'course' } as const
const square = (color: string): Picture => ({
  size: 4,
  title: '',
  description: '',
  marks: [
    {
      outline: polygon([
        [1, 1],
        [3, 1],
        [3, 3],
        [1, 3],
      ]),
      color,
    },
  ],
})

/** Reads an SVG as XML, as strictly as it gets, and gives back its title. */
function titleIn(svg: string): string {
  const parser = new SaxesParser({ xmlns: true })
  let title = ''
  let inTitle = false
  parser.on('opentag', ({ name }) => (inTitle = name === 'title'))
  parser.on('text', (text) => {
    if (inTitle) title += text
  })
  parser.on('error', (error) => {
    throw error
  })
  parser.write(svg).close()
  return title
}

describe('the picture of a badge', () => {
  it('covers exactly the pixels it should, and a part of those it crosses', () => {
    const whole = pixelsOf(square('#102030'), 4)
    const half = pixelsOf(square('#102030'), 2)

    const alphas = [...whole].filter((_, at) => at % 4 === 3)
    expect(alphas).to.deep.equal([0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0])
    expect([...whole.subarray(20, 24)]).to.deep.equal([0x10, 0x20, 0x30, 255])
    expect([...half].filter((_, at) => at % 4 === 3)).to.deep.equal([64, 64, 64, 64])
  })

  it('measures any circle as large as it is', () => {
    const radius = fc.double({ min: 4, max: 20, noNaN: true })
    const middle = fc.double({ min: 24, max: 40, noNaN: true })
    fc.assert(
      fc.property(radius, middle, middle, (r, x, y) => {
        const pixels = pixelsOf(
          {
            size: 64,
            title: '',
            description: '',
            marks: [{ outline: circle(x, y, r), color: '#000000' }],
          },
          64,
        )
        let area = 0
        for (let at = 3; at < pixels.length; at += 4) area += (pixels[at] ?? 0) / 255
        expect(area).to.be.closeTo(Math.PI * r * r, 0.02 * Math.PI * r * r + 1)
      }),
    )
  })

  it('is a PNG of the size it says, with a checksum for each chunk', async () => {
    const png = await encodePng(pixelsOf(await drawBadge(badge, 'Code Oregon'), 96), 96)

    expect(png.subarray(1, 4).toString()).to.equal('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([96, 96])
    const length = png.readUInt32BE(33)
    expect(inflateSync(png.subarray(41, 41 + length))).to.have.length(96 * (96 * 4 + 1))
  })

  it('is the same each time it is drawn', async () => {
    const draw = async () => encodePng(pixelsOf(await drawBadge(badge, 'Code Oregon'), 64), 64)

    expect((await draw()).equals(await draw())).to.equal(true)
  })

  it('writes Cyrillic, and leaves out a name it has no signs for rather than write boxes', async () => {
    const marks = async (name: string) =>
      (await drawBadge({ ...badge, name }, 'Code Oregon')).marks.length
    const without = await marks('网页设计')

    expect(await marks('Основы')).to.equal(without + 1)
    expect(await marks('ויקיפדיה')).to.equal(without)
    expect((await drawBadge({ ...badge, name: '网页设计' }, 'X')).title).to.equal('网页设计')
  })

  it('keeps long names inside the shape', async () => {
    const longest = { ...badge, name: 'Wide WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW words '.repeat(6) }
    const { marks } = await drawBadge(longest, 'A workforce board with a very long name indeed')
    const words = marks.slice(6, -4)

    expect(words.length).to.be.within(1, 5)
    for (const { outline } of words)
      for (const [, ...values] of outline)
        for (const [at, value] of values.entries())
          if (at % 2 === 0) expect(value).to.be.within(60, 452)
  })

  it('is well-formed XML whatever the badge is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (title, text) => {
        const svg = svgOf({ size: 1, title, description: text, marks: [] })
        // eslint-disable-next-line no-control-regex -- what XML can't hold is left out
        const kept = title.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        expect(titleIn(svg)).to.equal(kept.replace(/\r\n?/g, '\n'))
      }),
    )
    for (const title of ['<script>alert(1)</script>', ']]>', '&amp;', '" onload="x'])
      expect(titleIn(svgOf({ size: 1, title, description: title, marks: [] }))).to.equal(title)
  })
})
