import { expect } from 'chai'
import fc from 'fast-check'
import { actorFrom } from '../../src/access/account.js'
import { insertAwards } from '../../src/badges/award-store.js'
import { withdrawAward } from '../../src/badges/withdraw-award.js'
import { addDays, dayOf } from '../../src/calendar.js'
import { insertAgreements, versionsOf } from '../../src/agreements/agreement-store.js'
import { offeredOn, type Agreement } from '../../src/agreements/agreement.js'
import { appealClaim } from '../../src/claims/appeal-claim.js'
import { isEnded } from '../../src/claims/claim.js'
import { claimsOf } from '../../src/claims/claim-store.js'
import { decideClaim } from '../../src/claims/decide-claim.js'
import { fileClaim } from '../../src/claims/file-claim.js'
import { takeBackCredit } from '../../src/claims/take-back-credit.js'
import { withdrawClaim } from '../../src/claims/withdraw-claim.js'
import { Problem } from '../../src/problems.js'
import { evidenceLevels, type EvidenceLevel } from '../../src/providers/evidence.js'
import { testWorld } from '../support/app.js'
import { anAccount, community } from '../support/build-access.js'
import { anAward } from '../support/build-learning.js'
import { adaId, anAgreement, keepConsent, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const active = { rolesVersion: 1, sessionVersion: 1, state: 'active' } as const
const actor = (account: typeof people.ada) => actorFrom({ ...account, ...active })
const ada = actor(people.ada)
const registrars = [people.cora, anAccount('Rita Registrar', 'college', 'pcc')].map(actor)
const max = actor(people.max)

type Step =
  | { kind: 'earn'; badge: string; level: EvidenceLevel }
  | { kind: 'withdraw'; badge: string }
  | {
      kind: 'publish'
      series: string
      of: string[]
      credits: number
      shares: boolean
      retired: boolean
    }
  | { kind: 'file'; series: string; version: number }
  | {
      kind: 'decide'
      claim: number
      by: number
      decision: 'grant' | 'part' | 'refuse'
      credits: number
    }
  | { kind: 'appeal'; claim: number }
  | { kind: 'withdrawClaim'; claim: number }
  | { kind: 'takeBack'; claim: number; by: number }
  | { kind: 'wait'; days: number }

const badge = fc.constantFrom('html', 'css', 'js')
const series = fc.constantFrom('cis-122', 's2', 's3')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('earn'),
      badge,
      level: fc.constantFrom('provider-confirmed', ...evidenceLevels),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), badge }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('publish'),
      series,
      of: fc.uniqueArray(badge, { minLength: 1, maxLength: 2 }),
      credits: fc.integer({ min: 1, max: 5 }),
      shares: fc.boolean(),
      retired: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('file'),
      series,
      version: fc.constantFrom(1, 1, 2),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('decide'),
      claim: fc.constantFrom(0, 0, 1, 2),
      by: fc.nat(1),
      decision: fc.constantFrom('grant', 'part', 'refuse'),
      credits: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('appeal'), claim: fc.constantFrom(0, 0, 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('withdrawClaim'), claim: fc.constantFrom(0, 0, 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('takeBack'),
      claim: fc.constantFrom(0, 0, 1, 2),
      by: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.integer({ min: 1, max: 20 }) }),
  },
)

