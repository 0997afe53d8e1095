import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import type { Agreement } from '../../src/agreements/agreement.js'
import { effectIdOf, findEffect } from '../../src/agreements/effect-store.js'
import { effectOf, measureEffects } from '../../src/agreements/measure-effect.js'
import { insertProposal } from '../../src/agreements/proposal-store.js'
import type { Proposal } from '../../src/agreements/proposal.js'
import { offeredNaming } from '../../src/agreements/offered-naming.js'
import { readCredits } from '../../src/credits/read-credits.js'
import { insertAwards } from '../../src/badges/award-store.js'
import type { Award } from '../../src/badges/badge.js'
import { insertLearners } from '../../src/learners/learner-store.js'
import { readHome } from '../../src/learners/read-home.js'
import { mostToward } from '../../src/readiness/toward.js'
import { makeIndexes, openDatabase } from '../../src/database.js'
import { quantile, report, timings } from './measure.js'

const now = new Date('2015-03-09T19:00:00Z')
const ports = { now: () => now }

const award = (learnerId: string, badge: string, communityId: string): Award => ({
  id: `${learnerId}-${badge}`,
  learnerId,
  communityId,
  badge,
  badgeVersion: 1,
  awardedOn: '2015-01-15',
  evidenceLevel: 'provider-confirmed',
  facts: [],
  state: 'live',
})

const agreement = (at: number, communityId: string, badges: readonly string[]): Agreement => ({
  id: `${communityId}-${at}`,
  series: `${communityId}-${at}`,
  version: 1,
  communityId,
  collegeId: `college-${at % 50}`,
  collegeName: `College ${at % 50}`,
  course: `CIS ${at}`,
  courseTitle: 'A course',
  credits: 4,
  unit: 'quarter',
  badges: { of: badges, atLeast: 2 },
  lowestLevel: 'provider-confirmed',
  mayShareBadges: false,
  fills: 'elective',
  from: '2014-01-01',
  demonstration: false,
})

/** Agreements ask for two of three badges out of 200. */
const catalog = Array.from({ length: 200 }, (_, index) => `badge-${index}`)
const onDay = '2015-03-09'

/** Thirty agreements are met by whoever holds every tenth badge; of each of the others such a learner has one badge at most. */
async function keepAgreements(count: number): Promise<string> {
  const communityId = `agreements-${count}`
  const near = (at: number) => [0, 67, 134].map((step) => catalog[(at + step) % 200] ?? '')
  const met = (at: number) => [0, 10, 27].map((step) => catalog[(at * 10 + step) % 200] ?? '')
  const all = Array.from({ length: count }, (_, at) =>
    agreement(at, communityId, at < 30 ? met(at) : near(at)),
  )
  for (let at = 0; at < count; at += 1_000) await insertAgreements(all.slice(at, at + 1_000))
  return communityId
}

/** What a learner's start page reads, and the agreements their record names beside rules, for 20 badges. */
async function pagesOf(communityId: string): Promise<{ home: number; named: number }> {
  const id = `home-${communityId}`
  const held = catalog.filter((_, at) => at % 10 === 0)
  await insertLearners([
    {
      id,
      communityId,
      name: 'Ada',
      language: 'en',
      place: { city: 'Portland' },
      joinedOn: '2015-01-01',
      enrollments: [],
      profiles: [],
      demonstration: false,
    },
  ])
  await insertAwards(held.map((badge) => award(id, badge, communityId)))
  const actor = {
    accountId: id,
    name: 'Ada',
    learnerId: id,
    email: '',
    language: 'en',
    roles: [],
  } as const
  const { credits } = await readHome(actor, ports)
  if (credits.length !== 30) throw new Error(`${credits.length} lines of credit, not 30`)
  const home = await timings(() => readHome(actor, ports), 60)
  const named = await timings(() => offeredNaming(communityId, held, onDay, mostToward), 60)
  return { home: quantile(home, 0.95), named: quantile(named, 0.95) }
}

/** The learner holds 20 badges, or those and 40 of which no agreement asks for two. */
async function matching(communityId: string, badges: 20 | 60): Promise<number> {
  const learner = { id: `learner-${badges}`, communityId }
  const held = catalog.filter((_, at) => at % 10 === 0)
  const more = Array.from({ length: badges - held.length }, (_, at) => `other-${at}`)
  const awards = [...held, ...more].map((one) => award(learner.id, one, communityId))
  const { matches } = await readCredits(learner, awards, onDay)
  if (matches.length !== 30) throw new Error(`${matches.length} matches, not 30`)
  return quantile(await timings(() => readCredits(learner, awards, onDay), 60), 0.95)
}

