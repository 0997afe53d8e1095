import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sign as signBytes } from 'node:crypto'
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020'
import signatures from 'jsonld-signatures'
import { expect } from 'chai'
import fc from 'fast-check'
import { checkBadge2 } from '../../src/verification/check-open-badge-2.js'
import { checkStatus } from '../../src/verification/check-status.js'
import { loadContext } from '../../src/credentials/contexts.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { signEmbedded } from '../../src/credentials/embedded-proof.js'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import { bakePng } from '../../src/credentials/png-bake.js'
import { readNothing } from '../../src/verification/read-address.js'
import { findListBits, saveBits } from '../../src/credentials/status-list-store.js'
import { encodeList, emptyBits, withBits } from '../../src/credentials/status-list.js'
import { bakeSvg } from '../../src/credentials/svg-bake.js'
import type { JsonRecord } from '../../src/verification/read-badge-file.js'
import { testApp, type TestApp } from '../support/app.js'
import { askVerdict } from '../support/ask-verdict.js'
import { aPng, aSvg } from '../support/build-badge-files.js'
import {
  anEd25519Key,
  anOutsideBadge,
  embeddedText,
  jwsText,
  anRsaKey,
} from '../support/build-issuers.js'
import { adaFinished, keepWorld } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const school = 'did:web:school.example.org'
const key = anEd25519Key(school)
const list = 'https://school.example.org/status/1'
const now = new Date('2015-03-09T19:00:00Z')

const entry = (change: JsonObject = {}) => ({
  id: `${list}#7`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '7',
  statusListCredential: list,
  ...change,
})

