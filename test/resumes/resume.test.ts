import { expect } from 'chai'
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { typeOfResume } from '../../src/resumes/resume.js'

const word = (...more: string[]) =>
  zipSync(
    Object.fromEntries(
      ['[Content_Types].xml', 'word/document.xml', ...more].map((name) => [name, strToU8('<x/>')]),
    ),
  )

describe('A résumé', () => {
  const files: [string, Uint8Array, string | undefined][] = [
    ['a PDF', strToU8('%PDF-1.7\n…'), 'pdf'],
    ['a Word document', word(), 'docx'],
    ['plain text with accents', strToU8('José\r\n\tPortland'), 'text'],
    ['a Word document with macros', word('word/vbaProject.bin'), undefined],
    ['another zip', zipSync({ 'a.txt': strToU8('a') }), undefined],
    ['a zip cut short', word().slice(0, 60), undefined],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), undefined],
    ['a program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), undefined],
    ['text in another encoding', new Uint8Array([0x4a, 0x6f, 0x73, 0xe9]), undefined],
    ['nothing', new Uint8Array(), undefined],
    ['spaces', strToU8(' \n '), undefined],
  ]
  for (const [title, bytes, type] of files)
    it(`is ${type ?? 'refused'} by its content: ${title}`, () => {
      expect(typeOfResume(bytes)).to.equal(type)
    })

  it('is told from any bytes without a fault', () => {
    const begun = fc.constantFrom('', 'PK', 'PK\u0003\u0004', '%PDF', '%PDF-').map(strToU8)
    fc.assert(
      fc.property(begun, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const type = typeOfResume(new Uint8Array([...start, ...rest]))
        expect([undefined, 'pdf', 'text']).to.include(type)
      }),
    )
  })
})
