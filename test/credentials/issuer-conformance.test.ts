import { expect } from 'chai'
import supertest from 'supertest'
import { insertAwards } from '../../src/badges/award-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import type { Award } from '../../src/badges/badge.js'
import { saveSkills } from '../../src/badges/skill-store.js'
import { courseAlignments } from '../../src/credentials/course-alignment.js'
import type { Copy, JsonObject } from '../../src/credentials/credential.js'
import { identityHash } from '../../src/credentials/identity.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { openIssuer } from '../../src/credentials/open-issuer.js'
import { checkSchema } from '../../src/verification/ob3-schema.js'
import { listBits } from '../../src/credentials/status-list.js'
import { newestListOf } from '../../src/credentials/status-list-store.js'
import { takeIndices } from '../../src/credentials/take-indices.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { insertLearners } from '../../src/learners/learner-store.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import { aBadge, anAward, anEvidence } from '../support/build-learning.js'
import { adaId, anAgreement, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

let world: TestApp

const documentOf = (copy: Copy) => JSON.parse(copy.embedded) as JsonObject
const documentFor = async (id: string) => documentOf((await issueCredential(id, world)).copy)

interface Subject {
  readonly id: string
  readonly identifier?: { readonly salt: string; readonly identityHash: string }[]
  readonly result: { readonly value: string; readonly resultDescription: string }[]
  readonly achievement: {
    readonly criteria: { readonly narrative: string }
    readonly alignment?: { readonly targetType: string; readonly targetCode?: string }[]
    readonly resultDescription: { readonly id: string }[]
  }
}
const subjectOf = (document: JsonObject) => document['credentialSubject'] as Subject

const award = (badge: string, change: Partial<Award> = {}) =>
  anAward(badge, { learnerId: adaId, communityId: community, facts: [], ...change })

/** Every shape we issue: without anything more, and with evidence, skills, a course, many pieces of evidence. */
const shapes: Readonly<Record<string, () => Promise<void>>> = {
  'nothing but the badge': async () => {
    await insertAwards([award('git')])
  },
  'evidence at each level': async () => {
    const facts = (['self-reported', 'provider-confirmed'] as const).map((level) =>
      anEvidence(adaId, `item-${level}`, {
        communityId: community,
        level,
        origin: level,
        title: 'SAFe® — Ünï "quoted" 日本',
      }),
    )
    await recordFacts(facts)
    await insertAwards([award('git', { facts: facts.map(({ id }) => id) })])
  },
  'skills and a college course': async () => {
    await saveSkills([
      { name: 'Git', category: 'tools', socCodes: ['15-1252'], inDemand: [] },
      { name: 'Nobody lists it', category: 'tools', socCodes: [], inDemand: [] },
    ])
    await saveBadgeVersion(
      aBadge(
        'git',
        { kind: 'completion', provider: 'treehouse', course: 'git' },
        { version: 2, skills: ['Git', 'Nobody lists it'] },
      ),
    )
    await insertAgreements([anAgreement({ series: 'cis-9', badges: { of: ['git', 'css'] } })])
    await insertAwards([award('git', { badgeVersion: 2, evidenceLevel: 'provider-confirmed' })])
  },
  'more evidence than is listed': async () => {
    const facts = Array.from({ length: 45 }, (_, at) =>
      anEvidence(adaId, `item-${at}`, { communityId: community, title: 'The same title' }),
    )
    await recordFacts(facts)
    await insertAwards([award('git', { facts: facts.map(({ id }) => id) })])
  },
  'a learner without an address': async () => {
    await insertLearners([
      {
        id: 'learner-nobody',
        communityId: community,
        name: 'Nobody',
        place: { city: 'Portland' },
        language: 'es',
        enrollments: [],
        profiles: [],
        joinedOn: '2015-01-06',
        demonstration: false,
      },
    ])
    await insertAwards([award('git', { learnerId: 'learner-nobody' })])
  },
}

describe('Open Badges 3.0, what an issuer must hold', () => {
  beforeEach(async () => {
    world = testApp()
    await emptyDatabase()
    await keepWorld()
  })

  for (const [shape, make] of Object.entries(shapes))
    it(`I1 ${shape}: fits the schema and the rules beside it`, async () => {
      await make()
      const document = await documentFor('award-git')
      const subject = subjectOf(document)

      expect(await checkSchema(document)).to.deep.equal([])
      expect(document['proof']).to.be.an('array').with.length(1)
      expect(subject.id).to.match(/^urn:uuid:/)
      expect(subject.achievement.criteria.narrative).to.not.equal('')
      expect(document['credentialStatus']).to.not.be.an('array')
      expect(subject.achievement.resultDescription.map(({ id }) => id)).to.include(
        subject.result[0]?.resultDescription,
      )
      expect(JSON.stringify(document)).to.not.match(/null|\[\]|undefined/)
    })

  it('I1 says self-reported where it is', async () => {
    await shapes['evidence at each level']?.()
    const document = await documentFor('award-git')

    expect(subjectOf(document).result[0]?.value).to.equal('self-reported')
    const genres = (document['evidence'] as { genre: string }[]).map(({ genre }) => genre)
    expect(genres).to.have.members(['self-reported', 'provider-confirmed'])
    expect(JSON.stringify(document)).to.include('No provider has confirmed it.')
  })

  it('I4 gives the same address another salt in each credential', async () => {
    await insertAwards([award('git'), award('css')])
    const [one, other] = [await documentFor('award-git'), await documentFor('award-css')]
    const [a, b] = [one, other].map((document) => subjectOf(document).identifier?.[0])

    expect(a?.salt).to.not.equal(b?.salt)
    for (const identity of [a, b])
      expect(identity?.identityHash).to.equal(identityHash(people.ada.email, identity?.salt ?? ''))
  })

  it('I4 gives 10,000 places at random and none twice, also to several who ask at once', async () => {
    const issuer = await openIssuer({ communityId: community }, world)
    const asked = Array.from({ length: 10 }, (_, turn) =>
      takeIndices(
        issuer.id,
        Array.from({ length: 1000 }, (_, at) => `credential-${turn}-${at}`),
        world,
      ),
    )
    const places = (await Promise.all(asked)).flat()
    const indices = places.map(({ index }) => index)

    expect(new Set(places.map(({ list, index }) => `${list.id}/${index}`)).size).to.equal(10_000)
    const mean = indices.reduce((sum, index) => sum + index, 0) / indices.length
    expect(mean / listBits).to.be.within(0.45, 0.55)
    const ascending = indices.filter((index, at) => index > (indices[at - 1] ?? 0)).length
    expect(ascending / indices.length).to.be.within(0.45, 0.55)
  }).timeout(60_000)

  it('I4 begins another list when one is half full', async () => {
    const issuer = await openIssuer({ communityId: community }, world)
    const [place] = await takeIndices(issuer.id, ['one'], world)
    const { default: mongoose } = await import('mongoose')
    await mongoose.connection.db
      ?.collection('status-lists')
      .updateOne({ issuerId: issuer.id }, { $set: { taken: listBits / 2 } })
    const [next] = await takeIndices(issuer.id, ['two'], world)

    expect(next?.list.id).to.not.equal(place?.list.id)
    expect(await newestListOf(issuer.id)).to.include({ number: 2, taken: 1 })
  })

  it('I6 shows no plain address in any public document', async () => {
    await shapes['evidence at each level']?.()
    const { copy } = await issueCredential('award-git', world)
    const list = (documentOf(copy)['credentialStatus'] as { statusListCredential: string })
      .statusListCredential
    const served = await Promise.all(
      [
        '/.well-known/did.json',
        '/.well-known/jwks.json',
        '/achievements/git',
        new URL(list).pathname,
      ].map(async (path) => (await supertest(world.app).get(path)).text),
    )
    const claims = Buffer.from(copy.jws.split('.')[1] ?? '', 'base64url').toString()

    for (const text of [...served, copy.embedded, claims]) {
      expect(text).to.not.include('@example.org')
      expect(text).to.not.include('Lovelace')
    }
  })

  it('I7 names a college course only by an agreement in force that takes the badge', async () => {
    const over = { series: 'over', to: '2015-01-31', course: 'CIS 1' }
    const early = { series: 'early', from: '2016-01-01', course: 'CIS 2' }
    const elsewhere = { series: 'far', communityId: 'elsewhere', course: 'CIS 3' }
    const strict = { series: 'strict', lowestLevel: 'signature-verified', course: 'CIS 4' } as const
    const others = { series: 'others', badges: { of: ['css'] }, course: 'CIS 5' }
    const badges = { of: ['git'] }
    await insertAgreements([
      ...[over, early, elsewhere, strict].map((change) => anAgreement({ badges, ...change })),
      anAgreement(others),
      anAgreement({ series: 'now', badges, course: 'CIS 6' }),
      anAgreement({ series: 'gone', badges, course: 'CIS 7' }),
      anAgreement({
        series: 'gone',
        version: 2,
        badges: { of: ['css'] },
        course: 'CIS 7',
        from: '2015-02-01',
      }),
    ])
    await insertAwards([award('git', { evidenceLevel: 'provider-confirmed' })])
    const document = await documentFor('award-git')

    const codes = (subjectOf(document).achievement.alignment ?? []).map(
      ({ targetCode }) => targetCode,
    )
    expect(codes).to.deep.equal(['CIS 6'])
    expect(JSON.stringify(document)).to.not.match(/creditsEarned|creditsAvailable/)
    const later = courseAlignments(
      { badge: 'git', communityId: community, evidenceLevel: 'provider-confirmed' },
      [anAgreement({ badges, to: '2015-03-01' })],
      '2015-03-02',
      { baseUrl: 'http://localhost', words: () => '' },
    )
    expect(later).to.deep.equal([])
  })
})