const aList = (change: JsonObject = {}, by = key, issuer = school) =>
  signEmbedded(
    {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: list,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer,
      validFrom: '2015-01-01T00:00:00Z',
      credentialSubject: {
        id: `${list}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'revocation',
        encodedList: encodeList(emptyBits()),
        ...change,
      },
    },
    by.signing,
    now,
  )

describe('V5: the status of a badge', () => {
  let it_: TestApp
  before(async () => {
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html'])
    it_ = testApp()
  })

  it('fails once our own list has its bit, and passed before', async () => {
    const { copy } = await issueCredential('award-html', it_)
    const before = await askVerdict(it_.app, copy.embedded)
    const found = await findListBits({ id: copy.statusList })
    await saveBits(
      copy.statusList,
      found?.revision ?? 0,
      withBits(found?.bits ?? emptyBits(), [copy.statusIndex]),
    )
    const after = [await askVerdict(it_.app, copy.embedded), await askVerdict(it_.app, copy.jws)]

    expect(before.overall).to.equal('pass')
    for (const { overall, outcomes } of after)
      expect([overall, outcomes.signature, outcomes.status]).to.deep.equal(['fail', 'pass', 'fail'])
  })

  it('is not checked when its list is out of reach, and then the badge is not confirmed', async () => {
    const badge = await embeddedText(anOutsideBadge(school, { credentialStatus: entry() }), key)
    const { overall, outcomes } = await askVerdict(it_.app, badge)

    expect([overall, outcomes.status]).to.deep.equal(['warn', 'not_checked'])
  })

  const findKey = async (issuerId: string, keyId: string) =>
    issuerId !== school
      ? ('issuer-unknown' as const)
      : keyId === key.signing.method
        ? { jwk: key.publicKey.export({ format: 'jwk' }) }
        : ('not-published' as const)
  const statusFrom = (text: string | undefined, change: JsonObject = {}) =>
    checkStatus(anOutsideBadge(school, { credentialStatus: entry(change) }) as JsonRecord, {
      findKey,
      now,
      read: async () => (text === undefined ? undefined : { status: 200, text }),
    })

  const bits = (length: number) => `u${gzipSync(Buffer.alloc(length)).toString('base64url')}`
  const cases: readonly [
    string,
    () => Promise<JsonObject | undefined>,
    JsonObject,
    string,
    string,
  ][] = [
    ['an honest list', () => aList(), {}, 'pass', 'current'],
    [
      'a list with its bit set',
      () => aList({ encodedList: encodeList(withBits(emptyBits(), [7])) }),
      {},
      'fail',
      'revoked',
    ],
    ['no answer', async () => undefined, {}, 'not_checked', 'list-unreachable'],
    [
      'a list signed by another key',
      () => aList({}, anEd25519Key(school)),
      {},
      'fail',
      'listNotSigned',
    ],
    [
      'a list of another issuer',
      () => aList({}, anEd25519Key('did:web:other'), 'did:web:other'),
      {},
      'fail',
      'listNotSigned',
    ],
    [
      'a list for something else',
      () => aList({ statusPurpose: 'suspension' }),
      {},
      'fail',
      'purpose-mismatch',
    ],
    [
      'a place beyond the list',
      () => aList(),
      { statusListIndex: '131072' },
      'fail',
      'index-out-of-range',
    ],
    ['a list that is too short', () => aList({ encodedList: bits(100) }), {}, 'fail', 'too-short'],
    ['a gzip bomb', () => aList({ encodedList: bits(64 * 1024 * 1024) }), {}, 'fail', 'too-large'],
    ['damaged bits', () => aList({ encodedList: 'uAAAA' }), {}, 'fail', 'unreadable'],
  ]
  for (const [what, made, change, outcome, why] of cases)
    it(`is ${outcome} for ${what}`, async () => {
      const document = await made()
      const check = await statusFrom(document && JSON.stringify(document), change)

      expect([check.outcome, check.why]).to.deep.equal([outcome, why])
    })

  it('is not known from a list whose signer nobody vouches for', async () => {
    const nobody = 'did:web:nobody.example.org'
    const text = JSON.stringify(await aList({}, anEd25519Key(nobody), nobody))
    const badge = anOutsideBadge(nobody, { credentialStatus: entry() }) as JsonRecord
    const read = async () => ({ status: 200, text })

    const { outcome, why } = await checkStatus(badge, { findKey, now, read })
    expect([outcome, why]).to.deep.equal(['not_checked', 'listUnproven'])
  })

  it('never takes the word of a list that was changed on its way', async () => {
    const set = JSON.stringify(await aList({ encodedList: encodeList(withBits(emptyBits(), [7])) }))
    const changed = set.replace(encodeList(withBits(emptyBits(), [7])), encodeList(emptyBits()))

    expect((await statusFrom(changed)).outcome).to.equal('fail')
  })

  it('fails a foreign badge that points into one of our lists', async () => {
    const { copy } = await issueCredential('award-html', it_)
    const own = (JSON.parse(copy.embedded) as JsonObject)['credentialStatus']
    const badge = await embeddedText(anOutsideBadge(school, { credentialStatus: own }), key)

    expect((await askVerdict(it_.app, badge)).outcomes.status).to.equal('fail')
  })
})

describe('V16: badges of VC Data Model 1.1', () => {
  let it_: TestApp
  before(async () => {
    await emptyDatabase()
    await keepWorld()
    it_ = testApp()
  })

  const older = () => {
    const { validFrom, ...badge } = anOutsideBadge(school)
    return {
      ...badge,
      '@context': [
        'https://www.w3.org/2018/credentials/v1',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json',
        'https://w3id.org/security/suites/ed25519-2020/v1',
      ],
      issuanceDate: validFrom,
    }
  }

  it('are verified with an Ed25519Signature2020', async () => {
    const signer = {
      id: key.signing.method,
      algorithm: 'Ed25519',
      sign: async ({ data }: { data: Uint8Array }) => signBytes(null, data, key.signing.privateKey),
    }
    const signed = await signatures.sign(older(), {
      suite: new Ed25519Signature2020({ signer, date: '2015-01-02T03:04:05Z' }),
      purpose: new signatures.purposes.AssertionProofPurpose(),
      documentLoader: loadContext,
    })
    const good = await askVerdict(it_.app, JSON.stringify(signed))
    const changed = await askVerdict(it_.app, JSON.stringify(signed).replaceAll('Python', 'Cobol'))

    expect(good.outcomes).to.include({
      context: 'pass',
      schema: 'pass',
      signature: 'pass',
      validFrom: 'pass',
    })
    expect(changed.outcomes.signature).to.equal('fail')
  })

  it('are read out of the vc claim of a JWT', async () => {
    const rsa = anRsaKey(school)
    const token = await jwsText({ id: 'x', credentialSubject: {}, vc: older() }, rsa, {
      jti: older()['id' as never],
      sub: 'urn:uuid:5b5c1b52-55c1-4f28-9a2c-0f3f0a6d0002',
    })
    const { status, outcomes, body } = await askVerdict(it_.app, token)

    expect(status).to.equal(200)
    expect(outcomes).to.include({ parse: 'pass', signature: 'not_checked' })
    expect(body.badge?.name).to.equal('Python Basics')
  })

  it('are recorded when their suite is unknown', async () => {
    const proof = {
      type: 'BbsBlsSignature2020',
      verificationMethod: `${school}#1`,
      proofPurpose: 'assertionMethod',
    }
    const { overall, outcomes } = await askVerdict(it_.app, JSON.stringify({ ...older(), proof }))

    expect([overall, outcomes.signature]).to.deep.equal(['warn', 'not_checked'])
  })
})

