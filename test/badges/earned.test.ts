import { expect } from 'chai'
import fc from 'fast-check'
import type { Badge } from '../../src/badges/badge.js'
import { awardingOrder, newlyEarned, tracksFor } from '../../src/badges/earned.js'
import type { Fact } from '../../src/providers/evidence.js'
import { aBadge, aCompletion, aFact, anAward, aStep, aTrack } from '../support/build-learning.js'

const provider = 'treehouse'
const html = aBadge('html', { kind: 'completion', provider, course: 'html' })
const css = aBadge('css', { kind: 'provider-badges', provider, badges: ['1', '2'] })
const both = aBadge('both', { kind: 'badges', badges: ['html', 'css'] })
const top = aBadge('top', { kind: 'badges', badges: ['both'] })
const catalog = awardingOrder([top, both, css, html])

const earnedWith = (facts: readonly Fact[], awards = [] as ReturnType<typeof anAward>[]) =>
  newlyEarned(catalog, { facts, awards, tracks: [] })
const slugs = (awards: readonly { readonly badge: string }[]) =>
  awards.map(({ badge }) => badge).sort()

describe('what evidence adds to the awards', () => {
  it('adds nothing without evidence', () => {
    expect(earnedWith([])).to.deep.equal({ added: [], raised: [] })
  })

  it('adds badges that ask for badges earned in the same go', () => {
    const { added } = earnedWith([aCompletion('html'), aFact('1'), aFact('2')])

    expect(slugs(added)).to.deep.equal(['both', 'css', 'html', 'top'])
  })

  it('keeps the badge version, the day, the level and the evidence of each award', () => {
    const { added } = earnedWith([aCompletion('html', { earnedOn: '2015-08-08' })])

    expect(added).to.deep.equal([
      {
        badge: 'html',
        badgeVersion: 1,
        awardedOn: '2015-08-08',
        evidenceLevel: 'provider-confirmed',
        facts: [aCompletion('html', { earnedOn: '2015-08-08' }).id],
        state: 'live',
      },
    ])
  })

  it('adds nothing the second time', () => {
    const facts = [aCompletion('html'), aFact('1'), aFact('2')]
    const held = earnedWith(facts).added.map((award) => anAward(award.badge, award))

    expect(earnedWith(facts, held)).to.deep.equal({ added: [], raised: [] })
  })

  it('raises a live award and what rests on it, and leaves the day', () => {
    const weak = [
      aCompletion('html', { level: 'self-reported', earnedOn: '2015-01-01' }),
      aFact('1'),
      aFact('2'),
    ]
    const held = earnedWith(weak).added.map((award) => anAward(award.badge, award))
    const better = [
      aCompletion('html', { earnedOn: '2015-09-09' }),
      aFact('1', { level: 'provider-confirmed' }),
      aFact('2', { level: 'provider-confirmed' }),
    ]

    const { added, raised } = earnedWith([...weak, ...better], held)

    expect(added).to.deep.equal([])
    expect(slugs(raised.map(({ award }) => award))).to.deep.equal(['both', 'css', 'html', 'top'])
    expect(raised.every(({ to }) => to.evidenceLevel === 'provider-confirmed')).to.equal(true)
    expect(raised[0]!.to).to.not.have.property('awardedOn')
  })

  it('never brings back a withdrawn award, nor counts it', () => {
    const withdrawn = anAward('html', {
      state: 'withdrawn',
      withdrawn: { on: '2016-01-01', by: 'm', reason: 'Entered for the wrong person' },
    })

    const { added, raised } = earnedWith([aCompletion('html'), aFact('1'), aFact('2')], [withdrawn])

    expect(slugs(added)).to.deep.equal(['css'])
    expect(raised).to.deep.equal([])
  })

  it('comes to an end when badges ask for each other', () => {
    const circle = awardingOrder([
      aBadge('a', {
        kind: 'at-least',
        count: 1,
        of: [
          { kind: 'badges', badges: ['b'] },
          { kind: 'completion', provider, course: 'html' },
        ],
      }),
      aBadge('b', { kind: 'badges', badges: ['a'] }),
    ])

    const { added } = newlyEarned(circle, {
      facts: [aCompletion('html')],
      awards: [],
      tracks: [],
    })

    expect(slugs(added)).to.deep.equal(['a', 'b'])
  })

  it('does not depend on the order of the badges', () => {
    const fact = fc.constantFrom(
      aCompletion('html'),
      aCompletion('html', { level: 'self-reported', earnedOn: '2014-01-01' }),
      aFact('1'),
      aFact('2'),
      aFact('2', { level: 'provider-confirmed', earnedOn: '2015-07-07' }),
    )
    const all: Badge[] = [
      ...catalog,
      aBadge('either', { kind: 'badges', badges: ['html', 'css'], atLeast: 1 }),
    ]
    fc.assert(
      fc.property(
        fc.uniqueArray(fact),
        fc.shuffledSubarray(all, { minLength: all.length }),
        (facts, shuffled) => {
          const shown = { facts, awards: [], tracks: [] }
          const one = newlyEarned(awardingOrder(all), shown)
          const other = newlyEarned(awardingOrder(shuffled), shown)

          expect(other.added).to.have.deep.members([...one.added])
        },
      ),
    )
  })
})

describe('the version of a track that applies', () => {
  const old = aTrack([aStep('html')], { version: '2016', order: 1 })
  const now = aTrack([aStep('html'), aStep('css')], { version: '2018', order: 2 })

  it('is the one the learner started, whatever is offered now', () => {
    const started = [{ track: 'web', version: '2016', startedOn: '2016-01-01' }]

    expect(tracksFor(started, [now], [now, old])).to.deep.equal([old])
  })

  it('is the offered one for who has not started', () => {
    expect(tracksFor([], [now], [now, old])).to.deep.equal([now])
  })
})
