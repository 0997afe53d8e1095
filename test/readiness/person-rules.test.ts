import { expect } from 'chai'
import fc from 'fast-check'
import { addDays } from '../../src/calendar.js'
import { emptySummary, type Learner } from '../../src/learners/learner.js'
import type { Mark, MarkKind, MarkRole } from '../../src/readiness/mark.js'
import { proofOf, type ProofInput } from '../../src/readiness/proof.js'
import {
  editionOf,
  rulesInForce,
  scopedInForce,
  type Rule,
  type RuleSet,
  type Scope,
} from '../../src/readiness/rules.js'
import { mostToward, withToward } from '../../src/readiness/toward.js'
import { aBadge, aCompletion, aStep, aTrack, anAward } from '../support/build-learning.js'
import { anAgreement, firstRules } from '../support/build-record.js'

const url = 'https://ada.example.org'
const learner: Learner = {
  id: 'ada',
  communityId: 'portland',
  name: 'Ada',
  place: { city: 'Portland' },
  language: 'en',
  enrollments: [],
  profiles: [],
  joinedOn: '2014-01-01',
  portfolioUrl: url,
  demonstration: false,
  summary: emptySummary,
}

let marked = 0
const mark = (kind: MarkKind, on: string, byRole: MarkRole, about = ''): Mark => ({
  id: `mark-${String((marked += 1))}`,
  communityId: 'portland',
  learnerId: 'ada',
  kind,
  on,
  about,
  byAccountId: byRole,
  byName: `The ${byRole}`,
  byRole,
  at: new Date('2015-03-01T12:00:00Z'),
  demonstration: false,
})

const bare: ProofInput = {
  learner,
  today: '2015-03-09',
  facts: [],
  awards: [],
  tracks: [],
  badges: [],
  marks: [],
  granted: [],
}
const found = (rule: Rule, input: Partial<ProofInput>) =>
  proofOf({ version: 1, rules: [rule] }, { ...bare, ...input }).rules[0]

const portfolio: Rule = { id: 'p', kind: 'portfolio', months: 1 }
const byPerson: Rule = { id: 'p', kind: 'portfolio', checkedBy: 'person' }
const signOff: Rule = { id: 's', kind: 'mentor-sign-off', months: 12 }
const practice: Rule = { id: 'i', kind: 'interview-practice', count: 2 }
const skills: Rule = {
  id: 'a',
  kind: 'skill-age',
  months: 6,
  lowestLevel: 'provider-confirmed',
}
const credit: Rule = { id: 'c', kind: 'credit', count: 1 }

