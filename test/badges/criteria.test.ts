import { expect } from 'chai'
import type { Criteria } from '../../src/badges/badge.js'
import { decide } from '../../src/badges/criteria.js'
import { standingOf } from '../../src/badges/standing.js'
import type { Fact } from '../../src/providers/evidence.js'
import { aCompletion, aFact, anAward, aStep, aTrack } from '../support/build-learning.js'

const provider = 'treehouse'
const webTrack = aTrack([aStep('html', { providerBadges: ['1', '2'] }), aStep('css')])
const standing = (facts: readonly Fact[] = [], awards = [] as ReturnType<typeof anAward>[]) =>
  standingOf({ facts, awards, tracks: [webTrack] })
const exam = (score?: number) =>
  aFact('js-exam', { kind: 'exam', level: 'provider-confirmed', ...(score && { score }) })

const table: readonly {
  readonly asks: string
  readonly criteria: Criteria
  readonly notWith: readonly (readonly Fact[])[]
  readonly with: readonly (readonly Fact[])[]
}[] = [
  {
    asks: 'all of the provider badges',
    criteria: { kind: 'provider-badges', provider, badges: ['1', '2'] },
    notWith: [[], [aFact('1')], [aFact('1'), aFact('3')], [aCompletion('1'), aCompletion('2')]],
    with: [[aFact('1'), aFact('2')]],
  },
  {
    asks: 'some of the provider badges',
    criteria: { kind: 'provider-badges', provider, badges: ['1', '2', '3'], atLeast: 2 },
    notWith: [[aFact('1')], [aFact('1'), aFact('1', { earnedOn: '2015-02-02' })]],
    with: [[aFact('1'), aFact('3')]],
  },
  {
    asks: 'any provider badge but the one for signing up',
    criteria: { kind: 'any-provider-badge', provider, except: ['49'] },
    notWith: [[], [aFact('49')], [aFact('7', { provider: 'other' })], [aCompletion('html')]],
    with: [[aFact('49'), aFact('7')]],
  },
  {
    asks: 'a finished course',
    criteria: { kind: 'completion', provider, course: 'html' },
    notWith: [[aFact('html')], [aCompletion('css')]],
    with: [[aCompletion('html')]],
  },
  {
    asks: 'an exam with a score',
    criteria: { kind: 'exam', provider, exam: 'js-exam', minScore: 70 },
    notWith: [[exam()], [exam(69)]],
    with: [[exam(70)], [exam(69), exam(71)]],
  },
  {
    asks: 'an exam taken',
    criteria: { kind: 'exam', provider, exam: 'js-exam' },
    notWith: [[]],
    with: [[exam()], [exam(1)]],
  },
  {
    asks: 'named steps of a track',
    criteria: { kind: 'steps', track: 'web', steps: ['html'] },
    notWith: [[aFact('1')], [aCompletion('css')]],
    with: [[aFact('1'), aFact('2')], [aCompletion('html')]],
  },
  {
    asks: 'the whole track',
    criteria: { kind: 'steps', track: 'web', steps: 'all' },
    notWith: [[aCompletion('html')], [aCompletion('css')]],
    with: [[aCompletion('html'), aCompletion('css')]],
  },
  {
    asks: 'a step the track does not have',
    criteria: { kind: 'steps', track: 'web', steps: ['html', 'latin'] },
    notWith: [[aCompletion('html'), aCompletion('css')]],
    with: [],
  },
  {
    asks: 'a track nobody knows',
    criteria: { kind: 'steps', track: 'unknown', steps: 'all' },
    notWith: [[aCompletion('html'), aCompletion('css')]],
    with: [],
  },
  {
    asks: 'one of two ways',
    criteria: {
      kind: 'at-least',
      count: 1,
      of: [
        { kind: 'completion', provider, course: 'html' },
        { kind: 'provider-badges', provider, badges: ['1', '2'] },
      ],
    },
    notWith: [[aFact('1')]],
    with: [[aCompletion('html')], [aFact('1'), aFact('2')]],
  },
  {
    asks: 'both of two things',
    criteria: {
      kind: 'all-of',
      of: [
        { kind: 'completion', provider, course: 'html' },
        { kind: 'any-provider-badge', provider, except: [] },
      ],
    },
    notWith: [[aCompletion('html')], [aFact('1')]],
    with: [[aCompletion('html'), aFact('9')]],
  },
  { asks: 'nothing', criteria: { kind: 'all-of', of: [] }, notWith: [[aFact('1')]], with: [] },
]

