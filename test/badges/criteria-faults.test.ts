import { expect } from 'chai'
import type { Criteria } from '../../src/badges/badge.js'
import { criteriaSchema } from '../../src/badges/badge-input.js'
import { criteriaOfForm, formOf, type BadgeForm } from '../../src/badges/badge-form-input.js'
import { faultsOfCriteria } from '../../src/badges/criteria-faults.js'
import { readReference } from '../../src/seeding/reference.js'
import { badgesOf } from '../../src/seeding/reference-records.js'
import { aBadge, aStep, aTrack } from '../support/build-learning.js'

const provider = 'treehouse'
const known = {
  badges: [
    aBadge('a', { kind: 'completion', provider, course: 'html' }),
    aBadge('b', { kind: 'badges', badges: ['c'] }),
    aBadge('c', { kind: 'badges', badges: ['a'] }),
    aBadge('old', { kind: 'completion', provider, course: 'html' }, { status: 'retired' }),
  ],
  tracks: [aTrack([aStep('html')])],
}

const table: readonly (readonly [string, string, Criteria, string])[] = [
  ['name a badge nobody knows', 'x', { kind: 'badges', badges: ['zz'] }, 'unknownBadge'],
  ['name a retired badge', 'x', { kind: 'badges', badges: ['old'] }, 'unknownBadge'],
  ['ask for themselves', 'a', { kind: 'badges', badges: ['a'] }, 'circle'],
  ['ask for themselves by way of others', 'a', { kind: 'badges', badges: ['b'] }, 'circle'],
  [
    'ask for more than they name',
    'x',
    { kind: 'provider-badges', provider, badges: ['1'], atLeast: 2 },
    'count',
  ],
  ['name one twice', 'x', { kind: 'provider-badges', provider, badges: ['1', '1'] }, 'twice'],
  ['name nothing', 'x', { kind: 'all-of', of: [] }, 'nothing'],
  [
    'ask for more ways than there are',
    'x',
    { kind: 'at-least', count: 2, of: [{ kind: 'completion', provider, course: 'html' }] },
    'count',
  ],
  ['name a track nobody knows', 'x', { kind: 'steps', track: 'z', steps: 'all' }, 'unknownTrack'],
  ['name a step nobody knows', 'x', { kind: 'steps', track: 'web', steps: ['z'] }, 'unknownStep'],
  [
    'ask for an impossible score',
    'x',
    { kind: 'exam', provider, exam: 'e', minScore: 101 },
    'score',
  ],
]

describe('criteria that may not be published', () => {
  for (const [name, slug, criteria, message] of table)
    it(`are those that ${name}`, () => {
      const found = faultsOfCriteria(slug, criteria, known).map((fault) => fault.message)

      expect(found).to.include(`badges:error.${message}`)
    })

  it('are not those that name known things', () => {
    const criteria: Criteria = {
      kind: 'all-of',
      of: [
        { kind: 'badges', badges: ['a', 'b'], atLeast: 1 },
        { kind: 'steps', track: 'web', steps: ['html'] },
      ],
    }

    expect(faultsOfCriteria('x', criteria, known)).to.deep.equal([])
  })
})

describe('criteria as they come in', () => {
  const bad: readonly unknown[] = [
    { kind: 'completion', provider, course: 'html', $where: '1' },
    { kind: 'completion', provider: { $ne: null }, course: 'html' },
    { kind: 'badges', badges: [] },
    { kind: 'magic' },
    null,
    'all',
  ]
  for (const criteria of bad)
    it(`are refused as ${JSON.stringify(criteria)}`, () => {
      expect(criteriaSchema.safeParse(criteria).success).to.equal(false)
    })

  it('are at most four levels deep', () => {
    const deep = (levels: number): Criteria =>
      levels === 0
        ? { kind: 'completion', provider, course: 'html' }
        : { kind: 'all-of', of: [deep(levels - 1)] }

    expect(criteriaSchema.safeParse(deep(4)).success).to.equal(true)
    expect(criteriaSchema.safeParse(deep(5)).success).to.equal(false)
  })
})

describe('the form of a badge', () => {
  it('gives back the criteria it was opened with, for every badge of the reference', () => {
    for (const { slug, criteria } of badgesOf(readReference())) {
      const { needed, conditions } = formOf(criteria)!
      const column = (part: keyof (typeof conditions)[number]) => conditions.map((one) => one[part])
      const form: BadgeForm = {
        name: 'x',
        description: 'x',
        lowestLevel: 'self-reported',
        skills: '',
        status: 'published',
        needed,
        kind: column('kind'),
        provider: column('provider'),
        what: column('what'),
        number: column('number'),
      }

      expect(criteriaOfForm(form), slug).to.deep.equal(criteria)
    }
  })

  it('says so when conditions are nested too deep for it', () => {
    const part: Criteria = { kind: 'all-of', of: [{ kind: 'completion', provider, course: 'x' }] }

    expect(formOf({ kind: 'all-of', of: [part] })).to.equal(undefined)
  })
})
