import { expect } from 'chai'
import fc from 'fast-check'
import type { Award } from '../../src/badges/badge.js'
import { evidenceLevels, type EvidenceLevel } from '../../src/providers/evidence.js'
import {
  faultsOf,
  isCatalogYear,
  isFresh,
  monthsAfter,
  offeredOn,
  type Agreement,
} from '../../src/agreements/agreement.js'
import { creditsFor, fulfilling, holdKey, holdsOf } from '../../src/credits/credit.js'
import { anAward } from '../support/build-learning.js'

const agreement = (change: Partial<Agreement> = {}): Agreement => ({
  id: `${change.series ?? 'cis-122'}-v${change.version ?? 1}`,
  series: 'cis-122',
  version: 1,
  communityId: 'portland',
  collegeId: 'pcc',
  collegeName: 'Portland Community College',
  course: 'CIS 122',
  courseTitle: 'Programming Logic',
  credits: 4,
  unit: 'quarter',
  badges: { of: ['a', 'b'] },
  lowestLevel: 'provider-confirmed',
  mayShareBadges: false,
  fills: 'elective',
  from: '2014-01-01',
  demonstration: true,
  ...change,
})

const award = (
  badge: string,
  awardedOn = '2014-05-01',
  evidenceLevel: EvidenceLevel = 'provider-confirmed',
): Award => anAward(badge, { awardedOn, evidenceLevel })

const today = '2015-03-09'

describe('the agreements in force on a day', () => {
  const v1 = agreement({ version: 1, from: '2014-01-01' })
  const v2 = agreement({ version: 2, from: '2015-01-01', to: '2015-12-31' })

  const table: [string, string, string[]][] = [
    ['before the first', '2013-12-31', []],
    ['on the first day of the first', '2014-01-01', [v1.id]],
    ['on the last day before the second', '2014-12-31', [v1.id]],
    ['on the first day of the second', '2015-01-01', [v2.id]],
    ['on the last day of the second', '2015-12-31', [v2.id]],
    ['after the second: the first does not come back', '2016-01-01', []],
  ]
  for (const [title, on, ids] of table)
    it(`are right ${title}`, () => {
      expect(offeredOn([v1, v2], on).map(({ id }) => id)).to.deep.equal(ids)
    })
})

describe('a version that retires an agreement', () => {
  const v1 = agreement({ version: 1, from: '2014-01-01' })
  const end = agreement({ version: 2, from: '2015-01-01', retired: true })

  it('leaves nothing on offer from its day on, and says nothing of the days before', () => {
    expect(offeredOn([v1, end], '2014-12-31')).to.deep.equal([v1])
    expect(offeredOn([v1, end], '2015-01-01')).to.deep.equal([])
  })

  it('leaves what was earned before it to those who earned it', () => {
    const before = [award('a'), award('b', '2014-12-31')]
    const after = [award('a'), award('b', '2015-01-01')]

    expect(creditsFor(before, [v1, end], today)[0]).to.deep.include({ agreement: v1, kept: true })
    expect(creditsFor(after, [v1, end], today)).to.deep.equal([])
  })
})

describe('the greatest age of a badge', () => {
  const ages: [string, number, string][] = [
    ['2015-01-31', 1, '2015-02-28'],
    ['2016-01-31', 1, '2016-02-29'],
    ['2014-03-09', 12, '2015-03-09'],
    ['2015-12-15', 2, '2016-02-15'],
    ['2016-02-29', 12, '2017-02-28'],
  ]
  for (const [from, months, until] of ages)
    it(`${from} and ${months} months last until ${until}`, () => {
      expect(monthsAfter(from, months)).to.equal(until)
      expect(isFresh({ maxAgeMonths: months }, from, until)).to.equal(true)
    })

  it('is counted on the day the credit is asked for', () => {
    const young = agreement({ maxAgeMonths: 12 })
    const held = [award('a', '2014-03-09'), award('b', '2014-06-01')]

    expect(fulfilling(young, held, '2015-03-09')?.length).to.equal(2)
    expect(fulfilling(young, held, '2015-03-10')).to.equal(undefined)
    expect(creditsFor(held, [young], '2015-03-10')).to.deep.equal([])
  })

  it('lets a younger badge of the set stand in', () => {
    const set = agreement({ badges: { of: ['a', 'b'], atLeast: 1 }, maxAgeMonths: 6 })
    const held = [award('a', '2014-01-01'), award('b', '2015-01-01')]

    expect(fulfilling(set, held, today)?.map(({ badge }) => badge)).to.deep.equal(['b'])
  })
})