describe('credit whatever is earned, published, claimed, decided, withdrawn and taken back in whatever order', () => {
  let now: Date
  const world = testWorld()
  const ports = { ...world.ports, now: () => now }

  const steps: { [K in Step['kind']]: (one: Extract<Step, { kind: K }>) => Promise<unknown> } = {
    earn: async ({ badge: slug, level }) => {
      await insertAwards([
        anAward(slug, {
          learnerId: adaId,
          communityId: community,
          evidenceLevel: level,
          awardedOn: dayOf(now),
        }),
      ])
    },
    withdraw: ({ badge: slug }) => withdrawAward(max, `award-${slug}`, 'a mistake', ports),
    publish: async (one) => {
      const earlier = await versionsOf([one.series])
      const from = addDays(dayOf(now), 1)
      if (earlier.some((version) => version.from >= from)) return
      await insertAgreements([
        anAgreement({
          series: one.series,
          version: earlier.length + 1,
          course: one.series,
          badges: { of: one.of },
          credits: one.credits,
          mayShareBadges: one.shares,
          from,
          ...(one.retired && { retired: true }),
        }),
      ])
    },
    file: ({ series: of, version }) => fileClaim(`${of}-v${version}`, ada, ports),
    decide: async ({ claim, by, decision, credits }) => {
      const found = (await claimsOf(adaId))[claim]
      const person = registrars[by]
      if (!found || !person) return
      const amount = decision === 'part' ? { credits: credits / 2 } : {}
      await decideClaim(found.id, { decision, reason: 'so', ...amount }, person, {
        ...world,
        ports,
      })
    },
    appeal: async ({ claim }) => {
      const found = (await claimsOf(adaId))[claim]
      if (found) await appealClaim(found.id, 'look again', ada, ports)
    },
    withdrawClaim: async ({ claim }) => {
      const found = (await claimsOf(adaId))[claim]
      if (found) await withdrawClaim(found.id, undefined, ada, ports)
    },
    takeBack: async ({ claim, by }) => {
      const found = (await claimsOf(adaId))[claim]
      const person = registrars[by]
      if (found && person) await takeBackCredit(found.id, 'a mistake', person, ports)
    },
    wait: async ({ days }) => {
      now = new Date(now.getTime() + days * 86_400_000)
    },
  }

  async function take(one: Step): Promise<void> {
    try {
      await (steps[one.kind] as (given: Step) => Promise<unknown>)(one)
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
    }
  }

  async function expectNothingTwice(): Promise<void> {
    const all = await claimsOf(adaId)
    const given = all.filter(({ granted }) => granted !== undefined)
    for (const { state, granted } of all)
      if (isEnded(state)) expect(granted, `${state} gives nothing`).to.equal(undefined)
    const used = new Map<string, string>()
    for (const claim of given) {
      const versions = await versionsOf([claim.agreement.series])
      const version = versions.find(({ id }) => id === claim.agreement.id) as Agreement
      expect(claim.granted).to.be.at.most(version.credits)
      const earnedOn =
        claim.badges
          .map(({ awardedOn }) => awardedOn)
          .sort()
          .at(-1) ?? ''
      const inForce = [earnedOn, dayOf(claim.filedAt)].flatMap((day) =>
        offeredOn(versions, day).map(({ id }) => id),
      )
      expect(inForce, 'granted under a version in force').to.include(version.id)
      for (const { slug } of claim.badges) {
        expect(version.badges.of).to.include(slug)
        if (version.mayShareBadges) continue
        expect(used.get(slug), `${slug} counts twice`).to.equal(undefined)
        used.set(slug, claim.id)
      }
    }
    expect(new Set(given.map(({ agreement }) => agreement.series)).size).to.equal(given.length)
  }

  it('is never more than the agreements in force allow, and no badge counts twice', async () => {
    let granted = 0
    let ended = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 40, size: 'max' }),
        async (story) => {
          await emptyDatabase()
          now = new Date('2015-03-02T19:00:00Z')
          await keepWorld()
          await keepConsent({ expiresOn: '2016-02-01' })
          await take({ kind: 'earn', badge: 'html', level: 'provider-confirmed' })
          await take({ kind: 'earn', badge: 'css', level: 'provider-confirmed' })
          await take({ kind: 'file', series: 'cis-122', version: 1 })
          for (const one of story) await take(one)
          await expectNothingTwice()
          const kept = await claimsOf(adaId)
          granted += kept.filter(({ events }) => events.some(({ credits }) => credits)).length
          ended += kept.filter(({ events }) =>
            events.some(({ kind }) => kind === 'withdrawn' || kind === 'revoked'),
          ).length
        },
      ),
      { numRuns: 25, seed: 20_150_309 },
    )
    expect(granted, 'the stories grant something').to.be.greaterThan(10)
    expect(ended, 'and withdraw or take back').to.be.greaterThan(5)
  }).timeout(120_000)
})
