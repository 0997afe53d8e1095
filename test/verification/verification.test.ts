import { expect } from 'chai'
import fc from 'fast-check'
import {
  checkNames,
  completed,
  isForged,
  outcomes,
  overallOf,
  type Check,
  type CheckName,
  type Outcome,
} from '../../src/verification/verification.js'

const aCheck = (name: CheckName, outcome: Outcome): Check => ({ name, outcome, why: 'x' })

const anyChecks = fc
  .record(Object.fromEntries(checkNames.map((name) => [name, fc.constantFrom(...outcomes)])))
  .map((made) => checkNames.map((name) => aCheck(name, made[name] ?? 'pass')))

const someChecks = fc
  .subarray([...checkNames])
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => fc.constantFrom(...outcomes).map((outcome) => aCheck(name, outcome))),
    ),
  )

describe('The verdict on a badge', () => {
  const cases: readonly [string, Partial<Record<CheckName, Outcome>>, string][] = [
    ['everything passed', {}, 'pass'],
    ['nobody asked whose it is', { recipient: 'not_checked' }, 'pass'],
    [
      'nothing to refresh, nobody endorses it',
      { refresh: 'not_checked', endorsements: 'not_checked' },
      'pass',
    ],
    ['its evidence is self-reported', { evidence: 'warn' }, 'warn'],
    ['its issuer is not in our list', { issuerTrusted: 'warn' }, 'warn'],
    ['its status could not be asked', { status: 'not_checked' }, 'warn'],
    [
      'its signature could not be checked',
      { signature: 'not_checked', issuerKey: 'not_checked' },
      'warn',
    ],
    ['it was withdrawn', { status: 'fail', evidence: 'warn' }, 'fail'],
    ['it is somebody else’s', { recipient: 'fail' }, 'fail'],
  ]
  for (const [what, change, overall] of cases) {
    it(`is ${overall} when ${what}`, () => {
      const checks = checkNames.map((name) => aCheck(name, change[name] ?? 'pass'))

      expect(overallOf(checks)).to.equal(overall)
    })
  }

  it('fails when nothing was checked at all', () => {
    expect(overallOf([])).to.equal('fail')
  })

  it('fails exactly when a check fails', () => {
    fc.assert(
      fc.property(anyChecks, (checks) => {
        const fails = checks.some(({ outcome }) => outcome === 'fail')
        return (overallOf(checks) === 'fail') === fails
      }),
    )
  })

  it('is never better when a check comes out worse', () => {
    const rank = { pass: 0, warn: 1, fail: 2 }
    fc.assert(
      fc.property(anyChecks, fc.constantFrom(...checkNames), (checks, name) => {
        const worse = checks.map((check) =>
          check.name === name ? aCheck(name, check.outcome === 'pass' ? 'warn' : 'fail') : check,
        )
        return rank[overallOf(worse)] >= rank[overallOf(checks)]
      }),
    )
  })

  it('takes everything back after a failed signature or key, but parse, schema and what failed', () => {
    fc.assert(
      fc.property(someChecks, (made) => {
        const checks = completed(made)
        expect(checks.map(({ name }) => name)).to.deep.equal([...checkNames])
        if (!isForged(made)) return
        expect(overallOf(checks)).to.equal('fail')
        for (const { name, outcome } of checks) {
          if (name === 'parse' || name === 'schema') continue
          if (outcome === 'fail') expect(['signature', 'issuerKey']).to.include(name)
          else expect(outcome).to.equal('not_checked')
        }
      }),
    )
  })

  it('never makes up a pass: what was not checked says so', () => {
    fc.assert(
      fc.property(someChecks, (made) => {
        const given = new Map(made.map((check) => [check.name, check.outcome]))
        return completed(made).every(
          ({ name, outcome }) => outcome === 'not_checked' || outcome === given.get(name),
        )
      }),
    )
  })
})
