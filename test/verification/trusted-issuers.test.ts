import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { readPinned } from '../../src/verification/pinned-document.js'
import { findEntryOf } from '../../src/verification/trusted-issuer-store.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { paths } from '../../src/http/paths.js'
import { Problem } from '../../src/problems.js'
import { testApp, type TestApp } from '../support/app.js'
import { askVerdict } from '../support/ask-verdict.js'
import { credentials } from '../support/build-access.js'
import {
  aDidDocument,
  aJwks,
  anEd25519Key,
  anOutsideBadge,
  anRsaKey,
  embeddedText,
  jwsText,
} from '../support/build-issuers.js'
import { adaFinished, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn, type Person } from '../support/person.js'

const school = 'did:web:school.example.org'
const key = anEd25519Key(school)
const rsa = anRsaKey(school)
const document = JSON.stringify(aDidDocument(school, [key, rsa]))

const faultOf = (raw: unknown, issuerId = ''): string => {
  try {
    readPinned(typeof raw === 'string' ? raw : JSON.stringify(raw), issuerId)
    return 'read'
  } catch (error) {
    if (error instanceof Problem) return error.errors[0]?.message ?? ''
    throw error
  }
}

describe('What an issuer publishes about its keys', () => {
  it('is read from a DID document: keys for assertions only, by all their names', () => {
    const other = anEd25519Key(school)
    const all = aDidDocument(school, [key, rsa, other])
    const asserted = [key.signing.method, '#rsa']
    const { keys, form } = readPinned(JSON.stringify({ ...all, assertionMethod: asserted }), '')

    expect(form).to.equal('did-document')
    expect(keys.map(({ names }) => names[0])).to.deep.equal([key.signing.method, `${school}#rsa`])
    expect(keys[1]?.names).to.include(rsa.signing.url)
  })

  it('is read from a JWKS, whose issuer is typed, and an Open Badges 2 profile', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
    const profile = {
      id: 'https://school.example.org/issuer',
      type: 'Issuer',
      name: 'A school',
      publicKey: { id: 'https://school.example.org/key', publicKeyPem: pem },
    }

    expect(readPinned(JSON.stringify(aJwks('k1')), school).keys[0]?.names[0]).to.equal('k1')
    expect(readPinned(JSON.stringify(profile), '')).to.include({
      issuerId: 'https://school.example.org/issuer',
      name: 'A school',
    })
  })

  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
    format: 'jwk',
  })
  const secret = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const cases: readonly [string, unknown, string, string][] = [
    ['no JSON', 'hello', '', 'verification:pin.notJson'],
    ['a key twice', '{"id":"did:web:x","id":"did:web:y"}', '', 'verification:pin.notJson'],
    ['something else', { hello: 1 }, '', 'verification:pin.unknownKind'],
    ['a JWKS without an issuer', aJwks('k'), '', 'verification:pin.issuerId'],
    [
      'a document of another issuer',
      aDidDocument(school, [key]),
      'did:web:other',
      'verification:pin.otherId',
    ],
    ['no key', { id: school, assertionMethod: [] }, '', 'verification:pin.noKey'],
    ['a short key', { keys: [weak] }, school, 'verification:pin.noKey'],
    ['a private key', { keys: [secret] }, school, 'verification:pin.privateKey'],
    [
      'a method of another controller',
      { ...aDidDocument(school, [key]), id: 'did:web:thief' },
      '',
      'verification:pin.noKey',
    ],
  ]
  for (const [what, raw, issuerId, fault] of cases)
    it(`is refused: ${what}`, () => {
      expect(faultOf(raw, issuerId)).to.equal(fault)
    })
})