describe('V18: addresses inside a badge', () => {
  let server: Server
  let asked = 0
  let port = 0
  before(async () => {
    await emptyDatabase()
    await keepWorld()
    server = createServer((_req, res) => {
      asked += 1
      res.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => server.close())

  for (const fetching of ['off', 'on'])
    it(`are never asked when they lead to this machine or a private network, fetching ${fetching}`, async () => {
      const { app } = testApp({ PROVIDER_FETCH: fetching })
      const places = [
        `http://127.0.0.1:${port}/x`,
        `https://localhost:${port}/x`,
        `https://127.0.0.1:${port}/x`,
        `https://[::1]:${port}/x`,
        'http://169.254.169.254/latest/meta-data',
        'https://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
      ]
      asked = 0
      for (const place of places) {
        const signed = async (change: JsonObject) =>
          askVerdict(app, await embeddedText(anOutsideBadge(school, change), key))
        const status = await signed({
          credentialStatus: entry({ statusListCredential: place, id: `${place}#7` }),
        })
        const schema = await signed({
          credentialSchema: [{ id: place, type: '1EdTechJsonSchemaValidator2019' }],
        })
        const context = await askVerdict(
          app,
          JSON.stringify(
            anOutsideBadge(school, { '@context': ['https://www.w3.org/ns/credentials/v2', place] }),
          ),
        )
        const kid = await askVerdict(
          app,
          await jwsText(anOutsideBadge(school), anRsaKey(school, place)),
        )
        const hosted = await askVerdict(
          app,
          JSON.stringify({
            type: 'Assertion',
            id: place,
            recipient: {},
            badge: place,
            issuedOn: '2015-01-01',
            verification: { type: 'hosted' },
          }),
        )

        expect(status.outcomes.status).to.equal('not_checked')
        expect(schema.status).to.equal(200)
        expect(context.outcomes.context).to.equal('fail')
        expect(kid.outcomes.signature).to.equal('not_checked')
        expect(hosted.outcomes.signature).to.equal('not_checked')
      }

      expect(asked).to.equal(0)
    }).timeout(60_000)

  it('ask nothing at all while fetching is off', async () => {
    expect(await readNothing('https://example.org/')).to.equal(undefined)
  })
})

describe('A hosted badge, when its host may be asked', () => {
  const assertion = {
    id: 'https://school.example.org/a/1',
    type: 'Assertion',
    badge: 'https://school.example.org/b',
    recipient: {},
    issuedOn: '2015-01-01',
    verification: {},
  }
  const badge = {
    id: 'https://school.example.org/b',
    name: 'Python',
    issuer: 'https://school.example.org/i',
  }
  const issuer = { id: 'https://school.example.org/i', name: 'A school' }
  const reading = async (
    pages: Readonly<Record<string, object | number>>,
    copy: object = assertion,
  ) => {
    const { checks, content } = await checkBadge2(
      { kind: 'document', document: copy as JsonRecord },
      {
        findKey: async () => 'issuer-unknown',
        read: async (address) => {
          const page = pages[address]
          if (page === undefined) return undefined
          return typeof page === 'number'
            ? { status: page, text: '' }
            : { status: 200, text: JSON.stringify(page) }
        },
      },
    )
    const of = (name: string) => checks.find((check) => check.name === name)
    return { signature: of('signature'), status: of('status'), content }
  }

  it('is what the host says, not what the copy says', async () => {
    const pages = { [assertion.id]: assertion, [badge.id]: badge, [issuer.id]: issuer }
    const { signature, content } = await reading(pages, { ...assertion, badge: { name: 'Better' } })

    expect([signature?.outcome, signature?.why, content.name]).to.deep.equal([
      'pass',
      'hostConfirms',
      'Python',
    ])
  })

  it('fails when the host denies it, is not the issuer’s, or has taken it back', async () => {
    const thief = {
      [assertion.id]: assertion,
      [badge.id]: { ...badge, issuer: { id: 'https://victim.example/i' } },
      'https://victim.example/i': { id: 'https://victim.example/i' },
    }

    expect((await reading({ [assertion.id]: { id: 'x' } })).signature?.outcome).to.equal('fail')
    expect((await reading(thief)).signature?.why).to.equal('otherHost')
    expect((await reading({ [assertion.id]: 410 })).status?.outcome).to.equal('fail')
    expect(
      (
        await reading({
          [assertion.id]: { ...assertion, revoked: true },
          [badge.id]: badge,
          [issuer.id]: issuer,
        })
      ).status?.outcome,
    ).to.equal('fail')
  })
})

describe('Whatever is sent as a badge', () => {
  let it_: TestApp
  let files: readonly Buffer[] = []
  before(async () => {
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html'])
    it_ = testApp()
    const { copy } = await issueCredential('award-html', it_)
    files = [
      copy.embedded,
      copy.jws,
      bakePng(aPng(), copy.jws),
      bakePng(aPng(), copy.embedded),
      bakeSvg(aSvg(), copy.embedded),
    ].map((file) => Buffer.from(file as string))
  })

  it('gets a verdict or a named refusal, never an error of ours', async () => {
    const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(4),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (which, changes) => {
          const whole = files[which] ?? Buffer.alloc(0)
          const bytes = Buffer.from(whole)
          for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value
          const { status, overall, body } = await askVerdict(it_.app, bytes)
          expect(status, JSON.stringify(body)).to.be.oneOf([200, 413, 422])
          expect(overall).to.be.oneOf(['pass', 'warn', 'fail'])
          if (status !== 200) expect(body.errors?.[0]?.field).to.be.oneOf(['parse', 'endorsements'])
        },
      ),
      { numRuns: 120 },
    )
  }).timeout(120_000)

  it('is never called genuine once what was signed reads differently', async () => {
    const text = files[0]?.toString() ?? ''
    const words = [
      'Badge html',
      'provider-confirmed',
      'learner-ada',
      '2015-02-01',
      'sha256$',
      'Code Oregon',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...words),
        fc.stringMatching(/^[a-z]{1,8}$/),
        async (word, other) => {
          const { overall, outcomes } = await askVerdict(it_.app, text.replace(word, other))
          expect([overall, outcomes.signature === 'pass']).to.deep.equal(['fail', false])
        },
      ),
      { numRuns: 40 },
    )
  }).timeout(60_000)
})