describe('badge criteria', () => {
  for (const { asks, criteria, notWith, with: enough } of table) {
    it(`asking for ${asks}: not yet, not yet, now`, () => {
      for (const facts of notWith)
        expect(decide(criteria, standing(facts))).to.include({ earned: false })
      for (const facts of enough) {
        const decision = decide(criteria, standing(facts))
        expect(decision).to.include({ earned: true })
        expect(decision.missing).to.deep.equal([])
      }
    })
  }

  it('asking for other badges counts live awards, with their evidence', () => {
    const criteria: Criteria = { kind: 'badges', badges: ['a', 'b'] }
    const a = anAward('a', { evidenceLevel: 'provider-confirmed', awardedOn: '2015-05-05' })

    expect(decide(criteria, standing([], [a]))).to.deep.include({
      earned: false,
      missing: [{ kind: 'badge', item: 'b' }],
    })
    expect(decide(criteria, standing([], [a, anAward('b')]))).to.deep.equal({
      earned: true,
      level: 'self-reported',
      earnedOn: '2015-05-05',
      facts: ['fact-of-a', 'fact-of-b'],
      missing: [],
    })
  })
})

describe('the level and the day of a decision', () => {
  const pair: Criteria = { kind: 'provider-badges', provider, badges: ['1', '2'] }

  it('is the lowest level of the best facts for each need', () => {
    const facts = [
      aFact('1'),
      aFact('1', { level: 'provider-confirmed' }),
      aFact('2', { level: 'signature-verified' }),
    ]

    expect(decide(pair, standing(facts))).to.include({ level: 'provider-confirmed' })
  })

  it('rests on the facts of that level only, on the day the last of them was earned', () => {
    const confirmed = aFact('1', { level: 'provider-confirmed', earnedOn: '2015-07-01' })
    const verified = aFact('2', { level: 'signature-verified', earnedOn: '2015-06-01' })
    const facts = [aFact('1', { earnedOn: '2014-01-01' }), confirmed, verified]

    const decision = decide(pair, standing(facts))

    expect(decision.facts).to.deep.equal([confirmed.id, verified.id])
    expect(decision.earnedOn).to.equal('2015-07-01')
  })

  it('takes the provider badges over the completion when they are stronger', () => {
    const either: Criteria = {
      kind: 'at-least',
      count: 1,
      of: [pair, { kind: 'completion', provider, course: 'html' }],
    }
    const facts = [aCompletion('html'), aFact('1'), aFact('2')]

    expect(decide(either, standing(facts))).to.deep.include({
      level: 'provider-confirmed',
      facts: [aCompletion('html').id],
    })
  })

  it('is not earned under the lowest level a badge asks for', () => {
    const facts = [aFact('1'), aFact('2', { level: 'provider-confirmed' })]

    expect(decide(pair, standing(facts), 'provider-confirmed')).to.deep.equal({
      earned: false,
      facts: [],
      missing: [{ kind: 'provider-badge', provider, item: '1' }],
    })
  })
})

describe('what is missing', () => {
  it('offers the ways that are left, each with all it takes', () => {
    const course: Criteria = {
      kind: 'at-least',
      count: 1,
      of: [
        { kind: 'completion', provider, course: 'html' },
        { kind: 'provider-badges', provider, badges: ['1', '2', '3'] },
      ],
    }

    expect(decide(course, standing([aFact('2')])).missing).to.deep.equal([
      {
        kind: 'some',
        count: 1,
        of: [
          [{ kind: 'completion', provider, item: 'html' }],
          [
            { kind: 'provider-badge', provider, item: '1' },
            { kind: 'provider-badge', provider, item: '3' },
          ],
        ],
      },
    ])
  })

  it('names the steps of a track that are not done', () => {
    const whole: Criteria = { kind: 'steps', track: 'web', steps: 'all' }

    expect(decide(whole, standing([aCompletion('html')])).missing).to.deep.equal([
      { kind: 'step', track: 'web', item: 'css', title: 'Step css' },
    ])
  })

  it('asks for the rest of a choose-n group as a choice', () => {
    const track = aTrack([aStep('a', { group: 'g' }), aStep('b', { group: 'g' })], {
      groups: [{ id: 'g', title: 'Either', choose: 1 }],
    })
    const shown = standingOf({ facts: [], awards: [], tracks: [track] })

    const { missing } = decide({ kind: 'steps', track: 'web', steps: 'all' }, shown)

    expect(missing).to.have.length(1)
    expect(missing[0]).to.deep.include({ kind: 'some', count: 1 })
  })
})
