import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { fontOf } from '../../src/drawing/lettering.js'
import { isWritable, oneLine, type Paper } from '../../src/drawing/paper.js'
import { setPdf } from '../../src/drawing/set-pdf.js'
import { testApp } from '../support/app.js'
import { credentials } from '../support/build-access.js'
import { keepChainWorld } from '../support/build-chain.js'
import { people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

/** The objects of a PDF by number: their dictionaries, and the text of their streams unpacked. */
function objectsOf(pdf: Buffer): Map<number, { dictionary: string; stream: string }> {
  const objects = new Map<number, { dictionary: string; stream: string }>()
  for (const match of pdf.toString('latin1').matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const body = match[2] ?? ''
    const start = body.indexOf('stream\n')
    const dictionary = start < 0 ? body : body.slice(0, start)
    const end = body.lastIndexOf('\nendstream')
    const bytes = Buffer.from(start < 0 ? '' : body.slice(start + 7, end), 'latin1')
    const plain = dictionary.includes('FlateDecode') ? inflateSync(bytes) : bytes
    objects.set(Number(match[1]), { dictionary, stream: plain.toString('latin1') })
  }
  return objects
}

const utf16 = (hex: string) =>
  (hex.replaceAll(' ', '').match(/..../g) ?? [])
    .map((unit) => String.fromCharCode(Number.parseInt(unit, 16)))
    .join('')

/** The shapes of a font by number, as the PDF says which signs they are. */
function signsOf(map: string): Map<number, string> {
  const signs = new Map<number, string>()
  for (const [, from, list] of map.matchAll(/<(\w{4})> <\w{4}> \[([^\]]*)\]/g))
    for (const [at, [, hex]] of [...(list ?? '').matchAll(/<([\w ]*)>/g)].entries())
      signs.set(Number.parseInt(from ?? '', 16) + at, utf16(hex ?? ''))
  return signs
}

/** Every word the pages show, as somebody who copies it gets it; and whether a sign was missing in the font. */
function wordsOf(pdf: Buffer): { text: string; hasMissing: boolean } {
  const objects = objectsOf(pdf)
  const fonts = new Map<string, Map<number, string>>()
  for (const { dictionary } of objects.values())
    for (const [, name, ref] of dictionary.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const font = objects.get(Number(ref))?.dictionary ?? ''
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(font)?.[1]
      if (unicode) fonts.set(name ?? '', signsOf(objects.get(Number(unicode))?.stream ?? ''))
    }
  let text = ''
  let hasMissing = false
  for (const { stream } of objects.values()) {
    let font = new Map<number, string>()
    for (const [, name, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name !== undefined) font = fonts.get(name) ?? new Map<number, string>()
      for (const [, hex] of (shown ?? '').matchAll(/<([0-9a-f]*)>/g))
        for (const [glyph] of (hex ?? '').matchAll(/..../g)) {
          const id = Number.parseInt(glyph, 16)
          if (id === 0) hasMissing = true
          text += font.get(id) ?? '\ufffd'
        }
      if (shown !== undefined) text += ' '
    }
  }
  return { text, hasMissing }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** What the read-only fields hold, from UTF-16. */
const fieldsOf = (pdf: Buffer): string[] =>
  [...pdf.toString('latin1').matchAll(/\/V \(((?:\\[\s\S]|[^\\)])*)\)/g)].map(([, value]) => {
    const plain = (value ?? '').replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign)
    const bytes = Buffer.from(plain, 'latin1')
    return bytes[0] === 0xfe ? bytes.subarray(2).swap16().toString('utf16le') : plain
  })

const paper = (change: Partial<Paper> = {}): Paper => ({
  language: 'en',
  title: 'A record',
  subject: 'Learning',
  author: 'Code Oregon',
  eyebrow: 'Code Oregon',
  heading: 'Ada Lovelace',
  lead: 'Since 2014.',
  parts: [],
  foot: '{page} of {pages}',
  ...change,
})

