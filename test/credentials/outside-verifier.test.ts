import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { verifyCredential } from '@digitalcredentials/verifier-core'
import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import supertest from 'supertest'
import { insertAwards } from '../../src/badges/award-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { saveSkills } from '../../src/badges/skill-store.js'
import type { Copy, JsonObject } from '../../src/credentials/credential.js'
import { signEmbedded } from '../../src/credentials/embedded-proof.js'
import { endCopies } from '../../src/credentials/end-copies.js'
import { endorseBadge } from '../../src/credentials/endorse-badge.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { multibaseOf } from '../../src/credentials/multikey.js'
import { rotateKeys } from '../../src/credentials/rotate-keys.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import { testApp, type TestApp } from '../support/app.js'
import { community } from '../support/build-access.js'
import { aBadge, anAward, anEvidence } from '../support/build-learning.js'
import { adaId, anAgreement, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const host = 'waymark.example'
let world: TestApp
const refusedHosts = new Set<string>()

/** The only network these tests have: our own host is answered by the application itself, everything else is away. */
async function onlyOurHost(input: string | URL | Request): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.host !== host) {
    refusedHosts.add(url.host)
    throw new TypeError(`no network to ${url.host}`)
  }
  const answer = await supertest(world.app)
    .get(url.pathname)
    .buffer(true)
    .parse((res, done) => {
      const parts: Buffer[] = []
      res.on('data', (part: Buffer) => parts.push(part))
      res.on('end', () => {
        done(null, Buffer.concat(parts))
      })
    })
  const headers = { 'content-type': answer.headers['content-type'] ?? '' }
  return new Response(new Uint8Array(answer.body as Buffer), { status: answer.status, headers })
}

const documentOf = (copy: Copy) => JSON.parse(copy.embedded) as JsonObject

interface Verdict {
  readonly signature: boolean
  readonly status: boolean | undefined
  readonly dates: boolean | undefined
}

/** What the verifier of the Digital Credentials Consortium (VerifierPlus, Learner Credential Wallet) says. */
async function outsideVerdict(document: JsonObject): Promise<Verdict> {
  const { log = [], errors = [] } = await verifyCredential({
    credential: structuredClone(document) as never,
    knownDIDRegistries: [],
  })
  const step = (id: string) => log.find((one) => one.id === id)?.valid
  return {
    signature: errors.length === 0 && step('valid_signature') === true,
    status: step('revocation_status'),
    dates: step('expiration'),
  }
}
const good = { signature: true, status: true, dates: true }

const issue = async (id: string) => (await issueCredential(id, world)).copy

