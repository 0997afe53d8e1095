import { expect } from 'chai'
import fc from 'fast-check'
import type { Award } from '../../src/badges/badge.js'
import { changesOf, isSamePromise } from '../../src/agreements/agreement-diff.js'
import { faultsAmong, type Known } from '../../src/agreements/agreement-faults.js'
import type { Agreement } from '../../src/agreements/agreement.js'
import { faultsOfCourse, tidyCode, type Course } from '../../src/agreements/course.js'
import { fulfilling } from '../../src/credits/credit.js'
import { effectOn, rarestOf, type Effect } from '../../src/agreements/effect.js'
import {
  afterStep,
  faultsOfStep,
  mayAmend,
  proposalStates,
  stepsOf,
  type Proposal,
  type ProposalState,
  type ProposalStep,
  type Standing,
} from '../../src/agreements/proposal.js'
import { staleReasons } from '../../src/agreements/stale.js'
import { anAward } from '../support/build-learning.js'
import { anAgreement } from '../support/build-record.js'

const rita = { accountId: 'rita', name: 'Rita' }
const rob = { accountId: 'rob', name: 'Rob' }

const aProposal = (change: Partial<Proposal> = {}): Proposal => ({
  id: 'p',
  communityId: 'portland-or',
  collegeId: 'pcc',
  collegeName: 'The pcc',
  series: 'cis-122',
  version: 2,
  terms: anAgreement(),
  revision: 1,
  steps: 0,
  state: 'proposed',
  proposedBy: { accountId: 'pat', name: 'Pat', organizationId: 'treehouse' },
  reviewers: [],
  approvals: [],
  trail: [],
  changedAt: new Date('2015-03-09T19:00:00Z'),
  demonstration: false,
  ...change,
})

const college: Standing = { accountId: 'cora', isCollege: true, isProposer: false }
const reviewer: Standing = { accountId: 'rita', isCollege: true, isProposer: false }
const provider: Standing = { accountId: 'pat', isCollege: false, isProposer: true }

describe('the steps of a proposal', () => {
  const table: [ProposalState, ProposalStep[], ProposalStep[], ProposalStep[]][] = [
    ['proposed', ['route', 'refuse'], ['route', 'refuse'], ['withdraw']],
    ['review', ['route'], ['route', 'approve', 'refuse'], ['withdraw']],
    ['approved', ['publish'], ['publish'], ['withdraw']],
    ['published', [], [], []],
    ['refused', [], [], []],
    ['withdrawn', [], [], []],
  ]
  for (const [state, ofCollege, ofReviewer, ofProvider] of table)
    it(`are given to the right people while it is ${state}`, () => {
      const proposal = aProposal({ state, reviewers: [rita, rob] })

      expect(stepsOf(proposal, college)).to.deep.equal(ofCollege)
      expect(stepsOf(proposal, reviewer)).to.deep.equal(ofReviewer)
      expect(stepsOf(proposal, provider)).to.deep.equal(ofProvider)
    })

  it('lead to approved only when every reviewer has approved', () => {
    const inReview = aProposal({ state: 'review', reviewers: [rita, rob] })

    const first = { ...inReview, ...afterStep(inReview, 'approve', 'rita', []) }
    expect(first).to.deep.include({ state: 'review', approvals: ['rita'] })
    expect(stepsOf(first, reviewer)).to.not.include('approve')
    expect(afterStep(first, 'approve', 'rob', []).state).to.equal('approved')
  })

  it('drop the approval of somebody who is no longer asked', () => {
    const approved = aProposal({ state: 'review', reviewers: [rita, rob], approvals: ['rita'] })

    expect(afterStep(approved, 'route', 'cora', [rob])).to.deep.equal({
      state: 'review',
      reviewers: [rob],
      approvals: [],
    })
    expect(afterStep(approved, 'route', 'cora', [rita]).state).to.equal('approved')
  })

  it('let the college change it until it is settled, a provider until it is taken up', () => {
    const open = (who: Standing) =>
      proposalStates.filter((state) => mayAmend(aProposal({ state }), who))

    expect(open(college)).to.deep.equal(['proposed', 'review', 'approved'])
    expect(open(provider)).to.deep.equal(['proposed'])
  })

  it('need a reason to refuse and somebody to review', () => {
    const faults = (step: ProposalStep, reason?: string, reviewers: string[] = []) =>
      faultsOfStep(step, { reason, reviewers }).map(({ field }) => field)

    expect(faults('refuse')).to.deep.equal(['reason'])
    expect(faults('refuse', '  ')).to.deep.equal(['reason'])
    expect(faults('refuse', 'no')).to.deep.equal([])
    expect(faults('route')).to.deep.equal(['reviewers'])
    expect(faults('route', undefined, ['rita'])).to.deep.equal([])
    expect(faults('approve')).to.deep.equal([])
  })
})