describe('the record as a PDF', () => {
  it('is tagged, titled and in a language, and its font is inside', async () => {
    await emptyDatabase()
    const world = testApp()
    await keepChainWorld(world)
    const ada = await signIn(world.app, credentials(people.ada))
    const answer = await ada.get('/record.pdf')
    expect([answer.status, answer.type]).to.deep.equal([200, 'application/pdf'])
    const pdf = answer.body as Buffer
    const text = pdf.toString('latin1')

    for (const part of [
      '/Lang (en-US)',
      '/Marked true',
      '/DisplayDocTitle true',
      '/S /H1',
      '/S /H2',
      '/S /Table',
      '/S /TH',
      '/Scope /Column',
      '/Scope /Row',
      '/S /L\n',
      '/S /LI',
      '/S /Link',
      '/FontFile2',
      'pdfuaid',
    ])
      expect(text, part).to.contain(part)
    const { text: words, hasMissing } = wordsOf(pdf)
    expect(hasMissing).to.equal(false)
    expect(words).to.contain('Ada Lovelace').and.to.contain('Badge html').and.to.contain('CIS 122')
    expect(words).not.to.contain('\ufffd')
    expect(words + text).not.to.contain(people.ada.email)
    expect(text).not.to.contain('/AcroForm')
    const spanish = (await ada.get('/es/record.pdf')).body as Buffer
    expect(spanish.toString('latin1')).to.contain('/Lang (es-US)')
    expect(wordsOf(spanish).text).to.contain('Insignias')
    const cora = await signIn(world.app, credentials(people.cora))
    expect((await cora.get('/record.pdf')).status).to.equal(403)
  })

  it('writes Latin and Cyrillic with its own font', async () => {
    const heading = 'Łucja Ñúñez Ђорђе Щука ßœĦ'
    const { text, hasMissing } = wordsOf(await setPdf(paper({ heading })))

    expect(hasMissing).to.equal(false)
    expect(text.replace(/\s+/g, ' ')).to.contain(heading)
  })

  for (const heading of ['王小明', 'نور الهدى', 'עדה', 'नूर', 'Ada 🚀', '김영희 (Young)', '𝖠da'])
    it(`leaves ${heading} to the reader’s own font, word for word`, async () => {
      const pdf = await setPdf(paper({ heading }))
      const { hasMissing } = wordsOf(pdf)

      expect(hasMissing).to.equal(false)
      expect(fieldsOf(pdf)).to.deep.equal([heading])
      expect(pdf.toString('latin1')).to.contain('/S /Form').and.to.contain('/NeedAppearances true')
    })

  it('never shows a box for a letter, whatever is written', async () => {
    const fonts = await Promise.all([fontOf('regular'), fontOf('bold')])
    const has = (point: number) => fonts.every((font) => font.hasGlyphForCodePoint(point))
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        async (heading, cell) => {
          const parts = [
            {
              kind: 'table',
              columns: [{ label: 'What', share: 1 }],
              rows: [[{ text: cell, sub: heading }]],
            },
          ] as const
          const pdf = await setPdf(paper({ heading, parts }))
          const { text, hasMissing } = wordsOf(pdf)
          expect(hasMissing).to.equal(false)
          expect(text).not.to.contain('\ufffd')
          for (const words of [oneLine(heading), oneLine(cell)])
            if (words !== '' && !isWritable(words, has)) expect(fieldsOf(pdf)).to.include(words)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('repeats the labels of a long table for the eye, and tags them once', async () => {
    const rows = Array.from({ length: 120 }, (_, at) => [{ text: `Row ${at}` }, { text: 'x' }])
    const columns = [
      { label: 'Label one', share: 2 },
      { label: 'Label two', share: 1 },
    ]
    const pdf = await setPdf(paper({ parts: [{ kind: 'table', columns, rows }] }))
    const text = pdf.toString('latin1')

    expect(text.match(/\/Scope \/Column/g)).to.have.length(2)
    expect(text.match(/\/Scope \/Row/g)).to.have.length(120)
    expect(wordsOf(pdf).text.match(/Label one/g)?.length).to.be.greaterThan(3)
  })
})
