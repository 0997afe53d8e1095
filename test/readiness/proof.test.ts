import { expect } from 'chai'
import fc from 'fast-check'
import type { Award } from '../../src/badges/badge.js'
import { emptySummary, type Learner } from '../../src/learners/learner.js'
import { evidenceLevels, type EvidenceLevel, type Fact } from '../../src/providers/evidence.js'
import { proofOf, type Proof, type ProofInput } from '../../src/readiness/proof.js'
import { faultsOf, rulesInForce, type RuleSet } from '../../src/readiness/rules.js'
import type { Track } from '../../src/tracks/track.js'
import { anAward } from '../support/build-learning.js'
import { firstRules } from '../support/build-record.js'

const step = (id: string, group?: string) => ({
  id,
  title: `Course ${id}`,
  provider: 'treehouse',
  courseSlug: id,
  providerBadges: [],
  after: [],
  ...(group !== undefined && { group }),
})

const track: Track = {
  slug: 'web',
  version: '1',
  order: 1,
  title: 'Web',
  summary: '',
  topic: 'web',
  provider: 'treehouse',
  status: 'published',
  steps: [step('a'), step('b'), step('c', 'pick'), step('d', 'pick')],
  groups: [{ id: 'pick', title: 'Pick one', choose: 1 }],
}

const unagreed: Learner = {
  id: 'l1',
  communityId: 'portland',
  name: 'Ada Example',
  email: 'ada@example.org',
  place: { city: 'Portland' },
  language: 'en',
  enrollments: [{ track: 'web', version: '1', startedOn: '2015-01-01' }],
  profiles: [],
  joinedOn: '2015-01-01',
  demonstration: false,
  summary: emptySummary,
}

const learner: Learner = {
  ...unagreed,
  programAgreement: { version: '1', acceptedOn: '2015-01-01' },
}

const fact = (item: string, level: EvidenceLevel, earnedOn = '2015-02-01'): Fact => ({
  id: `${item}|${level}|${earnedOn}`,
  provider: 'treehouse',
  kind: 'completion',
  item,
  title: `Course ${item}`,
  earnedOn,
  level,
})

const award = (badge: string, evidenceLevel: EvidenceLevel, awardedOn = '2015-02-02'): Award =>
  anAward(badge, { id: `${badge}|${evidenceLevel}`, awardedOn, evidenceLevel })

const badges = ['a', 'b', 'c', 'd', 'e', 'f'].map((slug) => ({
  slug,
  name: `Badge ${slug}`,
  kind: 'course' as const,
}))

const rules = { version: 3, rules: firstRules }
const whole: ProofInput = {
  learner,
  facts: ['a', 'b', 'c'].map((item) => fact(item, 'provider-confirmed')),
  awards: ['a', 'b', 'c', 'd', 'e'].map((badge) => award(badge, 'provider-confirmed')),
  tracks: [track],
  badges,
  today: '2015-03-09',
  marks: [],
  granted: [],
}

const ruleOf = (proof: Proof, id: string) => proof.rules.find((rule) => rule.id === id)!

