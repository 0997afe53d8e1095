import { expect } from 'chai'
import fc from 'fast-check'
import { BadgeFileError, fileLimits } from '../../src/credentials/badge-file.js'
import { bakePng } from '../../src/credentials/png-bake.js'
import { readBadgeFile, readBadgeText } from '../../src/verification/read-badge-file.js'
import { strictJson } from '../../src/verification/strict-json.js'
import { bakeSvg } from '../../src/credentials/svg-bake.js'
import { aChunk, aPng, aSvg, aTextChunk } from '../support/build-badge-files.js'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jws = `${part({ alg: 'RS256' })}.${part({ id: 'urn:uuid:1' })}.c2ln`

const reasonOf = (bytes: Buffer | string): string => {
  try {
    readBadgeFile(Buffer.from(bytes as string))
    return 'read'
  } catch (error) {
    if (error instanceof BadgeFileError) return `${error.isTooLarge ? '413 ' : ''}${error.reason}`
    throw error
  }
}

describe('Whatever somebody has of a badge', () => {
  const kinds: readonly [string, string | Buffer, string, string][] = [
    ['JSON', '{"id":"urn:uuid:1"}', 'json', 'document'],
    ['a list, as exports have it', ' [{"id":1}]', 'json', 'list'],
    ['a JWS', `${jws}\n`, 'jws', 'token'],
    ['a JWS in quotes', JSON.stringify(jws), 'jws', 'token'],
    ['a web address', 'https://example.org/credentials/1', 'link', 'address'],
    ['a PNG with JSON', bakePng(aPng(), '{"id":"urn:uuid:1"}'), 'png', 'document'],
    ['a PNG with a JWS', bakePng(aPng(), jws), 'png', 'token'],
    [
      'a PNG with an address',
      aPng(aChunk('tEXt', 'openbadges\0https://example.org/1')),
      'png',
      'address',
    ],
    ['an SVG with JSON', bakeSvg(aSvg(), '{"id":"urn:uuid:1"}'), 'svg', 'document'],
    ['an SVG with a JWS', bakeSvg(aSvg(), jws), 'svg', 'token'],
    [
      'an exported chain',
      '<!doctype html><html lang="en"><script type="application/json" id="chain-data">{}</script>',
      'html',
      'chain',
    ],
  ]
  for (const [what, bytes, source, kind] of kinds) {
    it(`is told by its bytes: ${what}`, () => {
      const file = readBadgeFile(Buffer.from(bytes as string))

      expect([file.source, file.payload.kind]).to.deep.equal([source, kind])
    })
  }

  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  const refusals: readonly [string, string | Buffer, string][] = [
    ['nothing', ' \n', 'empty'],
    ['more than 2 MB', Buffer.alloc(fileLimits.file + 1, 0x20), '413 tooLarge'],
    ['a photo', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'jpeg'],
    ['a picture without a badge', aPng(), 'noCredential'],
    ['an SVG without a badge', aSvg(), 'noCredential'],
    [
      'a chunk over 512 kB',
      aPng(aTextChunk('openbadgecredential', 'x'.repeat(fileLimits.chunk))),
      '413 chunkTooLarge',
    ],
    ['an SVG over 1 MB', aSvg(' '.repeat(fileLimits.svg)), '413 svgTooLarge'],
    ['a web page', '<!doctype html><html lang="en">', 'unknownFormat'],
    ['words', 'my badge', 'unknownFormat'],
    ['broken JSON', '{"a":', 'brokenJson'],
    ['half a string', '{"a":"b', 'brokenJson'],
    ['a byte order mark', '\uFEFF{"a":1}', 'byteOrderMark'],
    ['NUL', '{"a":"\0"}', 'nul'],
    ['an escaped NUL', '{"a":"\\u0000"}', 'nul'],
    ['half a character', '{"a":"\\ud800"}', 'brokenText'],
    ['other encodings', Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]), 'notUtf8'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'nul'],
    ['a key twice', '{"a":{"b":1,"c":[{}],"b":2}}', 'duplicateKey'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'duplicateKey'],
    ['__proto__', '{"a":[{"__proto__":{"b":1}}]}', 'unsafeKey'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}', 'unsafeKey'],
    ['65 levels', deep(65), 'tooDeep'],
    ['a million levels', deep(1_000_000), 'tooDeep'],
    ['too many parts', `[${'1,'.repeat(fileLimits.parts)}1]`, 'tooManyParts'],
    ['a JWS of two parts', 'eyJh.eyJi', 'brokenJws'],
    ['a JWS of four parts', `${jws}.x`, 'brokenJws'],
    [
      'a JWS with a key twice',
      `${Buffer.from('{"alg":"a","alg":"b"}').toString('base64url')}.${part({})}.x`,
      'duplicateKey',
    ],
    ['a JWS whose claims are a list', `${part({})}.${part([])}.x`, 'brokenJws'],
    ['a list in a picture', bakePng(aPng(), '[1]'), 'notABadge'],
  ]
  for (const [what, bytes, reason] of refusals) {
    it(`is refused with its fault: ${what}`, () => {
      expect(reasonOf(bytes)).to.equal(reason)
    })
  }

  it('may be 64 levels deep', () => {
    expect(reasonOf(deep(64))).to.equal('read')
  })

  it('is read as JSON.parse reads it, when every key is there once', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        let value: unknown
        try {
          value = strictJson(text)
        } catch (error) {
          return error instanceof BadgeFileError
        }
        return JSON.stringify(value) === JSON.stringify(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it('is read or refused, never an error of ours: any bytes, any text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (bytes) => reasonOf(Buffer.from(bytes)) !== '',
      ),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          readBadgeText(text)
          return true
        } catch (error) {
          return error instanceof BadgeFileError
        }
      }),
      { numRuns: 500 },
    )
  })
})
