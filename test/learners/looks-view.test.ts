import { expect } from 'chai'
import type { Disclosure } from '../../src/learners/disclosure.js'
import { disclosureRows } from '../../src/learners/looks-view.js'
import { wordsIn } from '../../src/http/words.js'

const look = (sequence: number, change: Partial<Disclosure> = {}): Disclosure => ({
  id: `look-${String(sequence)}`,
  learnerId: 'ada',
  sequence,
  readId: `read-${String(sequence)}`,
  at: new Date(Date.parse('2015-03-09T19:00:00Z') + sequence * 60_000),
  actorId: 'sam',
  actorName: 'Sam',
  organizationId: 'north',
  organizationName: 'Center north',
  basis: 'program-agreement',
  consentIds: [],
  records: ['listing'],
  purpose: 'job-ready list',
  channel: 'list',
  previousHash: 'before',
  hash: 'hash',
  ...change,
})
const rowsOf = (looks: readonly Disclosure[], language: 'en' | 'es' = 'en') =>
  disclosureRows(looks.toReversed(), wordsIn(language), 'ada')
const textsOf = (...given: Parameters<typeof rowsOf>) =>
  rowsOf(...given).map(({ cells }) => cells[1])

describe('who looked at my record, row by row', () => {
  it('takes the same look again on one day together, by its newest time', () => {
    const rows = rowsOf([look(1), look(2), look(3)])

    expect(rows).to.have.length(1)
    expect(rows[0]?.cells[0]).to.deep.include({ date: look(3).at.toISOString() })
    expect(rows[0]?.cells[1]).to.match(/^Sam of Center north .* \(3 times in a row that day\.\)$/)
    expect(textsOf([look(1), look(2)], 'es')[0]).to.match(/\(2 veces seguidas ese día\.\)$/)
  })

  it('says a single look plainly', () => {
    expect(textsOf([look(1)])[0]).to.not.match(/that day/)
  })

  const others: readonly [string, Partial<Disclosure>][] = [
    ['by somebody else', { actorId: 'sue' }],
    ['from another organization', { organizationId: 'south' }],
    ['at other things', { records: ['contact'] }],
    ['in another way', { channel: 'export' }],
    ['on another ground', { basis: 'consent' }],
    ['under another consent', { consentIds: ['consent'] }],
    ['on another day', { at: new Date('2015-03-12T19:00:00Z') }],
    ['at a record that was joined', { learnerId: 'twin' }],
  ]
  for (const [what, change] of others)
    it(`keeps a look ${what} apart`, () => {
      expect(textsOf([look(1), look(2, change)])).to.have.length(2)
      expect(
        textsOf([look(1), look(2, change), look(3)]),
        'only one after the other',
      ).to.have.length(3)
    })
})
