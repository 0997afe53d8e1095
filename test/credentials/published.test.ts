import { expect } from 'chai'
import supertest from 'supertest'
import type { Copy, JsonObject } from '../../src/credentials/credential.js'
import { endCopies } from '../../src/credentials/end-copies.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { checkJws } from '../../src/credentials/jws.js'
import { openIssuer } from '../../src/credentials/open-issuer.js'
import { rotateKeys } from '../../src/credentials/rotate-keys.js'
import { entryOf, bitAt, decodeList } from '../../src/credentials/status-list.js'
import { community } from '../support/build-access.js'
import { adaFinished, keepWorld } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { testApp, type TestApp } from '../support/app.js'

let world: TestApp
const get = (path: string) => supertest(world.app).get(path)

interface Jwk {
  readonly kid: string
  readonly kty: string
  readonly iss: string
}
const keysOf = async () => ((await get('/.well-known/jwks.json')).body as { keys: Jwk[] }).keys
const pathOf = (url: string) => new URL(url).pathname
const documentOf = (copy: Copy) => JSON.parse(copy.embedded) as JsonObject
const headerOf = (jws: string) =>
  JSON.parse(Buffer.from(jws.split('.')[0]!, 'base64url').toString()) as { kid: string }
const bothChecks = async (copy: Copy) => [
  (await checkEmbedded(documentOf(copy), findIssuerKey)).issuerKey,
  (await checkJws(copy.jws, findIssuerKey)).issuerKey,
]

describe('what is published for checking', () => {
  before(async () => {
    world = testApp()
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css', 'js'])
  })

  it('is there before anything was signed: the host is the first program', async () => {
    const did = await get('/.well-known/did.json')
    const { id, verificationMethod, assertionMethod } = did.body as {
      id: string
      verificationMethod: { id: string; controller: string; publicKeyMultibase?: string }[]
      assertionMethod: string[]
    }

    expect(id).to.equal('did:web:localhost%3A3000')
    expect(verificationMethod.map((method) => method.id)).to.deep.equal(assertionMethod)
    const [multikey] = verificationMethod.filter((method) => method.publicKeyMultibase)
    expect(multikey?.id).to.equal(`${id}#${multikey?.publicKeyMultibase ?? ''}`)
    expect(did.headers).to.include({ 'access-control-allow-origin': '*' })
    expect(JSON.stringify(did.body)).to.not.match(/"(d|p|q|sealed)":/)
  })

  it('names each key by its address everywhere', async () => {
    const { copy } = await issueCredential('award-html', world)
    const keys = await keysOf()
    const used = keys.find(({ kid }) => kid === headerOf(copy.jws).kid)
    const one = await get(pathOf(headerOf(copy.jws).kid))

    expect(keys.map(({ kty }) => kty)).to.have.members(['OKP', 'RSA'])
    expect(used).to.include({ kty: 'RSA', iss: 'did:web:localhost%3A3000' })
    expect(one.body).to.deep.equal(used)
    expect(JSON.stringify(keys)).to.not.match(/"(d|p|q)":/)
    expect((await get(`/keys/${'x'.repeat(43)}`)).status).to.equal(404)
  })

  it('keeps what was signed before a rotation checkable, and signs nothing with retired keys', async () => {
    const before = (await issueCredential('award-html', world)).copy
    await rotateKeys('did:web:localhost%3A3000', world)
    const after = (await issueCredential('award-css', world)).copy

    expect(await bothChecks(before)).to.deep.equal(['pass', 'pass'])
    expect(await bothChecks(after)).to.deep.equal(['pass', 'pass'])
    expect(after.keyIds).to.not.have.members(before.keyIds)
    const keys = await keysOf()
    expect(keys).to.have.length(4)
    const published = keys.map(({ kid }) => kid.split('/').at(-1))
    expect(published).to.include.members([...before.keyIds, ...after.keyIds])
  })

  it('serves a signed status list that says at once what was revoked', async () => {
    const { copy } = await issueCredential('award-js', world)
    const entry = entryOf(documentOf(copy)['credentialStatus'])!
    const before = await get(pathOf(entry.list))
    const again = await get(pathOf(entry.list)).set('If-None-Match', before.headers['etag'] ?? '')
    const ending = { kind: 'revoked', at: world.clock.at, by: 'max', reason: 'Wrong.' } as const
    await endCopies('award-js', ending)
    const after = await get(pathOf(entry.list))

    const bitOf = ({ body }: { body: unknown }) => {
      const { credentialSubject } = body as { credentialSubject: { encodedList: string } }
      const bits = decodeList(credentialSubject.encodedList)
      return typeof bits === 'string' ? bits : bitAt(bits, entry.index)
    }
    expect([bitOf(before), again.status, bitOf(after)]).to.deep.equal([false, 304, true])
    expect(before.headers['cache-control']).to.equal('public, max-age=60')
    expect(after.body).to.include({ id: entry.list })
    expect(await checkEmbedded(after.body as JsonObject, findIssuerKey)).to.include({
      signature: 'pass',
      issuerKey: 'pass',
    })
  })

  it('signs the list anew before it ends, and only then', async () => {
    const { copy } = await issueCredential('award-html', world)
    const list = pathOf(entryOf(documentOf(copy)['credentialStatus'])!.list)
    const untilOf = async () => ((await get(list)).body as { validUntil: string }).validUntil
    const first = await untilOf()
    world.clock.at = new Date('2015-03-10T12:00:00Z')
    const later = await untilOf()
    world.clock.at = new Date('2015-03-10T14:00:00Z')
    const renewed = await untilOf()

    expect([first, later, renewed]).to.deep.equal([
      '2015-03-10T19:00:00Z',
      '2015-03-10T19:00:00Z',
      '2015-03-11T14:00:00Z',
    ])
  })

  it('gives every other issuer a document of its own below the host', async () => {
    const college = await openIssuer({ organizationId: 'pcc' }, world)
    const program = await openIssuer({ communityId: community }, world)

    expect([program.id, college.id]).to.deep.equal([
      'did:web:localhost%3A3000',
      'did:web:localhost%3A3000:issuers:pcc',
    ])
    expect((await get('/issuers/pcc/did.json')).body).to.include({ id: college.id })
    expect((await get('/issuers/nobody/did.json')).status).to.equal(404)
  })

  it('says what a badge is at the address its credentials name', async () => {
    const { copy } = await issueCredential('award-html', world)
    const { achievement } = documentOf(copy)['credentialSubject'] as {
      achievement: { id: string; name: string; criteria: object }
    }
    const served = await get(pathOf(achievement.id))

    expect(served.body).to.deep.include({ id: achievement.id, criteria: achievement.criteria })
    expect((await get('/achievements/no-such-badge')).status).to.equal(404)
  })
})
