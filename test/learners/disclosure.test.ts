import { expect } from 'chai'
import fc from 'fast-check'
import {
  chained,
  chainStart,
  verifyChain,
  type Disclosure,
  type DisclosedRead,
} from '../../src/learners/disclosure.js'

const read = (id: string): DisclosedRead => ({
  id,
  learnerId: 'l1',
  readId: `read-${id}`,
  at: new Date('2015-03-09T10:00:00Z'),
  actorId: 'a1',
  actorName: 'Sam Staff',
  organizationId: 'center',
  organizationName: 'WorkSource',
  basis: 'consent',
  consentIds: ['c1'],
  records: ['progress', 'badges'],
  purpose: 'referral',
  channel: 'view',
})

const chain = (...ids: string[]): Disclosure[] =>
  ids.reduce<Disclosure[]>(
    (rows, id) => [...rows, chained(read(id), rows.at(-1) ?? chainStart)],
    [],
  )

describe('the chain of disclosures of one learner', () => {
  const rows = chain('a', 'b', 'c')
  const edited = (index: number, change: Partial<Disclosure>) =>
    rows.map((row, at) => (at === index ? { ...row, ...change } : row))

  it('is intact as it was written, and when nothing was written', () => {
    expect(verifyChain(rows)).to.deep.equal({ intact: true, rows: 3 })
    expect(verifyChain([])).to.deep.equal({ intact: true, rows: 0 })
  })

  const broken: [string, Disclosure[], object][] = [
    ['a row was taken out', rows.toSpliced(1, 1), { brokenAt: 2, why: 'gap' }],
    ['the first row was taken out', rows.slice(1), { brokenAt: 1, why: 'gap' }],
    ['two rows changed places', [rows[1]!, rows[0]!, rows[2]!], { brokenAt: 1, why: 'gap' }],
    [
      'a row was slipped in under a number of its own',
      [rows[0]!, chained(read('x'), rows[1]!), rows[2]!],
      { brokenAt: 2, why: 'gap' },
    ],
    [
      'a number stands twice',
      [rows[0]!, rows[1]!, chained(read('x'), rows[0]!), rows[2]!],
      { brokenAt: 2, why: 'fork' },
    ],
    ['a row comes again later', [...rows, rows[0]!], { brokenAt: 1, why: 'order' }],
    [
      'the link was rewritten',
      edited(2, { previousHash: 'f'.repeat(64) }),
      { brokenAt: 3, why: 'link' },
    ],
    ['the reader was changed', edited(1, { actorName: 'Nobody' }), { brokenAt: 2, why: 'content' }],
    [
      'the records were changed',
      edited(1, { records: ['progress'] }),
      { brokenAt: 2, why: 'content' },
    ],
    [
      'the time was changed',
      edited(0, { at: new Date('2015-03-09T10:00:01Z') }),
      { brokenAt: 1, why: 'content' },
    ],
    [
      'a row was forged with a hash of its own',
      [rows[0]!, chained(read('forged'), rows[0]!), rows[2]!],
      { brokenAt: 3, why: 'link' },
    ],
  ]
  for (const [title, given, found] of broken)
    it(`is broken where ${title}`, () => {
      expect(verifyChain(given)).to.deep.equal({ intact: false, rows: given.length, ...found })
    })

  it('shows a cut at its end by the head, and only by the head', () => {
    const cut = rows.slice(0, 2)

    expect(verifyChain(cut).intact).to.equal(true)
    expect(verifyChain(cut, rows[2])).to.deep.equal({
      intact: false,
      rows: 2,
      brokenAt: 3,
      why: 'tail',
    })
    expect(verifyChain([], rows[2])).to.deep.include({ brokenAt: 1, why: 'tail' })
  })

  it('shows a chain written anew from some row on by the head', () => {
    const anew = [rows[0]!, chained(read('x'), rows[0]!)]
    const whole = [...anew, chained(read('y'), anew[1]!)]

    expect(verifyChain(whole, rows[2])).to.deep.include({ brokenAt: 3, why: 'head' })
  })

  it('takes one row past the head as a crash leaves it, and more as a break', () => {
    const [first] = rows
    expect(verifyChain(rows, rows[1]).intact).to.equal(true)
    expect(verifyChain(rows, first)).to.deep.include({ brokenAt: 2, why: 'beyond' })
  })

  describe('finds every single change, whatever it is and wherever', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 12,
    })
    const places = fc.nat()
    const fields = fc.constantFrom(
      ...(Object.keys(rows[0]!) as (keyof Disclosure)[]).filter((field) => field !== 'hash'),
    )
    const other = (row: Disclosure, field: keyof Disclosure): Disclosure => {
      const value = row[field]
      if (value instanceof Date) return { ...row, [field]: new Date(value.getTime() + 1) }
      if (typeof value === 'number') return { ...row, [field]: value + 1 }
      if (typeof value === 'string') return { ...row, [field]: `${value}x` }
      return { ...row, [field]: [...value, 'x'] }
    }
    const head = (whole: readonly Disclosure[]) => whole.at(-1)!

    it('a changed field', () => {
      fc.assert(
        fc.property(ids, places, fields, (names, place, field) => {
          const whole = chain(...names)
          const at = place % whole.length
          const changed = whole.with(at, other(whole[at]!, field))

          expect(verifyChain(changed, head(whole)).intact).to.equal(false)
        }),
      )
    })

    it('a changed row with a hash that fits it', () => {
      fc.assert(
        fc.property(ids, places, (names, place) => {
          const whole = chain(...names)
          const at = place % whole.length
          const forged = chained(
            { ...read(whole[at]!.id), actorName: 'Nobody' },
            whole[at - 1] ?? chainStart,
          )

          expect(verifyChain(whole.with(at, forged), head(whole)).intact).to.equal(false)
        }),
      )
    })

    it('a deleted row', () => {
      fc.assert(
        fc.property(ids, places, (names, place) => {
          const whole = chain(...names)
          const at = place % whole.length

          const found = verifyChain(whole.toSpliced(at, 1), head(whole))

          expect(found.intact).to.equal(false)
          expect(found.brokenAt).to.equal(at + 1)
        }),
      )
    })

    it('a row slipped in, before the end', () => {
      fc.assert(
        fc.property(ids, places, (names, place) => {
          const whole = chain(...names)
          const at = place % whole.length
          const slipped = chained(read('slipped'), whole[at - 1] ?? chainStart)

          expect(verifyChain(whole.toSpliced(at, 0, slipped), head(whole)).intact).to.equal(false)
        }),
      )
    })

    it('two rows that changed places', () => {
      fc.assert(
        fc.property(ids, places, places, (names, one, two) => {
          const whole = chain(...names)
          const [a, b] = [one % whole.length, two % whole.length]
          fc.pre(a !== b)
          const swapped = whole.with(a, whole[b]!).with(b, whole[a]!)
          const renumbered = whole
            .with(a, { ...whole[b]!, sequence: a + 1 })
            .with(b, { ...whole[a]!, sequence: b + 1 })

          expect(verifyChain(swapped, head(whole)).intact).to.equal(false)
          expect(verifyChain(renumbered, head(whole)).intact).to.equal(false)
        }),
      )
    })
  })
})
