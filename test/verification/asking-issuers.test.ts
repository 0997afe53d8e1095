import { expect } from 'chai'
import { fetchPublished } from '../../src/verification/fetch-published.js'
import { publishedAddresses } from '../../src/verification/published-address.js'
import { readBadgeText, type JsonRecord } from '../../src/verification/read-badge-file.js'
import { refreshed } from '../../src/verification/check-refresh.js'
import { previewPin } from '../../src/verification/trust-issuer.js'
import { verifyCredential } from '../../src/verification/verify-credential.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { Problem } from '../../src/problems.js'
import {
  aDidDocument,
  anEd25519Key,
  anOutsideBadge,
  embeddedText,
} from '../support/build-issuers.js'
import { emptyDatabase } from '../support/database.js'

const school = 'did:web:school.example.org'
const key = anEd25519Key(school)
const document = JSON.stringify(aDidDocument(school, [key]))
const now = new Date('2015-03-09T19:00:00Z')

/** A network of these addresses; remembers what it was asked. */
function network(pages: Readonly<Record<string, string>>) {
  const asked: string[] = []
  const read = async (address: string) => {
    asked.push(address)
    const text = pages[address]
    return { status: text === undefined ? 404 : 200, text: text ?? '' }
  }
  return { asked, read }
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.errors[0]?.message : String(error)),
  )

describe('Where an issuer publishes its keys', () => {
  for (const [id, addresses] of [
    ['did:web:example.org', ['https://example.org/.well-known/did.json']],
    ['did:web:example.org%3A8443', ['https://example.org:8443/.well-known/did.json']],
    ['did:web:example.org:issuers:a', ['https://example.org/issuers/a/did.json']],
    [
      'https://example.org/issuers/a',
      ['https://example.org/.well-known/jwks.json', 'https://example.org/issuers/a'],
    ],
    ['did:key:z6Mk', []],
    ['http://example.org', []],
    ['did:web:user@example.org', []],
    ['did:web:example.org/../x', []],
    ['', []],
  ] as const)
    it(`is ${addresses.join(' or ') || 'nowhere to ask'} for ${id || 'no id'}`, () => {
      expect(publishedAddresses(id)).to.deep.equal(addresses)
    })
})

describe('The keys of an issuer, asked at its own address', () => {
  before(emptyDatabase)

  const pin = { issuerId: school, name: 'The School', document: '' }

  it('are shown with where they were read, and pin nothing', async () => {
    const { read, asked } = network({ 'https://school.example.org/.well-known/did.json': document })
    const preview = await previewPin(pin, read)

    expect(asked).to.deep.equal(['https://school.example.org/.well-known/did.json'])
    expect([preview.fetchedFrom, preview.document]).to.deep.equal([asked[0], document])
    expect(preview.before).to.equal(undefined)
  })

  it('are never asked for when they were pasted, or fetching is off', async () => {
    const { read, asked } = network({})

    expect((await previewPin({ ...pin, document }, read)).fetchedFrom).to.equal(undefined)
    expect(await faultOf(previewPin(pin, undefined))).to.equal('http:field.required')
    expect(asked).to.deep.equal([])
  })

  it('are refused when the address answers for another issuer, or not at all', async () => {
    const thief = JSON.stringify(aDidDocument('did:web:thief', [anEd25519Key('did:web:thief')]))
    const { read } = network({ 'https://school.example.org/.well-known/did.json': thief })

    expect(await faultOf(previewPin(pin, read))).to.equal('verification:pin.otherId')
    expect(await faultOf(fetchPublished(school, network({}).read))).to.equal(
      'verification:pin.notReached',
    )
    expect(await faultOf(fetchPublished('did:key:z6Mk', read))).to.equal(
      'verification:pin.noAddress',
    )
  })
})

describe('A badge that names a place for newer versions', () => {
  const place = 'https://school.example.org/refresh/1'
  const service = { id: place, type: '1EdTechCredentialRefresh' }
  const badge = (change: JsonObject = {}) =>
    embeddedText(anOutsideBadge(school, { refreshService: service, ...change }), key)
  const later = { validFrom: '2015-02-02T00:00:00Z' }
  const findKey = async (issuerId: string, keyId: string) =>
    issuerId === school && keyId === key.signing.method
      ? { jwk: key.publicKey.export({ format: 'jwk' }) }
      : ('not-published' as const)
  const documentIn = (text: string) => JSON.parse(text) as JsonRecord

  const answers: readonly [string, () => Promise<string | undefined>, string][] = [
    ['a newer version', () => badge(later), 'newer'],
    ['the same', () => badge(), 'current'],
    ['an older version', () => badge({ validFrom: '2014-01-01T00:00:00Z' }), 'current'],
    ['another badge', () => badge({ ...later, id: 'urn:uuid:another' }), 'otherBadge'],
    [
      'a forged version',
      async () => (await badge(later)).replaceAll('Python', 'Everything'),
      'otherBadge',
    ],
    ['something else', async () => '<html>', 'otherBadge'],
    ['nothing', async () => undefined, 'unreachable'],
  ]
  for (const [what, make, why] of answers)
    it(`is ${why} when it answers ${what}`, async () => {
      const text = await make()
      const { read, asked } = network(text === undefined ? {} : { [place]: text })
      const { check, newer } = await refreshed(documentIn(await badge()), { read, findKey })

      expect([check.why, newer !== undefined]).to.deep.equal([why, why === 'newer'])
      expect(asked).to.deep.equal([place])
    })

  it('is shown as its newer version says, expired before or not', async () => {
    await emptyDatabase()
    const given = await badge({ validUntil: '2015-02-28T00:00:00Z' })
    const { read } = network({ [place]: await badge({ ...later, name: 'Python, second edition' }) })
    const world = { findKey, now }

    const alone = await verifyCredential(readBadgeText(given), {
      ...world,
      read: async () => undefined,
    })
    const asked = await verifyCredential(readBadgeText(given), { ...world, read })
    const outcome = (found: typeof alone, name: string) =>
      found.checks.find((check) => check.name === name)?.outcome

    expect([outcome(alone, 'validUntil'), outcome(alone, 'refresh')]).to.deep.equal([
      'fail',
      'not_checked',
    ])
    expect([outcome(asked, 'validUntil'), outcome(asked, 'refresh')]).to.deep.equal([
      'pass',
      'pass',
    ])
    expect(asked.content?.validFrom).to.equal(later.validFrom)
  })

  it('is never followed on the word of somebody who did not sign it', async () => {
    const { read, asked } = network({})
    const forged = (await badge()).replaceAll('Python', 'Everything')
    await verifyCredential(readBadgeText(forged), { findKey, now, read })
    await verifyCredential(readBadgeText(await badge()), {
      findKey: async () => 'issuer-unknown',
      now,
      read,
    })

    expect(asked).to.deep.equal([])
  })
})