describe('the readiness proof', () => {
  it('is whole on confirmed evidence, with the day the last rule was met', () => {
    const proof = proofOf(rules, whole)

    expect(proof).to.deep.include({ ready: true, since: '2015-02-02', rulesVersion: 3 })
    expect(ruleOf(proof, 'finished-track').evidence).to.deep.equal([
      { title: 'Web', on: '2015-02-01', level: 'provider-confirmed' },
    ])
    expect(proof.rules.every((rule) => rule.missing === undefined)).to.equal(true)
  })

  const cases: [string, Partial<ProofInput>, string, string, object, string?][] = [
    ['no track was started', { tracks: [] }, 'finished-track', 'noTrack', {}],
    [
      'a step of the track is open',
      { facts: whole.facts.slice(1) },
      'finished-track',
      'finishTrack',
      { track: 'Web', done: 2, total: 3, step: 'Course a' },
      'a',
    ],
    [
      'a step is only self-reported',
      { facts: [...whole.facts.slice(1), fact('a', 'self-reported')] },
      'confirmed-track',
      'confirmStep',
      { track: 'Web', done: 2, total: 3, step: 'Course a', level: 'provider-confirmed' },
    ],
    [
      'the track is neither finished nor confirmed',
      { facts: [] },
      'confirmed-track',
      'finishTrackFirst',
      { track: 'Web', done: 0, total: 3, step: '', level: 'provider-confirmed' },
    ],
    [
      'badges are too few',
      { awards: whole.awards.slice(2) },
      'course-badges',
      'earnBadges',
      { have: 3, need: 2, level: 'provider-confirmed' },
    ],
    [
      'badges are enough but self-reported',
      { awards: [...whole.awards.slice(1), award('a', 'self-reported')] },
      'course-badges',
      'confirmBadges',
      { have: 4, need: 1, level: 'provider-confirmed' },
    ],
    [
      'the person cannot be reached',
      { learner: { ...learner, place: { city: '' } } },
      'contact',
      'contact',
      {},
    ],
    [
      'the program agreement was never accepted',
      { learner: unagreed },
      'program-agreement',
      'agreement',
      {},
    ],
  ]
  for (const [title, change, id, key, params, course] of cases)
    it(`names the next step when ${title}`, () => {
      const proof = proofOf(rules, { ...whole, ...change })

      expect(proof.ready).to.equal(false)
      expect(proof.since).to.equal(undefined)
      expect(ruleOf(proof, id)).to.deep.include({
        met: false,
        missing: {
          key: `readiness:missing.${key}`,
          params,
          ...(course !== undefined && { course }),
        },
      })
    })

  it('counts neither a milestone nor a withdrawn award as a course badge', () => {
    const withdrawn = { ...award('a', 'provider-confirmed'), state: 'withdrawn' as const }
    const milestone = award('web-finished', 'provider-confirmed')

    const proof = proofOf(rules, {
      ...whole,
      awards: [...whole.awards.slice(1), withdrawn, milestone],
      badges: [...badges, { slug: 'web-finished', name: 'Web', kind: 'milestone' }],
    })

    expect(ruleOf(proof, 'course-badges').met).to.equal(false)
  })

  it('is never ready under no rules at all', () => {
    expect(proofOf({ version: 1, rules: [] }, whole).ready).to.equal(false)
  })

  const level = fc.constantFrom(...evidenceLevels)
  const day = fc.integer({ min: 10, max: 28 }).map((n) => `2015-02-${n}`)
  const facts = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), level, day).map((one) => fact(...one)),
    { maxLength: 12 },
  )
  const awards = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), level, day).map((one) => award(...one)),
    { maxLength: 10 },
  )

  it('never loses a met rule to more evidence', () => {
    fc.assert(
      fc.property(facts, facts, awards, awards, (known, more, held, won) => {
        const before = proofOf(rules, { ...whole, facts: known, awards: held })
        const after = proofOf(rules, {
          ...whole,
          facts: [...known, ...more],
          awards: [...held, ...won],
        })

        for (const rule of before.rules)
          if (rule.met) expect(ruleOf(after, rule.id).met).to.equal(true)
      }),
    )
  })

  it('does not depend on the order of evidence', () => {
    fc.assert(
      fc.property(facts, awards, (known, held) => {
        const proof = proofOf(rules, { ...whole, facts: known, awards: held })
        const turned = proofOf(rules, {
          ...whole,
          facts: known.toReversed(),
          awards: held.toReversed(),
        })

        expect({ ...turned, rules: turned.rules.map(({ met }) => met) }).to.deep.equal({
          ...proof,
          rules: proof.rules.map(({ met }) => met),
        })
      }),
    )
  })

  it('says of every rule either the evidence or the next step', () => {
    fc.assert(
      fc.property(facts, awards, (known, held) => {
        for (const rule of proofOf(rules, { ...whole, facts: known, awards: held }).rules)
          expect(rule.met).to.equal(rule.missing === undefined)
      }),
    )
  })
})

describe('versions of the rules', () => {
  const version = (number: number, from: string): RuleSet => ({
    id: `r${number}`,
    communityId: 'portland',
    version: number,
    from,
    rules: firstRules,
    publishedBy: 'manager',
    publishedAt: new Date('2015-01-01T00:00:00Z'),
  })
  const versions = [version(1, '2015-01-01'), version(2, '2015-06-01')]

  it('are in force from their day on, the first one always', () => {
    expect(rulesInForce(versions, '2014-01-01')?.version).to.equal(1)
    expect(rulesInForce(versions, '2015-05-31')?.version).to.equal(1)
    expect(rulesInForce(versions, '2015-06-01')?.version).to.equal(2)
    expect(rulesInForce([], '2015-06-01')).to.equal(undefined)
  })

  it('are refused without rules, with an id used twice, or with a count nobody can reach', () => {
    expect(faultsOf(firstRules)).to.deep.equal([])
    expect(faultsOf([]).map(({ field }) => field)).to.deep.equal(['rules'])
    expect(
      faultsOf([
        { id: 'x', kind: 'contact' },
        { id: 'x', kind: 'agreement' },
      ]).map(({ field }) => field),
    ).to.deep.equal(['rules[1].id'])
    expect(
      faultsOf([
        {
          id: 'x',
          kind: 'course-badges',
          count: 3,
          lowestLevel: 'provider-confirmed',
          badges: ['a', 'b'],
        },
      ]).map(({ field }) => field),
    ).to.deep.equal(['rules[0].count'])
  })
})
