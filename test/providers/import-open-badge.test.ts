import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import supertest from 'supertest'
import type { Actor } from '../../src/access/actor.js'
import { awardsOf } from '../../src/badges/award-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { bakePng } from '../../src/credentials/png-bake.js'
import { bakeSvg } from '../../src/credentials/svg-bake.js'
import { trustIssuer } from '../../src/verification/trust-issuer.js'
import { evidenceOfLearner } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { password } from '../support/build-access.js'
import { aPng, aSvg } from '../support/build-badge-files.js'
import { aLearnerAt, keepCourses, providerStaffAt } from '../support/build-evidence.js'
import {
  aDidDocument,
  anEd25519Key,
  anOutsideBadge,
  anRsaKey,
  embeddedText,
  jwsText,
} from '../support/build-issuers.js'
import { aBadge } from '../support/build-learning.js'
import { emptyDatabase } from '../support/database.js'

interface Answer {
  id: string
  recorded: number
  alreadyKnown: number
  awarded: string[]
  refused: { row: number; field: string; reason: string }[]
  warnings: string[]
  errors?: { field: string }[]
}

const manager: Actor = {
  accountId: 'max',
  name: 'Max Manager',
  email: 'max@example.org',
  language: 'en',
  roles: [],
}
const school = 'did:web:school.example.org'
const key = anEd25519Key(school)
const rsa = anRsaKey(school)
const python = 'https://school.example.org/achievements/python'
const exported = (name: string) =>
  readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')

