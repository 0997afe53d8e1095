import { expect } from 'chai'
import fc from 'fast-check'
import type { Award, Criteria } from '../../src/badges/badge.js'
import { decide } from '../../src/badges/criteria.js'
import { standingOf } from '../../src/badges/standing.js'
import { evidenceLevels, type Fact, isAtLeast } from '../../src/providers/evidence.js'
import { progressOf } from '../../src/tracks/progress.js'
import { aFact, anAward, aStep, aTrack } from '../support/build-learning.js'

const items = ['1', '2', '3', '49'] as const
const courses = ['html', 'css', 'js'] as const
const provider = fc.constantFrom('treehouse', 'other')
const level = fc.constantFrom(...evidenceLevels)
const day = fc.constantFrom('2014-01-01', '2014-06-01', '2015-01-01', '2015-06-01')

const fact: fc.Arbitrary<Fact> = fc
  .record({
    provider,
    level,
    earnedOn: day,
    about: fc.oneof(
      fc.record({
        kind: fc.constant('provider-badge' as const),
        item: fc.constantFrom(...items),
      }),
      fc.record({ kind: fc.constant('completion' as const), item: fc.constantFrom(...courses) }),
      fc.record({ kind: fc.constant('open-badge' as const), item: fc.constantFrom(...items) }),
      fc.record({
        kind: fc.constant('exam' as const),
        item: fc.constant('exam'),
        score: fc.nat(100),
      }),
    ),
  })
  .map(({ about, ...rest }) => {
    const made = aFact(about.item, { ...rest, ...about })
    return { ...made, id: `${made.id}/${made.provider}/${made.score ?? ''}` }
  })
const facts = fc.uniqueArray(fact, { selector: ({ id }) => id, maxLength: 14 })

const award: fc.Arbitrary<Award> = fc
  .record({ badge: fc.constantFrom('a', 'b', 'c'), evidenceLevel: level, awardedOn: day })
  .map(({ badge, ...rest }) => anAward(badge, rest))
const awards = fc.uniqueArray(award, { selector: ({ badge }) => badge, maxLength: 3 })

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 })
const { criteria } = fc.letrec<{ criteria: Criteria }>((tie) => ({
  criteria: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({
      kind: fc.constant('completion' as const),
      provider,
      course: fc.constantFrom(...courses),
    }),
    fc
      .record({ kind: fc.constant('provider-badges' as const), provider, badges: some(items) })
      .chain((one) =>
        fc
          .option(fc.integer({ min: 1, max: one.badges.length }), { nil: undefined })
          .map((atLeast): Criteria => ({ ...one, ...(atLeast !== undefined && { atLeast }) })),
      ),
    fc.record({
      kind: fc.constant('any-provider-badge' as const),
      provider,
      except: fc.constant(['49']),
    }),
    fc.record({
      kind: fc.constant('exam' as const),
      provider,
      exam: fc.constant('exam'),
      minScore: fc.nat(100),
    }),
    fc.record({
      kind: fc.constant('open-badge' as const),
      issuer: provider,
      achievement: fc.constantFrom(...items),
    }),
    fc.record({ kind: fc.constant('badges' as const), badges: some(['a', 'b', 'c']) }),
    fc.record({
      kind: fc.constant('steps' as const),
      track: fc.constant('web'),
      steps: fc.oneof(fc.constant('all' as const), some(courses)),
    }),
    fc.record({
      kind: fc.constant('all-of' as const),
      of: fc.array(tie('criteria'), { minLength: 1, maxLength: 3 }),
    }),
    fc
      .array(tie('criteria'), { minLength: 1, maxLength: 3 })
      .chain((of) =>
        fc
          .integer({ min: 1, max: of.length })
          .map((count): Criteria => ({ kind: 'at-least', count, of })),
      ),
  ),
}))

const track = aTrack(
  [
    aStep('html', { providerBadges: ['1', '2'] }),
    aStep('css', { providerBadges: ['3'], group: 'g' }),
    aStep('js', { group: 'g', after: ['html'] }),
  ],
  { groups: [{ id: 'g', title: 'Either', choose: 1 }] },
)
const standing = (shown: readonly Fact[], held: readonly Award[] = []) =>
  standingOf({ facts: shown, awards: held, tracks: [track] })

describe('badge criteria, for any criteria and any evidence', () => {
  it('more evidence never un-earns a badge, lowers its level, or delays it at the same level', () => {
    fc.assert(
      fc.property(criteria, facts, facts, awards, awards, (asked, first, more, held, moreHeld) => {
        const before = decide(asked, standing(first, held))
        const known = new Set(held.map(({ badge }) => badge))
        const after = decide(
          asked,
          standing(
            [...first, ...more],
            [...held, ...moreHeld.filter(({ badge }) => !known.has(badge))],
          ),
        )

        if (!before.earned) return
        expect(after.earned).to.equal(true)
        expect(isAtLeast(after.level!, before.level!)).to.equal(true)
        if (after.level === before.level) expect(after.earnedOn! <= before.earnedOn!).to.equal(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('the order of facts is irrelevant', () => {
    fc.assert(
      fc.property(
        criteria,
        facts.chain((shown) =>
          fc.tuple(
            fc.constant(shown),
            fc.shuffledSubarray(shown, { minLength: shown.length, maxLength: shown.length }),
          ),
        ),
        awards,
        (asked, [shown, shuffled], held) => {
          const inOrder = decide(asked, standing(shown, held))

          expect(decide(asked, standing(shuffled, [...held].reverse()))).to.deep.equal(inOrder)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('the level is the lowest level of the facts it rests on, and those facts alone suffice', () => {
    fc.assert(
      fc.property(criteria, facts, (asked, shown) => {
        const decision = decide(asked, standing(shown))
        if (!decision.earned) return
        const used = shown.filter(({ id }) => decision.facts.includes(id))

        expect(used).to.have.length(decision.facts.length)
        const lowest = evidenceLevels.find((one) => used.some((held) => held.level === one))
        expect(decision.level).to.equal(lowest)
        expect(decide(asked, standing(used))).to.deep.equal(decision)
      }),
      { numRuns: 1000 },
    )
  })

  it('something is missing exactly when it is not earned', () => {
    fc.assert(
      fc.property(criteria, facts, awards, level, (asked, shown, held, lowest) => {
        const { earned, missing } = decide(asked, standing(shown, held), lowest)

        expect(missing.length === 0).to.equal(earned)
      }),
      { numRuns: 500 },
    )
  })
})

describe('progress, for any evidence', () => {
  it('never goes back with more evidence, and is finished when every step is counted', () => {
    fc.assert(
      fc.property(facts, facts, (first, more) => {
        const before = progressOf(track, first)
        const after = progressOf(track, [...first, ...more])

        expect(after.stepsDone).to.be.at.least(before.stepsDone)
        expect(after.stepsDone === after.stepsTotal).to.equal(after.finishedOn !== undefined)
        expect(after.nextStep === undefined).to.equal(after.finishedOn !== undefined)
      }),
      { numRuns: 500 },
    )
  })
})
