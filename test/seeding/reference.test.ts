import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { faultsOfCriteria } from '../../src/badges/criteria-faults.js'
import { awardingOrder, newlyEarned } from '../../src/badges/earned.js'
import { faultsOf as faultsOfAgreement } from '../../src/agreements/agreement.js'
import type { Fact } from '../../src/providers/evidence.js'
import { faultsOf as faultsOfRules } from '../../src/readiness/rules.js'
import { readReference } from '../../src/seeding/reference.js'
import * as creditRecords from '../../src/seeding/credit-records.js'
import * as records from '../../src/seeding/reference-records.js'
import { progressOf } from '../../src/tracks/progress.js'
import { faultsOfTrack } from '../../src/tracks/track-faults.js'
import { offeredVersions } from '../../src/tracks/track.js'
import { aFact } from '../support/build-learning.js'

const reference = readReference()
const tracks = records.tracksOf(reference)
const badges = records.badgesOf(reference)
const newestFirst = [...tracks].sort((a, b) => a.slug.localeCompare(b.slug) || b.order - a.order)
const offered = offeredVersions(newestFirst)
const trackOf = (slug: string, version: string) =>
  tracks.find((track) => track.slug === slug && track.version === version)!

interface Profile {
  readonly badges: readonly {
    readonly id: number
    readonly name: string
    readonly earned_date: string
  }[]
}

const factsOfProfile = (name: string): Fact[] => {
  const file = new URL(`../providers/fixtures/${name}.json`, import.meta.url)
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile
  return profile.badges.map(({ id, name: title, earned_date }) =>
    aFact(String(id), { title, earnedOn: earned_date.slice(0, 10) }),
  )
}

describe('the reference facts', () => {
  it('have four tracks with steps, in the versions that were found, and four whose list was not', () => {
    const withSteps = tracks
      .filter(({ status }) => status === 'published')
      .map(({ slug, version, steps }) => `${slug} ${version} ${steps.length}`)
    const without = tracks.filter(({ status }) => status === 'list-not-found')

    expect(withSteps).to.deep.equal([
      'front-end-web-development 2016-H2 21',
      'front-end-web-development c2018 23',
      'full-stack-javascript 2016-H2 19',
      'full-stack-javascript c2018 25',
      'php-development 2016-H2 15',
      'web-design 2016-H2 17',
      'web-design c2018 18',
    ])
    expect(without).to.have.length(4)
    expect(without.every(({ topic }) => topic === 'iOS' || topic === 'Android')).to.equal(true)
  })

  it('have no track, criteria, agreement or rule that could not be published by hand', () => {
    const faults = [
      ...tracks.flatMap(faultsOfTrack),
      ...badges.flatMap(({ slug, criteria }) =>
        faultsOfCriteria(slug, criteria, { badges, tracks }),
      ),
      ...faultsOfRules(reference.readinessRules.rules),
    ]
    const agreements = creditRecords.agreementsOf(reference)
    const agreementFaults = agreements.flatMap((agreement) =>
      faultsOfAgreement(
        agreement,
        agreements.filter((a) => a.series === agreement.series && a.version < agreement.version),
      ),
    )

    expect(faults).to.deep.equal([])
    expect(agreementFaults).to.deep.equal([])
  })

  it('draw every track with steps as a real graph: more than one start or branch, no single file', () => {
    for (const track of tracks.filter(({ status }) => status === 'published')) {
      const waiting = track.steps.filter(({ after }) => after.length > 0).length
      const followers = new Map<string, number>()
      for (const { after } of track.steps)
        for (const id of after) followers.set(id, (followers.get(id) ?? 0) + 1)

      expect(waiting, track.slug).to.be.greaterThan(track.steps.length / 2)
      expect(Math.max(...followers.values()), track.slug).to.be.greaterThan(1)
    }
  })

  it('have a badge for every course of every track, a milestone for every track, and a first badge', () => {
    const slugs = new Set(badges.map(({ slug }) => slug))
    const courses = new Set(
      tracks.flatMap(({ steps }) => steps.map(({ courseSlug }) => courseSlug)),
    )
    const milestones = badges.filter(({ kind }) => kind === 'milestone').map(({ track }) => track)

    expect([...courses].filter((course) => !slugs.has(course))).to.deep.equal([])
    expect(milestones).to.have.members(
      offered.filter(({ status }) => status === 'published').map(({ slug }) => slug),
    )
    expect(slugs.has('first-badge')).to.equal(true)
  })

  it('name only badges and courses that exist in the agreements, and only colleges that exist', () => {
    const slugs = new Set(badges.map(({ slug }) => slug))
    const colleges = new Set(reference.colleges.map(({ slug }) => slug))
    const printed = new Map(
      reference.courses
        .filter(({ confirmed }) => confirmed)
        .map((course) => [`${course.college} ${course.subject} ${course.number}`, course]),
    )
    for (const agreement of reference.agreements) {
      const course = printed.get(`${agreement.college} ${agreement.course}`)

      expect(colleges.has(agreement.college), agreement.series).to.equal(true)
      expect(agreement.badges.of.filter((slug) => !slugs.has(slug))).to.deep.equal([])
      expect(course, agreement.series).to.include({
        title: agreement.courseTitle,
        credits: agreement.credits,
        unit: agreement.unit,
      })
    }
  })

  it('know every provider badge that a step or a badge asks for', () => {
    const known = new Set(records.providerBadgesOf(reference).map(({ id }) => id))
    const asked = tracks.flatMap(({ steps }) => steps.flatMap((step) => step.providerBadges))

    expect(asked.filter((id) => !known.has(id))).to.deep.equal([])
    expect(known.size).to.equal(162)
  })

  it('do not let a list that is certainly not whole stand for the course', () => {
    const step = trackOf('front-end-web-development', 'c2018').steps.find(
      ({ id }) => id === 'css-basics',
    )
    const badge = badges.find(({ slug }) => slug === 'css-basics')

    expect(step?.providerBadges).to.deep.equal([])
    expect(badge?.criteria.kind).to.equal('completion')
  })

  it('make organizations with one id each, of the right kind and community', () => {
    const organizations = records.organizationsOf(reference, new Date('2026-01-01T00:00:00Z'))
    const count = (kind: string) => organizations.filter((one) => one.kind === kind).length

    expect(new Set(organizations.map(({ id }) => id)).size).to.equal(organizations.length)
    expect(count('center')).to.equal(17)
    expect(count('college')).to.equal(13)
    expect(organizations.find(({ slug }) => slug === 'worksystems')).to.include({
      kind: 'board',
      communityId: 'portland',
    })
    expect(organizations.find(({ slug }) => slug === 'treehouse')).to.include({ kind: 'provider' })
  })

  it('show no city of a college that was only remembered', () => {
    const organizations = records.organizationsOf(reference, new Date('2026-01-01T00:00:00Z'))

    expect(organizations.find(({ slug }) => slug === 'osu')).to.not.have.property('city')
    expect(organizations.find(({ slug }) => slug === 'pcc')).to.include({ city: 'Portland' })
  })

  it('take referrals at no center until somebody says so, but for a demonstration', () => {
    const accepting = (demonstration: boolean) =>
      records.centersOf(reference, demonstration).filter((center) => center.acceptingReferrals)

    expect(accepting(false)).to.deep.equal([])
    expect(accepting(true).map(({ board }) => board)).to.include('worksystems')
    expect(accepting(true).some(({ status }) => status === 'historical')).to.equal(false)
  })
})