describe('a verifier that was not written here', () => {
  const { fetch: network, console: terminal } = globalThis

  before(async () => {
    // It prints each schema it can't fetch.
    const quiet = { error: () => undefined, log: () => undefined }
    globalThis.console = Object.assign(Object.create(terminal) as Console, quiet)
    globalThis.fetch = onlyOurHost
    // A verifier goes by its own clock, so this world's stands at the real now.
    world = testApp({ BASE_URL: `https://${host}` }, new Date().toISOString())
    await emptyDatabase()
    await keepWorld()
    await everyShape()
  })
  after(() => {
    globalThis.fetch = network
    globalThis.console = terminal
  })

  /** html: nothing more; css: evidence in many scripts; js: skills, a course and an endorsement. */
  async function everyShape() {
    const fact = anEvidence(adaId, 'x', {
      communityId: community,
      title: 'SAFe® — Ünï “quoted” 日本',
    })
    await recordFacts([fact])
    await saveSkills([{ name: 'Git', category: 'tools', socCodes: ['15-1252'], inDemand: [] }])
    const criteria = { kind: 'completion', provider: 'treehouse', course: 'js' } as const
    await saveBadgeVersion(aBadge('js', criteria, { version: 2, skills: ['Git'] }))
    await insertAgreements([anAgreement({ series: 'js', badges: { of: ['js'] } })])
    const award = { learnerId: adaId, communityId: community, facts: [] }
    await insertAwards([
      anAward('html', award),
      anAward('css', { ...award, facts: [fact.id] }),
      anAward('js', { ...award, badgeVersion: 2, evidenceLevel: 'provider-confirmed' }),
      anAward('git', award),
    ])
    const actor = { ...people.cora, accountId: people.cora.id, language: 'en' as const }
    const comment = 'We take this badge for the first term.'
    await endorseBadge(actor, { badge: 'js', comment }, world)
  }

  for (const shape of ['html', 'css', 'js'])
    it(`accepts the badge ${shape} with our did:web, status list and contexts`, async () => {
      expect(await outsideVerdict(documentOf(await issue(`award-${shape}`)))).to.deep.equal(good)
    })

  it('accepts an endorsement, and the status list itself', async () => {
    const { credentialSubject } = documentOf(await issue('award-js')) as {
      credentialSubject?: { achievement: { endorsement: JsonObject[] } }
    }
    const endorsement = credentialSubject?.achievement.endorsement[0]
    const { statusListCredential } = endorsement?.['credentialStatus'] as {
      statusListCredential: string
    }
    const { pathname } = new URL(statusListCredential)
    const list = await supertest(world.app).get(pathname)

    expect(await outsideVerdict(endorsement ?? {})).to.deep.equal(good)
    expect(await outsideVerdict(list.body as JsonObject)).to.include({
      signature: true,
      dates: true,
    })
  })

  it('rejects whatever was changed after signing, at any depth', async () => {
    const document = documentOf(await issue('award-js'))
    const text = JSON.stringify(document)
    const tampered = [
      { ...document, name: 'Rocket science' },
      { ...document, validFrom: '2014-01-01T00:00:00Z' },
      JSON.parse(text.replace('first term', 'whole degree')) as JsonObject,
      JSON.parse(text.replace(adaId, 'learner-eve')) as JsonObject,
      JSON.parse(text.replaceAll('"provider-confirmed"', '"signature-verified"')) as JsonObject,
    ]

    for (const one of tampered) {
      expect(JSON.stringify(one)).to.not.equal(text)
      expect((await outsideVerdict(one)).signature).to.equal(false)
    }
  })

  it('rejects a document in our name by a key we do not publish', async () => {
    const { proof: _, ...unsigned } = documentOf(await issue('award-html'))
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { x = '' } = publicKey.export({ format: 'jwk' })
    const method = `did:web:${host}#${multibaseOf(x)}`
    const key = { id: 'x', issuerId: '', kind: 'Ed25519', url: '', method, privateKey } as const
    const forged = await signEmbedded(unsigned, key, world.clock.at)

    expect((await outsideVerdict(forged)).signature).to.equal(false)
  })

  it('is told at once that a badge was revoked', async () => {
    const copy = await issue('award-git')
    const before = await outsideVerdict(documentOf(copy))
    const ending = { kind: 'revoked', at: world.clock.at, by: 'max', reason: 'Wrong.' } as const
    await endCopies('award-git', ending)
    const after = await outsideVerdict(documentOf(copy))

    expect(before).to.deep.equal(good)
    expect(after).to.include({ status: false })
  })

  it('accepts badges from before a rotation', async () => {
    const copy = await issue('award-html')
    await rotateKeys(`did:web:${host}`, world)

    expect(await outsideVerdict(documentOf(copy))).to.deep.equal(good)
  })

  it('asked nobody else for anything it needed', () => {
    // The schema of the specification's publisher is looked for and not needed: we check against our own.
    expect([...refusedHosts]).to.deep.equal(['purl.imsglobal.org'])
  })

  it('reads our VC-JWT with the key at the address it names, and no changed one', async () => {
    const { jws } = await issue('award-css')
    const [header = '', , signature = ''] = jws.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    const answer = await supertest(world.app).get(new URL(kid).pathname)
    const key = createPublicKey({ key: answer.body as JsonWebKey, format: 'jwk' })
    const clockTimestamp = Math.floor(world.clock.at.getTime() / 1000)
    const options = { algorithms: ['RS256' as const], clockTimestamp }
    const claims = jwt.verify(jws, key, options) as jwt.JwtPayload
    const changed = Buffer.from(JSON.stringify({ ...claims, name: 'Rocket science' }))
    const tampered = [header, changed.toString('base64url'), signature].join('.')

    expect(claims).to.include({ iss: `did:web:${host}`, name: 'Badge css' })
    expect(() => jwt.verify(tampered, key, options)).to.throw('invalid signature')
  })
})
