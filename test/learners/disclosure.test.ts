import { expect } from 'chai'
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
    ['a row was taken out', rows.toSpliced(1, 1), { brokenAt: 2, why: 'sequence' }],
    ['the first row was taken out', rows.slice(1), { brokenAt: 1, why: 'sequence' }],
    ['two rows changed places', [rows[1]!, rows[0]!, rows[2]!], { brokenAt: 1, why: 'sequence' }],
    [
      'a row was slipped in under a number of its own',
      [rows[0]!, chained(read('x'), rows[1]!), rows[2]!],
      { brokenAt: 2, why: 'sequence' },
    ],
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

  it('does not show a cut at its end: the last number must be known from elsewhere', () => {
    expect(verifyChain(rows.slice(0, 2)).intact).to.equal(true)
  })
})