describe('what real profiles earn on the reference tracks and badges', () => {
  const order = awardingOrder(badges)
  const earned = (name: string) =>
    newlyEarned(order, { facts: factsOfProfile(name), awards: [], tracks: offered })
      .added.map(({ badge }) => badge)
      .sort()

  it('real-4, with the sign-up badge only: nothing', () => {
    expect(factsOfProfile('real-4').map(({ item }) => item)).to.deep.equal(['49'])
    expect(earned('real-4')).to.deep.equal([])
  })

  for (const name of ['real-1', 'real-2'])
    it(`${name}, with a few badges of unfinished courses: the first badge`, () => {
      expect(earned(name)).to.deep.equal(['first-badge'])
    })

  it('real-5, with 144 badges: the first badge and the badges of the finished courses', () => {
    expect(factsOfProfile('real-5')).to.have.length(144)
    expect(earned('real-5')).to.deep.equal([
      'ajax-basics',
      'build-a-simple-dynamic-site-with-nodejs',
      'building-a-mean-application',
      'console-foundations',
      'express-basics',
      'first-badge',
      'git-basics',
      'gulp-basics',
      'how-to-make-a-website',
      'html-forms',
      'interactive-web-pages-with-javascript',
      'javascript-basics',
      'javascript-loops-arrays-and-objects',
      'jquery-basics',
      'mongo-basics',
      'nodejs-basics',
      'npm-basics',
      'objectoriented-javascript',
      'using-jquery-plugins',
    ])
  })

  it('real-5 is earned on the day its evidence was, and says self-reported', () => {
    const { added } = newlyEarned(order, {
      facts: factsOfProfile('real-5'),
      awards: [],
      tracks: offered,
    })
    const first = added.find(({ badge }) => badge === 'first-badge')
    const git = added.find(({ badge }) => badge === 'git-basics')

    expect(first).to.include({ awardedOn: '2014-09-06', evidenceLevel: 'self-reported' })
    expect(git).to.include({ awardedOn: '2016-02-23', evidenceLevel: 'self-reported' })
    expect(git?.facts).to.have.length(4)
  })

  const steps: readonly (readonly [string, string, string, number, number, string])[] = [
    ['real-5', 'full-stack-javascript', '2016-H2', 15, 18, 'understanding-this-in-javascript'],
    ['real-5', 'full-stack-javascript', 'c2018', 11, 24, 'introducing-javascript'],
    ['real-5', 'front-end-web-development', '2016-H2', 10, 21, 'css-basics'],
    ['real-5', 'web-design', 'c2018', 1, 18, 'introduction-to-html-and-css'],
    ['real-5', 'php-development', '2016-H2', 2, 13, 'introduction-to-html-and-css'],
    ['real-1', 'front-end-web-development', '2016-H2', 0, 21, 'how-to-make-a-website'],
    ['real-2', 'full-stack-javascript', '2016-H2', 0, 18, 'javascript-basics'],
    ['real-4', 'php-development', '2016-H2', 0, 13, 'introduction-to-html-and-css'],
  ]
  for (const [name, slug, version, done, total, next] of steps)
    it(`${name} has ${done} of ${total} steps of ${slug} ${version}, next ${next}`, () => {
      const progress = progressOf(trackOf(slug, version), factsOfProfile(name))

      expect(progress).to.include({ stepsDone: done, stepsTotal: total, nextStep: next })
    })
})