describe('what an agreement asks for', () => {
  it('is fulfilled by all badges of the set at the level asked for, earliest first', () => {
    const held = [award('b', '2014-06-01'), award('a', '2014-05-01'), award('z')]

    expect(fulfilling(agreement(), held, today)?.map(({ badge }) => badge)).to.deep.equal([
      'a',
      'b',
    ])
  })

  const refusing: [string, Award[]][] = [
    ['a badge is missing', [award('a')]],
    ['a badge is self-reported', [award('a'), award('b', '2014-05-01', 'self-reported')]],
    ['a badge was withdrawn', [award('a'), { ...award('b'), state: 'withdrawn' }]],
    ['one badge came twice', [award('a'), award('a', '2014-07-01')]],
  ]
  for (const [title, held] of refusing)
    it(`is not fulfilled when ${title}`, () => {
      expect(fulfilling(agreement(), held, today)).to.equal(undefined)
    })

  it('is fulfilled by n of m', () => {
    const set = agreement({ badges: { of: ['a', 'b', 'c'], atLeast: 2 } })

    expect(fulfilling(set, [award('a')], today)).to.equal(undefined)
    expect(fulfilling(set, [award('c'), award('a')], today)?.length).to.equal(2)
  })
})

describe('the credit of a learner', () => {
  const held = [award('a'), award('b')]

  it('is kept under the version in force when the badges were earned', () => {
    const v1 = agreement({ version: 1, credits: 4 })
    const v2 = agreement({ version: 2, credits: 2, from: '2015-01-01' })

    const [match] = creditsFor(held, [v1, v2], today)

    expect(match).to.deep.include({ agreement: v1, kept: true, earnedOn: '2014-05-01' })
  })

  it('is kept after the agreement ended', () => {
    const ended = agreement({ to: '2014-12-31' })

    expect(creditsFor(held, [ended], today)[0]).to.deep.include({ agreement: ended, kept: true })
  })

  it("is today's offer when nothing was in force when the badges were earned", () => {
    const later = agreement({ from: '2015-01-01' })

    expect(creditsFor(held, [later], today)[0]).to.deep.include({ agreement: later, kept: false })
  })

  const nothing: [string, Agreement][] = [
    ['starts after today', agreement({ from: '2015-03-10' })],
    [
      'began after the badges and ended before today',
      agreement({ from: '2014-06-01', to: '2014-07-01' }),
    ],
    ['asks for another badge', agreement({ badges: { of: ['a', 'z'] } })],
  ]
  for (const [title, none] of nothing)
    it(`is nothing under an agreement that ${title}`, () => {
      expect(creditsFor(held, [none], today)).to.deep.equal([])
    })

  it('does not count a badge for two courses of one college', () => {
    const big = agreement({ series: 'big', course: 'CIS 122', credits: 4 })
    const small = agreement({ series: 'small', course: 'CIS 195', credits: 3 })

    const matches = creditsFor(held, [small, big], today)

    expect(
      matches.map(({ agreement: { course }, insteadOf }) => [course, insteadOf]),
    ).to.deep.equal([
      ['CIS 122', undefined],
      ['CIS 195', 'CIS 122'],
    ])
  })

  it('counts a badge at two colleges, and twice where the agreement shares it', () => {
    const here = agreement({ series: 'here' })
    const there = agreement({ series: 'there', collegeId: 'psu' })
    const shared = agreement({ series: 'shared', mayShareBadges: true })

    const matches = creditsFor(held, [here, there, shared], today)

    expect(matches.map(({ insteadOf }) => insteadOf)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('takes badges that are still free when the agreement lets one choose', () => {
    const all = agreement({ series: 'all', credits: 4 })
    const some = agreement({ series: 'some', credits: 1, badges: { of: ['a', 'c'], atLeast: 1 } })

    const matches = creditsFor([...held, award('c', '2014-08-01')], [all, some], today)

    expect(matches[1]?.awards.map(({ badge }) => badge)).to.deep.equal(['c'])
    expect(matches[1]?.insteadOf).to.equal(undefined)
  })

  it('names the claimed course that holds the badges already', () => {
    const taken = new Map([[holdKey('pcc', 'a'), 'CIS 195']])

    expect(creditsFor(held, [agreement()], today, taken)[0]?.insteadOf).to.equal('CIS 195')
  })
})

describe('credit whatever the badges and versions', () => {
  const day = fc.integer({ min: 0, max: 700 }).map((n) => {
    const at = new Date(Date.UTC(2014, 0, 1 + n))
    return at.toISOString().slice(0, 10)
  })
  const slug = fc.constantFrom('a', 'b', 'c', 'd')
  const awards = fc.array(
    fc.tuple(slug, day, fc.constantFrom(...evidenceLevels)).map((one) => award(...one)),
    { maxLength: 8 },
  )
  const series = fc
    .array(
      fc.record({
        from: day,
        length: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
        of: fc.uniqueArray(slug, { minLength: 1, maxLength: 3 }),
        atLeast: fc.integer({ min: 1, max: 3 }),
        credits: fc.integer({ min: 1, max: 5 }),
        mayShareBadges: fc.boolean(),
        maxAgeMonths: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
        retired: fc.constantFrom(false, false, true),
      }),
      { maxLength: 3 },
    )
    .map((versions) => versions.sort((a, b) => a.from.localeCompare(b.from)))
  const agreements = fc.tuple(series, series, series).map((all) =>
    all.flatMap((versions, index) =>
      versions.map(({ of, atLeast, maxAgeMonths, ...rest }, at) =>
        agreement({
          ...rest,
          ...(maxAgeMonths !== undefined && { maxAgeMonths }),
          id: `s${index}-v${at + 1}`,
          series: `s${index}`,
          course: `C ${index}`,
          version: at + 1,
          badges: { of, atLeast: Math.min(atLeast, of.length) },
        }),
      ),
    ),
  )

  it('never rests on a version that was in force neither when earned nor today', () => {
    fc.assert(
      fc.property(awards, agreements, day, (held, all, on) => {
        for (const match of creditsFor(held, all, on)) {
          const basis = match.kept ? match.earnedOn : on
          expect(offeredOn(all, basis).map(({ id }) => id)).to.include(match.agreement.id)
        }
      }),
    )
  })

  it('never rests on a badge that is too old, nor on an agreement that was ended', () => {
    fc.assert(
      fc.property(awards, agreements, day, (held, all, on) => {
        for (const { agreement: given, awards: used } of creditsFor(held, all, on)) {
          expect(given.retired).to.not.equal(true)
          for (const { awardedOn } of used) expect(isFresh(given, awardedOn, on)).to.equal(true)
        }
      }),
    )
  })

  it('never counts one badge for two courses that do not share, and one promise once', () => {
    fc.assert(
      fc.property(awards, agreements, day, (held, all, on) => {
        const had = creditsFor(held, all, on).filter(({ insteadOf }) => insteadOf === undefined)
        const holds = had.flatMap((match) => holdsOf(match.agreement, match.awards))

        expect(new Set(holds).size).to.equal(holds.length)
        expect(new Set(had.map((match) => match.agreement.series)).size).to.equal(had.length)
      }),
    )
  })

  it('does not depend on the order in which badges and agreements come', () => {
    fc.assert(
      fc.property(awards, agreements, day, (held, all, on) => {
        const line = (matches: ReturnType<typeof creditsFor>) =>
          matches.map((match) => [match.agreement.id, match.insteadOf])

        expect(line(creditsFor(held.toReversed(), all.toReversed(), on))).to.deep.equal(
          line(creditsFor(held, all, on)),
        )
      }),
    )
  })
})

describe('publishing a version of an agreement', () => {
  const first = agreement()
  const next = agreement({ version: 2, from: '2015-01-01' })

  it('is allowed after the one before', () => {
    expect(faultsOf(first, [])).to.deep.equal([])
    expect(faultsOf(next, [first])).to.deep.equal([])
  })

  const table: [string, Partial<Agreement>, string][] = [
    ['no credits', { credits: 0 }, 'credits'],
    ['credits in odd fractions', { credits: 1.1 }, 'credits'],
    ['more credits than a course has', { credits: 21 }, 'credits'],
    ['an end before its start', { to: '2014-12-31' }, 'to'],
    ['no badges', { badges: { of: [] } }, 'badges.of'],
    ['a badge twice', { badges: { of: ['a', 'a'] } }, 'badges.of'],
    ['more badges than the set has', { badges: { of: ['a'], atLeast: 2 } }, 'badges.atLeast'],
    ['a version number that skips one', { version: 3 }, 'version'],
    ['a start that is not after the one before', { from: '2014-01-01' }, 'from'],
    ['another college', { collegeId: 'psu' }, 'series'],
    ['an age of no months', { maxAgeMonths: 0 }, 'maxAgeMonths'],
    ['an age of half a month', { maxAgeMonths: 1.5 }, 'maxAgeMonths'],
    ['a catalog year that is none', { catalogYear: '2014-16' }, 'catalogYear'],
  ]
  for (const [title, change, field] of table)
    it(`is refused with ${title}`, () => {
      const faults = faultsOf({ ...next, ...change }, [first])

      expect(faults.map((fault) => fault.field)).to.deep.equal([field])
    })
})

describe('a catalog year', () => {
  const table: [string, boolean][] = [
    ['2014-15', true],
    ['1999-00', true],
    ['2014-16', false],
    ['2014', false],
    ['14-15', false],
    ['2014-15 to 2022-23', false],
  ]
  for (const [text, isOne] of table)
    it(`${isOne ? 'is' : 'is not'} "${text}"`, () => {
      expect(isCatalogYear(text)).to.equal(isOne)
    })
})