/** Matching one learner against 10,000 agreements in force, against 1,000, and one with 60 badges. */
async function benchMatching(): Promise<void> {
  const few = await matching(await keepAgreements(1_000), 20)
  const community = await keepAgreements(10_000)
  const many = await matching(community, 20)
  report({
    bench: 'p95 of matching one learner with 10,000 agreements in force',
    ratio: many / few,
    against: 'the same with 1,000',
    milliseconds: many,
    fewMilliseconds: few,
  })
  const [fewPages, manyPages] = [await pagesOf('agreements-1000'), await pagesOf(community)]
  report({
    bench: 'p95 of what a learner home reads with 10,000 agreements in force',
    ratio: manyPages.home / fewPages.home,
    against: 'the same with 1,000',
    milliseconds: manyPages.home,
    fewMilliseconds: fewPages.home,
  })
  report({
    bench: 'p95 of the agreements a record names beside its rules, with 10,000 in force',
    ratio: manyPages.named / fewPages.named,
    against: 'the same with 1,000',
    milliseconds: manyPages.named,
    fewMilliseconds: fewPages.named,
  })
  const loaded = await matching(community, 60)
  report({
    bench: 'p95 of matching a learner with 60 badges among 10,000 agreements',
    ratio: loaded / many,
    against: 'a learner with 20 badges there',
    milliseconds: loaded,
    fewMilliseconds: many,
  })
}

const proposalFor = (communityId: string): Proposal => ({
  id: `proposal-${communityId}`,
  communityId,
  collegeId: 'college-0',
  collegeName: 'College 0',
  series: `series-${communityId}`,
  version: 1,
  terms: { ...agreement(1, communityId, ['common', 'rare']), badges: { of: ['common', 'rare'] } },
  revision: 1,
  steps: 0,
  state: 'proposed',
  proposedBy: { accountId: 'x', name: 'X', organizationId: 'college-0' },
  reviewers: [],
  approvals: [],
  trail: [],
  changedAt: now,
  demonstration: false,
})

interface Affected {
  readonly asked: number
  readonly counted: number
  readonly gains: number
}

/** Everybody holds the common badge and every fourth the rare one; the change asks for both. */
async function whoIsAffected(learners: number): Promise<Affected> {
  const communityId = `affected-${learners}`
  for (let at = 0; at < learners; at += 2_000) {
    const ids = Array.from({ length: Math.min(2_000, learners - at) }, (_, index) => at + index)
    await insertAwards(
      ids.flatMap((id) => {
        const learnerId = `${communityId}-${id}`
        const common = award(learnerId, 'common', communityId)
        return id % 4 === 0 ? [common, award(learnerId, 'rare', communityId)] : [common]
      }),
    )
  }
  const proposal = proposalFor(communityId)
  await insertProposal(proposal, [])
  await effectOf(proposal, ports)
  const asked = quantile(await timings(() => effectOf(proposal, ports), 60), 0.95)
  const begin = performance.now()
  const signal = new AbortController().signal
  await measureEffects({ world: { ports }, signal, touch: async () => undefined })
  const counted = performance.now() - begin
  const done = await findEffect(effectIdOf(proposal.id, 1))
  return { asked, counted, gains: done?.counts.gains ?? 0 }
}

/** "Who is affected" by one change over 100,000 learners, against 5,256: the page, and the whole count behind it. */
async function benchAffected(): Promise<void> {
  const few = await whoIsAffected(5_256)
  const many = await whoIsAffected(100_000)
  if (many.gains !== 25_000) throw new Error(`counted ${many.gains}, not 25,000`)
  report({
    bench: 'p95 of asking who is affected, among 100,000 learners, while it is counted',
    ratio: many.asked / few.asked,
    against: 'the same with 5,256 learners',
    milliseconds: many.asked,
    fewMilliseconds: few.asked,
  })
  report({
    bench: 'counting who is affected in the background, for each learner of 100,000',
    ratio: many.counted / 100_000 / (few.counted / 5_256),
    against: 'the same for each of 5,256 learners',
    milliseconds: many.counted,
    fewMilliseconds: few.counted,
  })
}

/** Both, in a database of their own. */
export async function benchCredits(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'waymark-bench-'))
  const database = await openDatabase({ mongodbUri: undefined, dataDir })
  await makeIndexes()
  await benchMatching()
  await benchAffected()
  await mongoose.connection.db?.dropDatabase()
  await database.close()
  rmSync(dataDir, { recursive: true, force: true })
}