describe('Trusted issuers', () => {
  let it_: TestApp
  let max: Person

  beforeEach(async () => {
    await emptyDatabase()
    await keepWorld()
    it_ = testApp()
    max = await signIn(it_.app, credentials(people.max))
  })

  const pin = (fields: Record<string, string> = {}) =>
    max.submit(paths.newTrustedIssuer, { issuerId: '', name: 'The School', document, ...fields })

  it('are compared by fingerprint before anything counts', async () => {
    const preview = await max.submit(
      paths.newTrustedIssuer,
      { issuerId: '', name: 'The School', document },
      paths.previewTrustedIssuer,
    )

    expect(preview.status).to.equal(200)
    const [first] = readPinned(document, '').keys
    expect(preview.text.replace(/\s/g, '')).to.contain(first?.id.slice(0, 8))
    expect(await findEntryOf(school)).to.equal(undefined)
  })

  it('make their badges count as verified, until the trust ends', async () => {
    const [json, jws] = [
      await embeddedText(anOutsideBadge(school), key),
      await jwsText(anOutsideBadge(school), rsa),
    ]
    const before = await askVerdict(it_.app, json)

    const pinned = await pin()
    const trusted = [await askVerdict(it_.app, json), await askVerdict(it_.app, jws)]
    const at = String(pinned.headers['location']).split('?')[0] ?? ''
    const ended = await max.submit(`${at}/end`, { reason: 'Their key was stolen.' })
    const after = await askVerdict(it_.app, json)

    expect([pinned.status, ended.status]).to.deep.equal([303, 303])
    expect(before.overall).to.equal('warn')
    expect(trusted.map(({ overall }) => overall)).to.deep.equal(['pass', 'pass'])
    expect(trusted[0]?.messages.issuerTrusted).to.contain('The School')
    expect([after.overall, after.outcomes.issuerTrusted]).to.deep.equal(['warn', 'warn'])
    expect(after.messages.issuerTrusted).to.contain('taken off our list')
    const page = (await max.read(at))('main').text()
    for (const words of [
      'Trusted for the first time',
      'Trust ended',
      'Their key was stolen.',
      people.max.name,
    ])
      expect(page).to.contain(words)
    expect((await max.submit(`${at}/end`, { reason: 'Once more.' })).status).to.equal(409)
  })

  it('fail badges signed with a key that was not pinned', async () => {
    await pin()

    const { outcomes } = await askVerdict(
      it_.app,
      await embeddedText(anOutsideBadge(school), anEd25519Key(school)),
    )

    expect(outcomes.issuerKey).to.equal('fail')
  })

  it('change their keys in one step, which the history tells', async () => {
    await pin()
    const fresh = anEd25519Key(school)
    await pin({ document: JSON.stringify(aDidDocument(school, [fresh])) })

    const entry = await findEntryOf(school)
    expect(entry?.history.map(({ what }) => what)).to.deep.equal(['added', 'changed'])
    expect(await findIssuerKey(school, key.signing.method)).to.equal('not-published')
    expect(await findIssuerKey(school, fresh.signing.method)).to.have.property('jwk')
  })

  it('are renewed on a form that knows the issuer already', async () => {
    const at = String((await pin()).headers['location']).split('?')[0] ?? ''
    const renew = (await max.read(at))(`main a[href^="${paths.newTrustedIssuer}?"]`).attr('href')

    const form = await max.read(renew ?? '')

    expect(form('input[name=issuerId]').val()).to.equal(school)
    expect(form('input[name=name]').val()).to.equal('The School')
    expect((await max.get(`${paths.newTrustedIssuer}?entry=nobody`)).status).to.equal(404)
  })

  it('show the form again for what cannot be pinned, and never our own issuers', async () => {
    await adaFinished(['html'])
    await issueCredential('award-html', it_)
    const own = JSON.stringify({
      ...aDidDocument('did:web:localhost%3A3000', [anEd25519Key('did:web:localhost%3A3000')]),
    })

    for (const [fields, words] of [
      [{ document: 'x' }, 'not JSON'],
      [{ document: own }, 'our own issuers'],
      [{ name: '' }, 'Fill this in'],
    ] as const) {
      const answer = await pin(fields)
      expect(answer.status).to.equal(422)
      expect(answer.text).to.contain(words)
    }
  })

  it('are listed for managers only', async () => {
    await pin()
    const ada = await signIn(it_.app, credentials(people.ada))

    expect((await max.read(paths.trustedIssuers))('#issuers').text()).to.contain('The School')
    expect((await max.read(`${paths.trustedIssuers}?state=ended`))('main').text()).to.contain(
      'No issuer here',
    )
    expect((await ada.get(paths.trustedIssuers)).status).to.equal(403)
  })

  it('are managed by outside tools: preview, trust by fingerprint, list, end', async () => {
    const told = JSON.parse(document) as object
    const preview = await max.api('post', '/trusted-issuers/previews', {
      name: 'The School',
      document: told,
    })
    const shown = preview.body as {
      keys: { fingerprint: string; kind: string }[]
      document: string
    }
    const fingerprints = shown.keys.map(({ fingerprint }) => fingerprint)
    const body = { name: 'The School', document: shown.document }
    const send = (prints: readonly string[]) =>
      max.api('post', '/trusted-issuers', { ...body, fingerprints: prints })

    expect([preview.status, fingerprints.length]).to.deep.equal([200, 2])
    expect(shown.keys.map(({ kind }) => kind)).to.deep.equal(['Ed25519', 'RSA 2048'])
    expect(await findEntryOf(school)).to.equal(undefined)
    for (const wrong of [fingerprints.slice(1), [...fingerprints, 'x'], ['x', 'y']])
      expect((await send(wrong)).status, wrong.join()).to.equal(422)
    const trusted = await send(fingerprints)
    const { id } = trusted.body as { id: string }
    expect([trusted.status, (await findEntryOf(school))?.id]).to.deep.equal([201, id])

    const listed = (await max.api('get', '/trusted-issuers')).body as { items: { id: string }[] }
    expect(listed.items.map((one) => one.id)).to.deep.equal([id])
    const end = () =>
      max.api('post', `/trusted-issuers/${id}/end`, { reason: 'Their key was stolen.' })
    const ended = (await end()).body as { state: string; reason: string }
    expect([ended.state, ended.reason]).to.deep.equal(['ended', 'Their key was stolen.'])
    expect((await end()).status).to.equal(409)
    expect((await max.api('get', `/trusted-issuers/${id}`)).body).to.deep.equal(ended)
    const ada = await signIn(it_.app, credentials(people.ada))
    expect((await ada.api('get', '/trusted-issuers')).status).to.equal(403)
  })

  it('are asked for at their own address only where fetching is on', async () => {
    const on = testApp({ PROVIDER_FETCH: 'on' })
    const nowhere = 'did:web:no-such-host.invalid'
    const sent = { issuerId: nowhere, name: 'Nobody', document: '' }
    const ask = async (app: TestApp) => {
      const manager = await signIn(app.app, credentials(people.max))
      return manager.submit(paths.newTrustedIssuer, sent, paths.previewTrustedIssuer)
    }

    const [off, asked] = [await ask(it_), await ask(on)]
    expect([off.status, asked.status]).to.deep.equal([422, 422])
    expect(off.text).to.contain('Fill this in')
    expect(asked.text).to.contain('https://no-such-host.invalid/.well-known/did.json')
  })
})