describe('Bringing an Open Badge', () => {
  let app: TestApp
  let ada: Awaited<ReturnType<typeof aLearnerAt>>

  beforeEach(async () => {
    await emptyDatabase()
    app = testApp({}, '2016-06-01T12:00:00Z')
    await keepCourses()
    ada = await aLearnerAt(app.app, 'Ada')
  })

  const trustSchool = () =>
    trustIssuer(
      manager,
      {
        issuerId: '',
        name: 'The School',
        document: JSON.stringify(aDidDocument(school, [key, rsa])),
      },
      app.clock.at,
    )

  async function bring(badge: string | Buffer, email = ada.email) {
    const token = await supertest(app.app).post('/api/v1/tokens').send({ email, password })
    const { accessToken } = token.body as { accessToken: string }
    const answer = await supertest(app.app)
      .post('/api/v1/imports?source=open-badge')
      .set('Authorization', `Bearer ${accessToken}`)
      .set('Content-Type', 'application/octet-stream')
      .send(badge)
    return { status: answer.status, body: answer.body as Answer }
  }

  const forAda = (change: JsonObject = {}) => {
    const badge = anOutsideBadge(school, change)
    const identifier = [
      {
        type: 'IdentityObject',
        hashed: false,
        identityType: 'emailAddress',
        identityHash: ada.email,
      },
    ]
    return {
      ...badge,
      credentialSubject: { ...(badge['credentialSubject'] as JsonObject), identifier },
    }
  }
  const levels = async () =>
    (await evidenceOfLearner(ada.learnerId)).map(
      ({ level, kind, item, provider, providerName }) => [
        kind,
        provider,
        providerName,
        item,
        level,
      ],
    )

  it('counts as verified when everything passes, whatever it comes as, and once', async () => {
    await trustSchool()
    const json = await embeddedText(forAda(), key)
    const ways = [json, await jwsText(forAda(), rsa), bakePng(aPng(), json), bakeSvg(aSvg(), json)]

    const answers = []
    for (const way of ways) answers.push(await bring(way))

    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201])
    expect(answers.map(({ body }) => [body.recorded, body.alreadyKnown])).to.deep.equal([
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ])
    expect(answers[0]?.body.warnings).to.deep.equal([])
    expect(await levels()).to.deep.equal([
      ['open-badge', school, 'The School', python, 'signature-verified'],
    ])
  })

  it('earns a badge whose criteria ask for it, at the level of its evidence', async () => {
    await trustSchool()
    const criteria = { kind: 'open-badge', issuer: school, achievement: python } as const
    await saveBadgeVersion(aBadge('python', criteria, { lowestLevel: 'signature-verified' }))

    const { body } = await bring(await embeddedText(forAda(), key))

    expect(body.awarded).to.deep.equal(['python'])
    expect((await awardsOf(ada.learnerId)).map((one) => one.evidenceLevel)).to.deep.equal([
      'signature-verified',
    ])
  })

  it('is self-reported from an unknown issuer, and rises once a manager trusts it', async () => {
    await saveBadgeVersion(
      aBadge('python', { kind: 'open-badge', issuer: school, achievement: python }),
    )
    const json = await embeddedText(forAda(), key)

    const first = await bring(json)
    const level = (await levels())[0]?.[4]
    await trustSchool()
    const again = await bring(json)

    expect(first.body.warnings[0]).to.contain('not on our list')
    expect([level, first.body.awarded]).to.deep.equal(['self-reported', ['python']])
    expect([again.body.recorded, again.body.alreadyKnown]).to.deep.equal([1, 0])
    expect((await levels())[0]?.[4]).to.equal('signature-verified')
    expect((await awardsOf(ada.learnerId)).map((one) => one.evidenceLevel)).to.deep.equal([
      'signature-verified',
    ])
  })

  it('refuses a badge of somebody else, says so, and records nothing', async () => {
    await trustSchool()
    const { status, body } = await bring(await embeddedText(anOutsideBadge(school), key))

    expect([status, body.recorded]).to.deep.equal([201, 0])
    expect(body.refused).to.have.length(1)
    expect(body.refused[0]).to.include({ row: 1, field: 'recipient' })
    expect(body.refused[0]?.reason).to.contain('another e-mail address')
    expect(await levels()).to.deep.equal([])
  })

  const refusals: readonly [string, () => Promise<string>, string][] = [
    [
      'a changed one',
      async () => (await embeddedText(forAda(), key)).replaceAll('Python', 'Cobol'),
      'signature',
    ],
    [
      'one signed with a key that is not the issuer’s',
      () => embeddedText(forAda(), anEd25519Key(school)),
      'signature',
    ],
    [
      'an expired one',
      () => embeddedText(forAda({ validUntil: '2016-01-01T00:00:00Z' }), key),
      'validUntil',
    ],
  ]
  for (const [what, badge, field] of refusals)
    it(`refuses ${what}`, async () => {
      await trustSchool()
      const { body } = await bring(await badge())

      expect(body.refused.map((one) => one.field)).to.deep.equal([field])
      expect(await levels()).to.deep.equal([])
    })

  it('is self-reported when it names no address', async () => {
    await trustSchool()
    const { identifier: _identifier, ...subject } = forAda().credentialSubject
    const { body } = await bring(
      await embeddedText(anOutsideBadge(school, { credentialSubject: subject }), key),
    )

    expect(body.warnings[0]).to.contain('your e-mail address')
    expect((await levels())[0]?.[4]).to.equal('self-reported')
  })

  const exports: readonly [string, number, string][] = [
    ['credly', 2, 'credly.com'],
    ['freecodecamp', 1, 'freecodecamp.org'],
    ['badgr', 1, 'https://badgr.example.org/public/issuers/i1'],
  ]
  for (const [name, recorded, provider] of exports)
    it(`reads an export of ${name} as self-reported, once`, async () => {
      const first = await bring(exported(name))
      const again = await bring(exported(name))

      expect(first.status, JSON.stringify(first.body)).to.equal(201)
      expect([first.body.recorded, again.body.recorded]).to.deep.equal([recorded, 0])
      expect(first.body.warnings[0]).to.contain('not signed')
      const known = await levels()
      expect(new Set(known.map(([, from]) => from))).to.deep.equal(new Set([provider]))
      expect(new Set(known.map((one) => one[4]))).to.deep.equal(new Set(['self-reported']))
    })

  it('refuses of an export what was revoked, has expired or is somebody else’s', async () => {
    const { body } = await bring(exported('badgr'))

    expect(body.refused.map(({ row, field }) => [row, field])).to.deep.equal([
      [2, 'revoked'],
      [3, 'recipient'],
    ])
    expect((await bring(exported('credly'))).body.refused.map(({ field }) => field)).to.deep.equal([
      'expires',
    ])
  })

  it('answers 422 for what is no badge and 413 for what is too large, naming the check', async () => {
    for (const [sent, status] of [
      ['{"hello":1}', 422],
      ['not a badge', 422],
      ['[]', 422],
      [aPng(), 422],
      [Buffer.alloc(2_100_000, 32), 413],
    ] as const) {
      const answer = await bring(sent)
      expect(answer.status).to.equal(status)
      expect(answer.body.errors?.[0]?.field).to.equal('parse')
    }
    expect((await bring('{}', await providerStaffEmail())).status).to.equal(403)
  })
  const providerStaffEmail = async () => {
    await providerStaffAt(app.app, 'Pia Provider')
    return 'pia.provider@example.org'
  }

  it('is brought on a page, by file or pasted, and shown with its level on the record', async () => {
    await trustSchool()
    const json = await embeddedText(forAda(), key)

    const sent = await ada.upload('/evidence/badge', {
      name: 'b.png',
      content: bakePng(aPng(), json),
    })
    const pasted = await ada.submit('/evidence/badge/paste', { text: json })
    const wrong = await ada.upload('/evidence/badge', { name: 'b.png', content: aPng() })
    const $ = await ada.read('/record')

    expect([sent.status, pasted.status, wrong.status]).to.deep.equal([303, 303, 422])
    expect(wrong.text).to.contain('no credential in this image')
    expect((await ada.read(sent.headers['location'] ?? ''))('main').text()).to.contain('1 new fact')
    const evidence = $('#record-evidence').text()
    expect(evidence).to.contain('Python Basics').and.to.contain('The School')
    expect(evidence).to.contain('Signature-verified')
    expect(evidence).to.contain('Open Badge')
  })
})
