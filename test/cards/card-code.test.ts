import { expect } from 'chai'
import fc from 'fast-check'
import { newCode, prefixOf, printedCode, readCode } from '../../src/cards/card-code.js'

const alphabet = 'CFHJKMNPRTVWXY34679'

/** Codes as they may be drawn. */
const codes = fc
  .array(fc.nat({ max: alphabet.length - 1 }), { minLength: 11, maxLength: 11 })
  .map((drawn) => {
    const left = [...drawn]
    return newCode(() => left.shift() ?? 0)
  })

describe('The code of a card', () => {
  it('has twelve signs, none of which looks like another or makes a word', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).to.match(/^[CFHJKMNPRTVWXY34679]{12}$/)
        expect(code).to.not.match(/[AEIOUBDGLQSZ01258]/)
      }),
    )
  })

  it('is read as it is printed, and however people type it', () => {
    fc.assert(
      fc.property(codes, fc.constantFrom('-', ' ', ' – ', '', '.'), (code, between) => {
        const groups = printedCode(code).split('-')
        expect(groups.map(({ length }) => length)).to.deep.equal([4, 4, 4])
        expect(groups[0]).to.equal(prefixOf(code))
        expect(readCode(` ${groups.join(between).toLowerCase()} `)).to.equal(code)
      }),
    )
  })

  it('shows one wrong sign, wherever and whatever it is', () => {
    fc.assert(
      fc.property(
        codes,
        fc.nat({ max: 11 }),
        fc.constantFrom(...Array.from(alphabet)),
        (code, at, other) => {
          fc.pre(code[at] !== other)
          expect(readCode(code.slice(0, at) + other + code.slice(at + 1))).to.equal(undefined)
        },
      ),
    )
  })

  it('shows two signs changed for each other, side by side or apart', () => {
    fc.assert(
      fc.property(codes, fc.nat({ max: 11 }), fc.nat({ max: 11 }), (code, one, other) => {
        fc.pre(code[one] !== code[other])
        const signs = Array.from(code)
        signs[one] = code[other] ?? ''
        signs[other] = code[one] ?? ''
        expect(readCode(signs.join(''))).to.equal(undefined)
      }),
    )
  })

  it('reads any text without a fault, and nothing but whole codes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const code = readCode(text)
        expect(code === undefined || code.length === 12).to.equal(true)
      }),
    )
  })

  it('draws each sign as likely as any other', () => {
    const below = new Set<number>()
    newCode((most) => {
      below.add(most)
      return 0
    })

    expect([...below]).to.deep.equal([alphabet.length])
  })
})