const course: Course = {
  collegeId: 'pcc',
  code: 'CIS 122',
  title: 'Programming Logic',
  credits: 4,
  unit: 'quarter',
  catalogYear: '2014-15',
  topics: [],
  status: 'offered',
}
const known = (change: Partial<Known> = {}): Known => ({
  course,
  badges: new Map([
    ['html', { status: 'published' }],
    ['css', { status: 'published' }],
    ['old', { status: 'retired' }],
  ]),
  earlier: [],
  others: [],
  today: '2015-03-09',
  ...change,
})

describe('what forbids a version', () => {
  const first = anAgreement()
  const table: [string, Partial<Agreement>, Partial<Known>, string[]][] = [
    ['nothing', {}, {}, []],
    ['a start in the past of a first version: nothing', { from: '2013-01-01' }, {}, []],
    [
      'a replacement that starts in the past',
      { version: 2, from: '2015-03-08' },
      { earlier: [first] },
      ['from'],
    ],
    [
      'a replacement from today: nothing',
      { version: 2, from: '2015-03-09' },
      { earlier: [first] },
      [],
    ],
    ['a course that does not exist', {}, { course: undefined }, ['course']],
    ['a course that is withdrawn', {}, { course: { ...course, status: 'withdrawn' } }, ['course']],
    ['more credits than the course gives', { credits: 5 }, {}, ['credits']],
    [
      'semester credits worth more than the course',
      { credits: 3, unit: 'semester' },
      {},
      ['credits'],
    ],
    ['semester credits worth less: nothing', { credits: 2, unit: 'semester' }, {}, []],
    ['a badge nobody knows', { badges: { of: ['html', 'nothing'] } }, {}, ['badges.of']],
    ['badges that can no longer be earned', { badges: { of: ['html', 'old'] } }, {}, ['badges.of']],
    [
      'a retired badge where enough others are left: nothing',
      { badges: { of: ['html', 'old'], atLeast: 1 } },
      {},
      [],
    ],
    [
      'the same badges promised at the same time',
      {},
      { others: [anAgreement({ series: 'twin', from: '2015-01-01' })] },
      ['from'],
    ],
    [
      'the same badges promised at another time: nothing',
      { to: '2014-12-31' },
      { others: [anAgreement({ series: 'twin', from: '2015-01-01' })] },
      [],
    ],
    [
      'the same badges in an agreement that was ended: nothing',
      {},
      { others: [anAgreement({ series: 'twin', retired: true })] },
      [],
    ],
    ['an inverted term', { from: '2015-04-01', to: '2015-03-31' }, {}, ['to']],
  ]
  for (const [title, change, world, fields] of table)
    it(`is named: ${title}`, () => {
      const faults = faultsAmong(anAgreement(change), known(world))

      expect(faults.map(({ field }) => field)).to.deep.equal(fields)
    })

  it('asks nothing of course and badges when it ends the agreement', () => {
    const end = anAgreement({ version: 2, from: '2015-04-01', retired: true })

    expect(
      faultsAmong(end, known({ earlier: [first], course: undefined, badges: new Map() })),
    ).to.deep.equal([])
  })
})

describe('what differs between versions', () => {
  it('is named field by field, whatever the order of badges', () => {
    const before = anAgreement({ badges: { of: ['html', 'css'] } })
    const after = anAgreement({
      badges: { of: ['css', 'html'], atLeast: 2 },
      credits: 3,
      note: 'n',
    })

    expect(changesOf(before, after).map(({ field }) => field)).to.deep.equal(['credits', 'note'])
    expect(isSamePromise(before, { ...before, decidedBy: 'x', internalNote: 'y' })).to.equal(true)
    expect(isSamePromise(before, after)).to.equal(false)
  })

  it('is everything it says for a first version', () => {
    const fields = changesOf(undefined, anAgreement()).map(({ field }) => field)

    expect(fields).to.include.members(['course', 'credits', 'badges', 'from'])
    expect(fields).to.not.include('retired')
  })
})

const held = (badge: string, awardedOn = '2014-05-01'): Award =>
  anAward(badge, { awardedOn, evidenceLevel: 'provider-confirmed' })

