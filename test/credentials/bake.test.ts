import { expect } from 'chai'
import fc from 'fast-check'
import { BadgeFileError, fileLimits } from '../../src/credentials/badge-file.js'
import { bakePng, unbakePng } from '../../src/credentials/png-bake.js'
import { bakeSvg, unbakeSvg } from '../../src/credentials/svg-bake.js'
import { aChunk, aPng, aSvg, aTextChunk } from '../support/build-badge-files.js'

const reasonOf = (read: () => unknown): string => {
  try {
    read()
    return 'read'
  } catch (error) {
    if (error instanceof BadgeFileError) return error.reason
    throw error
  }
}

const json = '{"name":"SAFe® — Ünï"}'
const ob3 = 'openbadgecredential'

describe('A badge in a PNG', () => {
  it('comes out as it went in, whatever its characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const found = unbakePng(bakePng(aPng(), text))
        return found?.text === text && !found.hasMore
      }),
    )
  })

  it('lies right after the header, uncompressed, in UTF-8', () => {
    const baked = bakePng(aPng(), json)

    expect(baked.subarray(33).subarray(4, 8).toString()).to.equal('iTXt')
    expect(baked).to.deep.equal(aPng(aTextChunk(ob3, json)))
  })

  it('replaces what was baked in before and leaves every other byte alone', () => {
    const other = aChunk('tEXt', 'Author\0me')
    const old = aChunk('tEXt', 'openbadges\0https://example.org/1')

    const again = bakePng(bakePng(aPng(other, old), 'first'), json)

    expect(again).to.deep.equal(aPng(aTextChunk(ob3, json), other))
  })

  it('is told apart by its keyword: 3.0, a record, 2.0', () => {
    const bakings = [ob3, 'clrcredential', 'openbadges'].map(
      (keyword) => unbakePng(aPng(aTextChunk(keyword, json)))?.baking,
    )

    expect(bakings).to.deep.equal(['open-badge-3', 'clr', 'open-badge-2'])
  })

  it('is found in the old text chunk that holds an address', () => {
    const found = unbakePng(aPng(aChunk('tEXt', 'openbadges\0https://example.org/assertions/1')))

    expect(found).to.deep.equal({
      baking: 'open-badge-2',
      text: 'https://example.org/assertions/1',
      hasMore: false,
    })
  })

  it('is the first of two, and says that there is another', () => {
    const found = unbakePng(aPng(aTextChunk(ob3, 'first'), aTextChunk(ob3, 'second')))

    expect(found).to.include({ text: 'first', hasMore: true })
  })

  it('is missing from a picture that lost it', () => {
    expect(unbakePng(aPng())).to.equal(undefined)
  })

  const whole = aPng(aTextChunk(ob3, json))
  const flipped = Buffer.from(whole)
  flipped[60] = (flipped[60] ?? 0) ^ 1
  const refusals: readonly [string, Buffer, string][] = [
    ['with a wrong checksum', flipped, 'checksum'],
    ['that is cut off', whole.subarray(0, whole.length - 20), 'truncated'],
    ['without its end', whole.subarray(0, whole.length - 12), 'truncated'],
    ['that is only a signature', whole.subarray(0, 8), 'truncated'],
    ['whose text is compressed', aPng(aTextChunk(ob3, json, 1)), 'compressed'],
    ['whose old text is compressed', aPng(aChunk('zTXt', `${ob3}\0\0x`)), 'compressed'],
    [
      'whose text is not UTF-8',
      aPng(
        aChunk('iTXt', Buffer.concat([Buffer.from(`${ob3}\0\0\0\0\0`), Buffer.from([0xff, 0xfe])])),
      ),
      'notUtf8',
    ],
    ['whose text chunk stops early', aPng(aChunk('iTXt', `${ob3}\0\0\0`)), 'brokenPicture'],
    [
      'whose text is over the limit',
      aPng(aTextChunk(ob3, 'x'.repeat(fileLimits.chunk))),
      'chunkTooLarge',
    ],
    ['that is none', Buffer.from('GIF89a'), 'brokenPicture'],
  ]
  for (const [what, bytes, reason] of refusals) {
    it(`is refused in a picture ${what}`, () => {
      expect(reasonOf(() => unbakePng(bytes))).to.equal(reason)
    })
  }

  it('is read or refused, never an error of ours: changed bytes', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const bytes = Buffer.from(whole)
          for (const [at, value] of changes) bytes[at] = value
          return reasonOf(() => unbakePng(bytes.subarray(0, cut))) !== ''
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('A badge in an SVG', () => {
  const textOf = (svg: string) => unbakeSvg(svg)?.text

  it('comes out as it went in: JSON, also with the end of a CDATA section in it, and a JWS', () => {
    for (const text of [json, '{"a":"]]>","b":"<&\\""}', 'eyJh.eyJi.c-_']) {
      expect(textOf(bakeSvg(aSvg(), text))).to.equal(text)
    }
  })

  it('replaces what was baked in before', () => {
    const again = bakeSvg(bakeSvg(aSvg(), 'eyJh.eyJi.c'), json)

    expect(unbakeSvg(again)).to.deep.equal({ baking: 'open-badge-3', text: json, hasMore: false })
    expect(again).to.equal(bakeSvg(aSvg(), json))
  })

  it('goes into a picture without content', () => {
    const empty = '<svg xmlns="http://www.w3.org/2000/svg"/>'

    expect(textOf(bakeSvg(empty, json))).to.equal(json)
  })

  it('is found by namespace and name, whatever the prefix', () => {
    const space = 'xmlns:x="https://purl.imsglobal.org/ob/v3p0"'

    expect(textOf(aSvg('<x:credential verify="a.b.c"/>', ` ${space}`))).to.equal('a.b.c')
    expect(
      textOf(aSvg('<openbadges:credential xmlns:openbadges="urn:other" verify="a.b.c"/>')),
    ).to.equal(undefined)
  })

  it('is found as of version 2.0, with its JSON or its address', () => {
    const two = (inner: string) => unbakeSvg(aSvg(inner, ' xmlns:ob="http://openbadges.org"'))

    expect(two('<ob:assertion verify="https://example.org/1"/>')).to.deep.equal({
      baking: 'open-badge-2',
      text: 'https://example.org/1',
      hasMore: false,
    })
    expect(two(`<ob:assertion verify=""/>`)?.text).to.equal('')
    expect(two(`<ob:assertion><![CDATA[${json}]]></ob:assertion>`)?.text).to.equal(json)
  })

  it('is the first of two, and says that there is another', () => {
    const space = ' xmlns:x="https://purl.imsglobal.org/ob/v3p0"'
    const found = unbakeSvg(aSvg('<x:credential verify="a"/><x:credential verify="b"/>', space))

    expect(found).to.include({ text: 'a', hasMore: true })
  })

  it('is read as data beside scripts, handlers and outside pictures', () => {
    const hostile = aSvg(
      '<script>fetch("https://evil.example")</script><a href="javascript:alert(1)"><rect onload="x()"/></a><image href="https://evil.example/x.png"/>',
      ' onload="alert(1)"',
    )

    expect(textOf(bakeSvg(hostile, json))).to.equal(json)
  })

  const refusals: readonly [string, string, string][] = [
    [
      'with a document type',
      `<!DOCTYPE svg>${aSvg()}`.replace('<?xml version="1.0"?>\n', ''),
      'doctype',
    ],
    [
      'with entities of its own',
      `<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`,
      'doctype',
    ],
    ['with an unknown entity', aSvg('<text>&bomb;</text>'), 'brokenSvg'],
    [
      'that is not well-formed',
      '<svg xmlns="http://www.w3.org/2000/svg"><rect></svg>',
      'brokenSvg',
    ],
    ['that is cut off', aSvg().slice(0, 60), 'brokenSvg'],
    ['that is no SVG', '<html xmlns="http://www.w3.org/1999/xhtml"></html>', 'noCredential'],
    ['over the limit', aSvg(`<desc>${'x'.repeat(fileLimits.svg)}</desc>`), 'svgTooLarge'],
    ['nested too deep', aSvg('<g>'.repeat(70) + '</g>'.repeat(70)), 'tooDeep'],
  ]
  for (const [what, svg, reason] of refusals) {
    it(`is refused in a picture ${what}`, () => {
      expect(reasonOf(() => unbakeSvg(svg))).to.equal(reason)
    })
  }

  it('is read or refused, never an error of ours: changed characters', () => {
    const whole = bakeSvg(aSvg(), json)
    const change = fc.tuple(
      fc.nat(whole.length - 1),
      fc.constantFrom('<', '>', '&', '"', ']', '/', '\0', 'x', '!'),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const signs = Array.from(whole)
        for (const [at, sign] of changes) signs[at] = sign
        return reasonOf(() => unbakeSvg(signs.join(''))) !== ''
      }),
      { numRuns: 500 },
    )
  })
})