describe('rules that rest on what people say and what a learner shows', () => {
  const cases: [string, Rule, Partial<ProofInput>, string][] = [
    ['no résumé', { id: 'r', kind: 'resume' }, {}, 'resume'],
    [
      'a résumé',
      { id: 'r', kind: 'resume' },
      { learner: { ...learner, resumeUrl: 'https://cv.example.org' } },
      'met',
    ],
    [
      'no portfolio link',
      portfolio,
      { learner: { joinedOn: '2014-01-01', place: { city: 'Portland' } } },
      'portfolioNone',
    ],
    ['a link nobody opened', portfolio, {}, 'portfolioCheck'],
    [
      'another address opened',
      portfolio,
      { marks: [mark('portfolio', '2015-03-01', 'mentor', 'https://old.example.org')] },
      'portfolioCheck',
    ],
    [
      'a link opened a month ago to the day',
      portfolio,
      { marks: [mark('portfolio', '2015-02-09', 'staff', url)] },
      'met',
    ],
    [
      'a link opened a month and a day ago',
      portfolio,
      { marks: [mark('portfolio', '2015-02-08', 'staff', url)] },
      'portfolioCheckAgain',
    ],
    [
      'a link that only the program asked, where a person must',
      byPerson,
      { marks: [mark('portfolio', '2015-03-01', 'program', url)] },
      'portfolioCheck',
    ],
    ['no sign-off', signOff, {}, 'signOff'],
    ['a sign-off', signOff, { marks: [mark('sign-off', '2014-03-09', 'mentor')] }, 'met'],
    [
      'an old sign-off',
      signOff,
      { marks: [mark('sign-off', '2014-03-08', 'mentor')] },
      'signOffAgain',
    ],
    [
      'practice of which one is the learner’s own word',
      practice,
      {
        marks: [mark('practice', '2015-01-01', 'learner'), mark('practice', '2015-01-02', 'staff')],
      },
      'practice',
    ],
    [
      'practice where the own word counts',
      { ...practice, ownWord: true },
      {
        marks: [mark('practice', '2015-01-01', 'learner'), mark('practice', '2015-01-02', 'staff')],
      },
      'met',
    ],
    ['skills without evidence', skills, { facts: [] }, 'skillsNone'],
    [
      'fresh skills by the learner’s own word',
      skills,
      { facts: [aCompletion('html', { level: 'self-reported', earnedOn: '2015-03-01' })] },
      'skillsNone',
    ],
    [
      'skills six months old to the day',
      skills,
      { facts: [aCompletion('html', { earnedOn: '2014-09-09' })] },
      'met',
    ],
    [
      'skills a day older',
      skills,
      { facts: [aCompletion('html', { earnedOn: '2014-09-08' })] },
      'skillsOld',
    ],
    ['no credit granted', credit, {}, 'credit'],
    [
      'credit granted',
      credit,
      { granted: [{ course: 'CIS 122', collegeName: 'PCC', on: '2015-01-01' }] },
      'met',
    ],
  ]
  for (const [title, rule, input, outcome] of cases)
    it(`${outcome === 'met' ? 'are met by' : 'are not met by'} ${title}`, () => {
      const proof = found(rule, input)

      expect(proof?.missing?.key.split('.').at(-1) ?? 'met').to.equal(outcome)
      expect(proof?.met).to.equal(outcome === 'met')
    })

  it('say until when they hold: a mark of 31 January and one month until 28 February', () => {
    const marks = [mark('portfolio', '2015-01-31', 'mentor', url)]

    expect(found(portfolio, { marks, today: '2015-02-28' })).to.include({
      met: true,
      until: '2015-02-28',
    })
    expect(found(portfolio, { marks, today: '2015-03-01' })?.met).to.equal(false)
  })

  it('hold until exactly the day they say, and no day longer', () => {
    const days = fc
      .integer({ min: 1, max: 28 })
      .map((day) => `2015-02-${String(day).padStart(2, '0')}`)
    fc.assert(
      fc.property(fc.array(days, { minLength: 2, maxLength: 6 }), (all) => {
        const marks = all.map((on) => mark('practice', on, 'mentor'))
        const rule: Rule = { id: 'i', kind: 'interview-practice', count: 2, months: 1 }
        const { met, until = '' } = found(rule, { marks, today: '2015-02-28' }) ?? {}
        expect(met).to.equal(true)
        expect(found(rule, { marks, today: until })?.met).to.equal(true)
        const after = new Date(`${until}T00:00:00Z`)
        after.setUTCDate(after.getUTCDate() + 1)
        const next = after.toISOString().slice(0, 10)
        expect(found(rule, { marks, today: next })?.met).to.equal(false)
      }),
    )
  })

  it('do not make somebody ready anew because a word was given again in time', () => {
    const signedOff: Rule = { id: 's', kind: 'mentor-sign-off', months: 1 }
    const since = (...days: string[]) =>
      proofOf(
        { version: 1, rules: [signedOff] },
        { ...bare, marks: days.map((on) => mark('sign-off', on, 'mentor')) },
      ).since

    expect(since('2015-01-20', '2015-02-10')).to.equal('2015-01-20')
    expect(since('2015-01-10', '2015-02-10'), 'again on the last day').to.equal('2015-01-10')
    expect(since('2015-01-10', '2015-02-11'), 'again on the day after').to.equal('2015-01-10')
    expect(since('2015-01-10', '2015-02-12'), 'a day without').to.equal('2015-02-12')
  })

  it('are met since the day from which they were on every day up to now', () => {
    const today = '2015-04-10'
    const day = fc.integer({ min: 0, max: 99 }).map((back) => addDays(today, -back))
    const rule = { id: 'i', kind: 'interview-practice', months: 1 } as const
    fc.assert(
      fc.property(
        fc.array(day, { maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        (days, count) => {
          const marks = days.map((on) => mark('practice', on, 'mentor'))
          const wasMet = (on: string) =>
            found({ ...rule, count }, { marks: marks.filter((one) => one.on <= on), today: on })
              ?.met === true
          let first: string | undefined
          for (let on = today; wasMet(on); on = addDays(on, -1)) first = on
          const proof = proofOf(
            { version: 1, rules: [{ ...rule, count }] },
            { ...bare, marks, today },
          )
          expect(proof.since).to.equal(first)
        },
      ),
    )
  })

  it('do not make somebody ready anew because they went on learning', () => {
    const rules = { version: 1, rules: [skills, { id: 'k', kind: 'contact' } as const] }
    const reachable = { ...learner, email: 'ada@example.org' }
    const at = (on: string) =>
      proofOf(rules, {
        ...bare,
        learner: reachable,
        facts: [aCompletion('html', { earnedOn: on })],
      })

    expect(at('2015-01-05').since).to.equal(at('2015-03-01').since)
  })
})

describe('rules of a track, center or employer', () => {
  const scope: Scope = { kind: 'center', id: 'north', name: 'North' }
  const version = (number: number, from: string, change: Partial<RuleSet> = {}): RuleSet => ({
    id: `r${String(number)}`,
    communityId: 'portland',
    version: number,
    from,
    rules: firstRules,
    publishedBy: 'manager',
    publishedAt: new Date('2015-01-01T00:00:00Z'),
    ...change,
  })
  const versions = [
    version(1, '2015-01-01'),
    version(2, '2015-06-01', { scope, rules: [credit] }),
    version(3, '2015-02-01'),
    version(4, '2015-07-01', { scope, rules: [] }),
  ]

  it('come on top from their day on and leave the program’s own alone', () => {
    expect(rulesInForce(versions, '2015-06-15')?.version).to.equal(3)
    expect(scopedInForce(versions, '2015-05-31')).to.deep.equal([])
    expect(scopedInForce(versions, '2015-06-01').map((one) => one.version)).to.deep.equal([2])
    expect(scopedInForce(versions, '2015-07-01')).to.deep.equal([])
  })

  it('begin on their day also when others were published since that began before', () => {
    const planned = version(2, '2015-06-01')
    const scoped = version(4, '2015-06-01', { scope, rules: [credit] })
    const all = [
      version(1, '2015-01-01'),
      planned,
      version(3, '2015-02-01'),
      scoped,
      version(5, '2015-02-01', { scope, rules: [] }),
    ]
    const inForce = (on: string) => [
      rulesInForce(all, on)?.version,
      ...scopedInForce(all, on).map((one) => one.version),
    ]

    expect(inForce('2015-05-31')).to.deep.equal([3])
    expect(inForce('2015-06-01')).to.deep.equal([2, 4])
    all.push(version(6, '2015-06-01'))
    expect(inForce('2015-06-01'), 'the last of one day').to.deep.equal([6, 4])
  })

  it('move the edition with every publication and every day on which one begins', () => {
    const days = ['2014-01-01', '2015-01-01', '2015-02-01', '2015-06-01', '2015-07-01']
    expect(days.map((day) => editionOf(versions, day))).to.deep.equal([1, 1, 2, 3, 4])
    expect(editionOf([], '2015-01-01')).to.equal(0)
  })
})

describe('what evidence also counts toward', () => {
  const badges = [
    aBadge('html', { kind: 'completion', provider: 'treehouse', course: 'html' }),
    aBadge('css', { kind: 'completion', provider: 'treehouse', course: 'css' }),
  ]
  const web = aTrack([aStep('html'), aStep('css')])
  const other = aTrack([aStep('css')], { slug: 'design', title: 'Design' })
  const input: ProofInput = {
    ...bare,
    tracks: [web],
    badges,
    facts: [aCompletion('html')],
    awards: [anAward('html', { evidenceLevel: 'provider-confirmed' })],
  }
  const rules: Rule[] = [
    { id: 'track', kind: 'track-finished' },
    { id: 'badges', kind: 'course-badges', count: 1, lowestLevel: 'self-reported' },
  ]
  const proof = proofOf({ version: 1, rules }, input)
  const sources = {
    agreements: [anAgreement()],
    badges,
    tracks: [web, other],
    today: '2015-03-09',
  }

  it('names the course of a badge held, and badge, course and track of the next step', () => {
    const [track, held] = withToward(proof, sources).rules

    expect(held?.toward).to.deep.equal([
      { kind: 'course', course: 'CIS 122', collegeName: 'The pcc' },
    ])
    expect(track?.toward).to.deep.equal([
      { kind: 'badge', name: 'Badge css' },
      { kind: 'course', course: 'CIS 122', collegeName: 'The pcc' },
      { kind: 'track', title: 'Design' },
    ])
  })

  it('names no agreement that is not offered that day, and never more than a few', () => {
    const ended = withToward(proof, { ...sources, agreements: [anAgreement({ to: '2015-03-08' })] })
    const many = Array.from({ length: 9 }, (_, at) =>
      anAgreement({ series: `s${String(at)}`, course: `CIS ${String(at)}` }),
    )

    expect(ended.rules[1]?.toward).to.equal(undefined)
    expect(withToward(proof, { ...sources, agreements: many }).rules[1]?.toward).to.have.length(
      mostToward,
    )
  })

  it('changes no rule: only what is said beside it', () => {
    const told = withToward(proof, sources)

    expect(told.rules.map(({ toward: _toward, ...rule }) => rule)).to.deep.equal(proof.rules)
  })
})