describe('whom a version touches', () => {
  const on = '2015-06-01'
  const v1 = anAgreement({ from: '2014-01-01' })
  const v2 = (change: Partial<Agreement>) => anAgreement({ version: 2, from: on, ...change })
  const table: [string, Award[], Agreement[], Agreement, Effect | undefined][] = [
    ['nobody without badges', [], [v1], v2({}), undefined],
    ['whom it newly fits', [held('html')], [v1], v2({ badges: { of: ['html'] } }), 'gains'],
    [
      'who keeps the old one',
      [held('html'), held('css')],
      [v1],
      v2({ badges: { of: ['js'] } }),
      'keeps',
    ],
    [
      'who earned before anything was in force',
      [held('html', '2013-01-01'), held('css', '2013-01-01')],
      [v1],
      v2({ badges: { of: ['js'] } }),
      'loses',
    ],
    [
      'whom it gives more',
      [held('html', '2013-01-01'), held('css', '2013-01-01')],
      [v1],
      v2({ credits: 4.5 }),
      'more',
    ],
    [
      'whom it gives less',
      [held('html', '2013-01-01'), held('css', '2013-01-01')],
      [v1],
      v2({ credits: 2 }),
      'less',
    ],
    ['nobody it treats as before', [held('html'), held('css')], [v1], v2({}), undefined],
    [
      'all it fits when it is the first',
      [held('html'), held('css')],
      [],
      { ...v1, from: on },
      'gains',
    ],
    ['keepers of what is ended', [held('html'), held('css')], [v1], v2({ retired: true }), 'keeps'],
  ]
  for (const [title, awards, earlier, next, effect] of table)
    it(`are named: ${title}`, () => {
      expect(effectOn(awards, earlier, next, on)).to.equal(effect)
    })

  it('are all among the holders of the rarest badges', () => {
    const slug = fc.constantFrom('a', 'b', 'c', 'd', 'e')
    const set = fc
      .tuple(fc.uniqueArray(slug, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5 }))
      .map(([of, atLeast]) => ({ of, atLeast: Math.min(atLeast, of.length) }))
    fc.assert(
      fc.property(
        set,
        fc.uniqueArray(slug),
        fc.dictionary(slug, fc.nat(9)),
        (badges, holds, counts) => {
          const asked = rarestOf(badges, new Map(Object.entries(counts)))
          const awards = holds.map((badge) => held(badge))
          if (fulfilling(anAgreement({ badges }), awards, '2015-03-09'))
            expect(holds.some((badge) => asked.includes(badge))).to.equal(true)
          expect(asked.length).to.equal(badges.of.length - badges.atLeast + 1)
        },
      ),
    )
  })
})

describe('an agreement to look at again', () => {
  const badges = new Map([
    ['html', { version: 1, status: 'published' as const }],
    ['css', { version: 2, status: 'published' as const }],
    ['old', { version: 1, status: 'retired' as const }],
  ])
  const base = {
    catalogYear: '2014-15',
    badgeVersions: [
      { slug: 'html', version: 1 },
      { slug: 'css', version: 2 },
    ],
  }
  const table: [string, Partial<Agreement>, Course | undefined, string[]][] = [
    ['none while nothing changed', base, course, []],
    ['an unknown course', base, undefined, ['courseUnknown']],
    ['a withdrawn course', base, { ...course, status: 'withdrawn' }, ['courseWithdrawn']],
    ['another title', base, { ...course, title: 'Other' }, ['courseTitle']],
    ['fewer credits', base, { ...course, credits: 3 }, ['courseCredits']],
    ['more credits: still whole', base, { ...course, credits: 5 }, []],
    ['another unit', base, { ...course, unit: 'semester' }, ['courseCredits']],
    ['a newer catalog', base, { ...course, catalogYear: '2015-16' }, ['catalogYear']],
    ['an older catalog: nothing', base, { ...course, catalogYear: '2013-14' }, []],
    [
      'a newer badge',
      { ...base, badgeVersions: [{ slug: 'css', version: 1 }] },
      course,
      ['badgeVersion'],
    ],
    ['a retired badge', { ...base, badges: { of: ['old'] } }, course, ['badgeRetired']],
    ['an unknown badge', { ...base, badges: { of: ['gone'] } }, course, ['badgeUnknown']],
  ]
  for (const [title, change, now, kinds] of table)
    it(`is named: ${title}`, () => {
      const reasons = staleReasons(anAgreement(change), now, badges)

      expect(reasons.map(({ kind }) => kind)).to.deep.equal(kinds)
    })
})

describe('a course of a catalog', () => {
  it('has a tidy code', () => {
    expect(tidyCode('  cis   122 ')).to.equal('CIS 122')
  })

  const table: [string, Partial<Course>, string[]][] = [
    ['as it is', {}, []],
    ['a code that is none', { code: 'programming' }, ['code']],
    ['credits out of range', { credits: 40 }, ['credits']],
    ['a wrong year', { catalogYear: '2014' }, ['catalogYear']],
  ]
  for (const [title, change, fields] of table)
    it(`is ${fields.length > 0 ? 'refused' : 'kept'}: ${title}`, () => {
      expect(faultsOfCourse({ ...course, ...change }).map(({ field }) => field)).to.deep.equal(
        fields,
      )
    })

  it('is refused with credits of no kind', () => {
    const { unit: _unit, ...rest } = course

    expect(faultsOfCourse(rest).map(({ field }) => field)).to.deep.equal(['unit'])
  })
})
