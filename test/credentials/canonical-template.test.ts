import { generateKeyPairSync } from 'node:crypto'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { expect } from 'chai'
import fc from 'fast-check'
import { loadContext } from '../../src/credentials/contexts.js'
import { markOpen, quadsOf, fillIn } from '../../src/credentials/canonical-template.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { credentialContexts } from '../../src/credentials/document.js'
import { canonicalForm } from '../../src/credentials/canonical-form.js'
import { checkEmbedded } from '../../src/credentials/embedded-proof.js'
import { isQuicklyProven } from '../../src/credentials/quick-proof.js'
import { signBadge } from '../../src/credentials/sign-badge.js'

const byLibrary = (document: JsonObject) =>
  cryptosuite.canonize(document, { documentLoader: loadContext, base: null, safe: true })

interface Texts {
  readonly id: string
  readonly hash: string
  readonly salt: string
  readonly evidence: readonly string[]
}

/** A document with several nodes without a name: identifier, criteria, alignments, result, a proof of an endorsement. */
const aDocument = ({ id, hash, salt, evidence }: Texts): JsonObject => ({
  '@context': [...credentialContexts],
  id: `https://example.org/credentials/${id}`,
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'A badge',
  issuer: { id: 'did:web:example.org', type: ['Profile'], name: 'We' },
  validFrom: '2015-03-09T19:00:00Z',
  credentialSubject: {
    id: `urn:uuid:${id}`,
    type: ['AchievementSubject'],
    identifier: [
      {
        type: 'IdentityObject',
        hashed: true,
        identityType: 'emailAddress',
        identityHash: hash,
        salt,
      },
    ],
    achievement: {
      id: 'https://example.org/achievements/a',
      type: ['Achievement'],
      name: 'A',
      description: 'urn:waymark and _:c14n0 "in" a text\n',
      criteria: { narrative: 'Do it.' },
      alignment: ['x', 'y'].map((target) => ({
        type: ['Alignment'],
        targetName: target,
        targetUrl: 'https://example.org/x',
      })),
    },
    result: [{ type: ['Result'], value: 'self-reported' }],
  },
  evidence: evidence.map((text, at) => ({
    id: `https://example.org/credentials/${id}#evidence-${at + 1}`,
    type: ['Evidence'],
    name: text,
    narrative: `${text} again`,
    genre: 'self-reported',
  })),
})

const texts = fc.record({
  id: fc.uuid(),
  hash: fc.string({ unit: 'binary' }),
  salt: fc.string({ unit: 'grapheme' }),
  evidence: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }),
})

describe('the canonical form by a template', () => {
  it('is that of the library, whatever the texts are', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (given) => {
        const document = aDocument(given)
        expect(await canonicalForm(document)).to.equal(await byLibrary(document))
      }),
      { numRuns: 60 },
    )
  }).timeout(60_000)

  it('is made without the library for the second of a kind', async () => {
    const [one, other] = ['1', '2'].map((id) =>
      markOpen(aDocument({ id, hash: `h${id}`, salt: `s${id}`, evidence: [`e${id}`] })),
    )
    const quads = quadsOf(await byLibrary(one!.document))

    expect(one!.document).to.deep.equal(other!.document)
    expect(fillIn(quads!, other!.texts)).to.equal(
      await byLibrary(aDocument({ id: '2', hash: 'h2', salt: 's2', evidence: ['e2'] })),
    )
  })

  it('is left to the library where nodes look alike, or a text looks like a mark', async () => {
    const alike = {
      ...aDocument({ id: '1', hash: 'h', salt: 's', evidence: ['e'] }),
      evidence: [1, 2].map(() => ({ type: ['Evidence'], name: 'the same' })),
    }
    const marked = aDocument({ id: '1', hash: 'urn:waymark:text:0:', salt: 's', evidence: ['e'] })

    expect(await canonicalForm(alike)).to.equal(await byLibrary(alike))
    expect(await canonicalForm(marked)).to.equal(await byLibrary(marked))
    expect(markOpen(marked)).to.equal(undefined)
  })

  it('proves a badge of a known kind quickly, and never one whose texts were changed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const other = generateKeyPairSync('ed25519')
    const method = 'did:web:example.org#key'
    const key = { id: '', issuerId: '', kind: 'Ed25519', url: '', method, privateKey } as const
    const keyOf = ({ publicKey: one }: typeof other) => ({ jwk: one.export({ format: 'jwk' }) })
    const given = { id: '9', hash: 'h', salt: 's', evidence: ['e'] }
    const signed = await signBadge(aDocument(given), key, new Date('2015-03-09T19:00:00Z'))
    const [proof] = signed['proof'] as JsonObject[]
    const proven = (document: JsonObject, by = keyOf({ publicKey, privateKey })) =>
      isQuicklyProven(document, proof!, by)

    expect(proven(signed)).to.equal(true)
    expect(proven(signed, keyOf(other))).to.equal(false)
    const changes = [{ id: '8' }, { hash: 'x' }, { salt: 'x' }, { evidence: ['x'] }]
    for (const change of changes) expect(proven(aDocument({ ...given, ...change }))).to.equal(false)
    expect(proven({ ...signed, validFrom: '2014-03-09T19:00:00Z' })).to.equal(false)
    expect(proven({ ...signed, more: 'of it' })).to.equal(false)
    const { publicKey: wrong } = other
    const found = { jwk: wrong.export({ format: 'jwk' }) }
    expect(await checkEmbedded(signed, async () => found)).to.include({ signature: 'fail' })
  })
})
