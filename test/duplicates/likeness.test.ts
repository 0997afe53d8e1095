import { expect } from 'chai'
import fc from 'fast-check'
import {
  keysOf,
  likeness,
  mailboxOf,
  nameOf,
  phoneOf,
  shownFrom,
  type Marks,
} from '../../src/duplicates/likeness.js'

const ada: Marks = {
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  phone: '503-555-0100',
  profiles: [{ provider: 'treehouse', name: 'adal' }],
}

describe('how alike two records are', () => {
  for (const [one, other] of [
    ['Ada@Example.org', 'ada@example.org'],
    ['ada+code@example.org', 'ada@example.org'],
    ['a.d.a@gmail.com', 'ada+x@googlemail.com'],
  ] as const)
    it(`${one} is the mailbox of ${other}`, () => {
      expect(mailboxOf(one)).to.equal(mailboxOf(other))
    })

  it('keeps mailboxes apart where dots matter', () => {
    expect(mailboxOf('a.da@example.org')).to.not.equal(mailboxOf('ada@example.org'))
  })

  it('reads names in any order, without initials, accents or case', () => {
    expect(nameOf('Lovelace, Ada B.')).to.equal(nameOf('ada lovelace'))
    expect(nameOf('José Ángel Núñez')).to.equal('angel jose nunez')
    expect(phoneOf('+1 (503) 555-0100')).to.equal('5035550100')
    expect(phoneOf('555-0100')).to.equal(undefined)
  })

  const table: [string, Partial<Marks>, boolean][] = [
    [
      'the same name alone is not enough',
      { email: 'x@y.org', phone: '971 555 0199', profiles: [] },
      false,
    ],
    [
      'the same phone alone is a household',
      { name: 'Ben Babbage', email: 'b@y.org', profiles: [] },
      false,
    ],
    [
      'the same mailbox alone may be shared',
      { name: 'Ben Babbage', phone: '971 555 0199', profiles: [] },
      false,
    ],
    ['name and phone', { email: 'x@y.org', profiles: [] }, true],
    ['name and mailbox', { phone: '971 555 0199', profiles: [] }, true],
    ['mailbox and phone', { name: 'A. Byron King', profiles: [] }, true],
    ['name and profile', { email: 'x@y.org', phone: '971 555 0199' }, true],
  ]
  for (const [title, change, shown] of table)
    it(title, () => {
      expect(likeness(ada, { ...ada, ...change }).score >= shownFrom).to.equal(shown)
    })

  it('is against it when birth dates differ, for it when they are the same', () => {
    const born = { ...ada, bornOn: '1990-12-10' }
    expect(likeness(born, { ...born, bornOn: '1991-12-10', profiles: [] }).score).to.be.below(
      shownFrom,
    )
    const bare = { name: ada.name, profiles: [], bornOn: '1990-12-10' }
    expect(likeness(bare, bare).reasons).to.deep.equal(['name', 'birth'])
  })

  const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
  const marks = fc
    .record({
      name: fc.constantFrom('Ada Lovelace', 'Lovelace Ada', 'Ben Babbage', ''),
      email: some(fc.constantFrom('ada@example.org', 'ada+1@example.org', 'b@y.org')),
      phone: some(fc.constantFrom('503-555-0100', '(503) 555 0100', '12')),
      bornOn: some(fc.constantFrom('1990-12-10', '1991-01-01')),
      profiles: fc.subarray([
        { provider: 't', name: 'Ada' },
        { provider: 't', name: 'b' },
      ]),
    })
    .map(
      (all) =>
        Object.fromEntries(
          Object.entries(all).filter(([, value]) => value !== undefined),
        ) as unknown as Marks,
    )

  it('is the same whichever comes first, and never shown without a key in common', () => {
    fc.assert(
      fc.property(marks, marks, (one, other) => {
        const { score } = likeness(one, other)
        expect(likeness(other, one).score).to.equal(score)
        if (score >= shownFrom)
          expect(keysOf(one).some((key) => keysOf(other).includes(key))).to.equal(true)
      }),
    )
  })
})
