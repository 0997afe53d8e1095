import { createHash, createHmac, createPublicKey, sign } from 'node:crypto'
import { expect } from 'chai'
import { issueCredential } from '../../src/credentials/issue-credential.js'
import type { JsonObject } from '../../src/credentials/credential.js'
import { publishedKeysOf } from '../../src/credentials/signing-key-store.js'
import { openIssuer } from '../../src/credentials/open-issuer.js'
import { openKeys } from '../../src/credentials/open-keys.js'
import { bakePng } from '../../src/credentials/png-bake.js'
import { signDocument, signStatement } from '../../src/credentials/sign-statement.js'
import { claimsFor } from '../../src/credentials/jws.js'
import { bakeSvg } from '../../src/credentials/svg-bake.js'
import { checkNames } from '../../src/verification/verification.js'
import { fileLimits } from '../../src/credentials/badge-file.js'
import { testApp, type TestApp } from '../support/app.js'
import { askVerdict, type Answered } from '../support/ask-verdict.js'
import { aChunk, aPng, aSvg, aTextChunk } from '../support/build-badge-files.js'
import {
  anEd25519Key,
  anOutsideBadge,
  anRsaKey,
  embeddedText,
  jwsText,
} from '../support/build-issuers.js'
import { community } from '../support/build-access.js'
import { adaFinished, keepWorld, people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'

const ours = 'did:web:localhost%3A3000'
const owner = { communityId: community }
const fields = (text: string) => JSON.parse(text) as JsonObject
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Nothing but parse, schema and what failed says anything. */
const expectBlank = ({ outcomes, body }: Answered, failed: 'signature' | 'issuerKey') => {
  expect(outcomes[failed]).to.equal('fail')
  for (const name of checkNames)
    if (!['parse', 'schema', failed].includes(name))
      expect(outcomes[name], name).to.equal('not_checked')
  expect(body).not.to.have.any.keys('badge', 'issuer')
}

/** The table of ref/credentials, section 6: what a verifier must say. */
describe('The verifier', () => {
  let it_: TestApp
  let embedded = ''
  let jws = ''
  const ask = (badge: string | Buffer, more = {}) => askVerdict(it_.app, badge, more)

  before(async () => {
    await emptyDatabase()
    await keepWorld()
    await adaFinished(['html', 'css'])
    await adaFinished(['js'], 'self-reported')
    it_ = testApp()
    const { copy } = await issueCredential('award-html', it_)
    embedded = copy.embedded
    jws = copy.jws
  })

  /** Our own badge with a change, signed by us again. */
  async function resigned(change: JsonObject): Promise<string> {
    const { proof: _proof, ...unsigned } = fields(embedded)
    return JSON.stringify(await signDocument(owner, { ...unsigned, ...change }, it_))
  }
  async function resignedJws(change: JsonObject, claims: JsonObject = {}): Promise<string> {
    const { proof: _proof, ...unsigned } = fields(embedded)
    return signStatement(owner, { ...claimsFor({ ...unsigned, ...change }), ...claims }, it_)
  }
  const subject = () => fields(embedded)['credentialSubject'] as JsonObject

  describe('V1: our own badge with an embedded proof', () => {
    const ways: readonly [string, () => string | Buffer][] = [
      ['as JSON', () => embedded],
      ['in a PNG', () => bakePng(aPng(), embedded)],
      ['in an SVG', () => bakeSvg(aSvg(), embedded)],
      [
        'with its proof as an object',
        () => {
          const badge = fields(embedded)
          return JSON.stringify({ ...badge, proof: (badge['proof'] as unknown[])[0] })
        },
      ],
    ]
    for (const [how, badge] of ways)
      it(`passes every check ${how}`, async () => {
        const { status, overall, outcomes } = await ask(badge(), { recipient: people.ada.email })

        expect([status, overall]).to.deep.equal([200, 'pass'])
        const { refresh, endorsements, ...made } = outcomes
        expect(new Set(Object.values(made))).to.deep.equal(new Set(['pass']))
        expect([refresh, endorsements]).to.deep.equal(['not_checked', 'not_checked'])
      })

    it('warns when it rests on what the learner reported', async () => {
      const { copy } = await issueCredential('award-js', it_)

      for (const badge of [copy.embedded, copy.jws]) {
        const { overall, outcomes } = await ask(badge)
        expect([overall, outcomes.evidence, outcomes.signature]).to.deep.equal([
          'warn',
          'warn',
          'pass',
        ])
      }
    })
  })

  describe('V2: the same badge as a VC-JWT', () => {
    const ways: readonly [string, () => string | Buffer][] = [
      ['as a file', () => jws],
      ['in a PNG', () => bakePng(aPng(), jws)],
      ['in the attribute of an SVG', () => bakeSvg(aSvg(), jws)],
    ]
    for (const [how, badge] of ways)
      it(`passes ${how}`, async () => {
        const { overall, outcomes, body } = await ask(badge(), { recipient: people.ada.email })

        expect(overall).to.equal('pass')
        expect(outcomes).to.include({ context: 'pass', schema: 'pass', recipient: 'pass' })
        expect(body.badge?.name).to.equal('Badge html')
      })
  })

  describe('V3: one character changed', () => {
    it('fails in the name of the achievement, and shows nothing else', async () => {
      expectBlank(await ask(embedded.replaceAll('Badge html', 'Badge htmk')), 'signature')
      expectBlank(
        await ask(bakePng(aPng(), embedded.replaceAll('Badge html', 'Badge htmk'))),
        'signature',
      )
    })

    it('fails in the payload of a JWT', async () => {
      const [head = '', claims = '', signature = ''] = jws.split('.')
      const changed = Buffer.from(claims, 'base64url')
        .toString()
        .replace('Badge html', 'Badge htmk')
      const forged = [head, Buffer.from(changed).toString('base64url'), signature].join('.')

      expectBlank(await ask(forged), 'signature')
    })

    it('fails in a badge inside a learner record, also when the record itself is signed anew', async () => {
      const record = (badges: readonly JsonObject[]) => ({
        '@context': [
          'https://www.w3.org/ns/credentials/v2',
          'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json',
          'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
          'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
        ],
        id: 'urn:uuid:5b5c1b52-55c1-4f28-9a2c-0f3f0a6d0009',
        type: ['VerifiableCredential', 'ClrCredential'],
        name: 'Record',
        issuer: { id: ours, type: ['Profile'], name: 'Code Oregon' },
        validFrom: '2015-03-09T00:00:00Z',
        credentialSubject: { id: 'urn:uuid:1', type: ['ClrSubject'], verifiableCredential: badges },
      })
      const { copy } = await issueCredential('award-css', it_)
      const good = JSON.stringify(
        await signDocument(owner, record([fields(embedded), fields(copy.embedded)]), it_),
      )
      const forged = fields(embedded.replaceAll('Badge html', 'Badge htmk'))
      const around = JSON.stringify(await signDocument(owner, record([forged]), it_))

      const { overall, outcomes } = await ask(good)
      expect([overall, outcomes.signature, outcomes.schema]).to.deep.equal(['pass', 'pass', 'pass'])
      expectBlank(await ask(good.replace('Badge html', 'Badge htmk')), 'signature')
      expectBlank(await ask(around), 'signature')
    })
  })

  describe('V4: dates', () => {
    const [yesterday, tomorrow] = ['2015-03-08T19:00:00Z', '2015-03-10T19:00:00Z']

    it('fails an expired badge, with a good signature', async () => {
      for (const badge of [
        await resigned({ validUntil: yesterday }),
        await resignedJws({ validUntil: yesterday }),
      ]) {
        const { overall, outcomes, messages } = await ask(badge)
        expect([overall, outcomes.signature, outcomes.validUntil]).to.deep.equal([
          'fail',
          'pass',
          'fail',
        ])
        expect(messages.validUntil).to.contain('expired')
      }
    })

    it('fails a badge whose first day has not come', async () => {
      for (const badge of [
        await resigned({ validFrom: tomorrow }),
        await resignedJws({ validFrom: tomorrow }),
      ]) {
        const { overall, outcomes, messages } = await ask(badge)
        expect([overall, outcomes.signature, outcomes.validFrom]).to.deep.equal([
          'fail',
          'pass',
          'fail',
        ])
        expect(messages.validFrom).to.contain('not yet valid')
      }
    })

    it('reads exp and nbf of a JWT where the badge itself says nothing', async () => {
      const at = (text: string) => Date.parse(text) / 1000

      expect(
        (await ask(await resignedJws({}, { exp: at(yesterday) }))).outcomes.validUntil,
      ).to.equal('fail')
      expect((await ask(await resignedJws({}, { nbf: 'soon' }))).overall).to.equal('fail')
      expect((await ask(await resigned({ validUntil: tomorrow }))).overall).to.equal('pass')
    })
  })

  describe('V6: keys that are not the issuer’s', () => {
    it('fails an attacker’s key under our own id', async () => {
      const key = anEd25519Key(ours)
      const answer = await ask(await embeddedText({ ...anOutsideBadge(ours) }, key))

      expectBlank(answer, 'issuerKey')
      expect(answer.messages.issuerKey).to.contain('not published by the issuer')
    })

    it('fails a key that came in the header, or lies on another host', async () => {
      const key = anRsaKey(ours, 'https://evil.example/keys/1')
      const claims = encoded({ ...anOutsideBadge(ours), iss: ours })
      const jwk = key.publicKey.export({ format: 'jwk' })
      const signed = (header: object) => {
        const content = `${encoded(header)}.${claims}`
        return `${content}.${sign('sha256', Buffer.from(content), key.signing.privateKey).toString('base64url')}`
      }

      expectBlank(await ask(signed({ alg: 'RS256', jwk })), 'issuerKey')
      expectBlank(
        await ask(signed({ alg: 'RS256', kid: 'https://evil.example/keys/1' })),
        'issuerKey',
      )
      expectBlank(await ask(await jwsText(anOutsideBadge(ours), key)), 'issuerKey')
      const [own] = (await publishedKeysOf(ours)).filter(({ kind }) => kind === 'RSA')
      expectBlank(await ask(signed({ alg: 'RS256', kid: own?.url, jwk })), 'signature')
    })
  })

  describe('V7: heads of a JWT', () => {
    const rest = () => jws.split('.').slice(1)
    const header = () => fields(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())

    it('fails alg none, also with the signature left out', async () => {
      const [claims = '', signature = ''] = rest()
      for (const last of ['', signature])
        expectBlank(
          await ask([encoded({ ...header(), alg: 'none' }), claims, last].join('.')),
          'signature',
        )
    })

    it('fails HS256 with our public key as its secret', async () => {
      const [own] = (await publishedKeysOf(ours)).filter(({ kind }) => kind === 'RSA')
      const pem = createPublicKey({ key: { ...own?.jwk }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      })
      const content = `${encoded({ ...header(), alg: 'HS256' })}.${rest()[0] ?? ''}`
      const mac = createHmac('sha256', pem).update(content).digest('base64url')

      expectBlank(await ask(`${content}.${mac}`), 'signature')
    })

    it('fails critical extensions, and takes the usual types or none', async () => {
      const keys = await openKeys(await openIssuer(owner, it_), it_)
      const signedWith = (head: object) => {
        const content = `${encoded(head)}.${rest()[0] ?? ''}`
        return `${content}.${sign('sha256', Buffer.from(content), keys.RSA.privateKey).toString('base64url')}`
      }
      const { typ: _typ, ...bare } = header()

      expectBlank(await ask(signedWith({ ...bare, crit: ['exp'], exp: 1 })), 'signature')
      expectBlank(await ask(signedWith({ ...bare, typ: 'other' })), 'signature')
      for (const head of [bare, { ...bare, typ: 'JWT' }, { ...bare, typ: 'vc+jwt' }])
        expect((await ask(signedWith(head))).overall).to.equal('pass')
    })
  })

  describe('V8: whose badge it is', () => {
    const identified = (identifier: object | undefined) => {
      const { identifier: _identifier, ...rest } = subject()
      return resigned({
        credentialSubject: { ...rest, ...(identifier && { identifier: [identifier] }) },
      })
    }
    const identity = { type: 'IdentityObject', identityType: 'emailAddress' }
    const email = people.ada.email
    const md5 = createHash('md5').update(`${email}salt`).digest('hex')
    const cases: readonly [string, object | undefined | 'own', string, string, string][] = [
      ['the right address', 'own', email, 'pass', 'pass'],
      ['the same in capitals', 'own', ` ${email.toUpperCase()} `, 'pass', 'pass'],
      ['another address', 'own', 'somebody@example.org', 'fail', 'fail'],
      ['an address that was not asked', 'own', '', 'not_checked', 'pass'],
      ['a badge without an address', undefined, email, 'not_checked', 'pass'],
      [
        'an address that is not hidden',
        { ...identity, hashed: false, identityHash: email },
        email,
        'pass',
        'pass',
      ],
      [
        'an address hidden by md5',
        { ...identity, hashed: true, salt: 'salt', identityHash: `md5$${md5}` },
        email,
        'warn',
        'warn',
      ],
    ]
    for (const [what, identifier, recipient, outcome, overall] of cases)
      it(`says ${outcome} for ${what}`, async () => {
        const badge = identifier === 'own' ? embedded : await identified(identifier)
        const answer = await ask(badge, { recipient })

        expect([answer.outcomes.recipient, answer.overall]).to.deep.equal([outcome, overall])
      })

    it('takes the address in the body too', async () => {
      const body = JSON.stringify({
        credential: fields(embedded),
        recipient: 'somebody@example.org',
      })

      expect((await ask(body)).outcomes.recipient).to.equal('fail')
      expect(
        (await ask(JSON.stringify({ credential: jws, recipient: email }))).outcomes.recipient,
      ).to.equal('pass')
    })
  })

  describe('V9: pictures', () => {
    const baked = () => bakePng(aPng(), embedded)
    const expectRefused = async (badge: Buffer | string, words: RegExp, status = 422) => {
      const { body, outcomes, overall, ...answer } = await ask(badge)
      expect(answer.status).to.equal(status)
      expect(body.errors?.[0]?.field).to.equal('parse')
      expect(body.detail).to.match(words)
      expect([overall, outcomes.parse, outcomes.signature]).to.deep.equal([
        'fail',
        'fail',
        'not_checked',
      ])
    }

    it('says that there is no credential in a picture that lost it', () =>
      expectRefused(aPng(), /no credential in this image/))
    it('says the same of a photo, whatever its name', () =>
      expectRefused(Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]), /JPEG/))
    it('refuses a wrong checksum, a cut file and compressed text', async () => {
      const wrong = baked()
      wrong[100] = (wrong[100] ?? 0) ^ 1
      await expectRefused(wrong, /checksum/)
      await expectRefused(baked().subarray(0, 500), /cut off/)
      await expectRefused(aPng(aTextChunk('openbadgecredential', embedded, 1)), /compressed/)
    })
    it('reads the first of two and warns', async () => {
      const two = aPng(
        aTextChunk('openbadgecredential', embedded),
        aTextChunk('openbadgecredential', 'x'),
      )
      const { overall, outcomes } = await ask(two)

      expect([overall, outcomes.parse, outcomes.signature]).to.deep.equal(['warn', 'warn', 'pass'])
    })
    it('reads badges of version 2 by their own chunk, also the old one with an address', async () => {
      const assertion = JSON.stringify(hostedBadge)
      for (const chunk of [
        aTextChunk('openbadges', assertion),
        aChunk('tEXt', 'openbadges\0https://example.org/a/1'),
      ]) {
        const { overall, outcomes } = await ask(aPng(chunk))
        expect([overall, outcomes.signature]).to.deep.equal(['warn', 'not_checked'])
      }
    })
  })

  describe('V10: limits', () => {
    const endorsed = (count: number) =>
      JSON.stringify({
        ...fields(embedded),
        endorsement: Array.from({ length: count }, () => ({})),
      })
    const cases: readonly [string, () => string | Buffer, number, string][] = [
      ['a file over 2 MB', () => Buffer.alloc(fileLimits.file + 1, 32), 413, 'parse'],
      [
        'a chunk over 512 kB',
        () => aPng(aTextChunk('openbadgecredential', 'x'.repeat(fileLimits.chunk))),
        413,
        'parse',
      ],
      ['an SVG over 1 MB', () => aSvg(' '.repeat(fileLimits.svg)), 413, 'parse'],
      ['JSON of 65 levels', () => `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 422, 'parse'],
      ['21 endorsements', () => endorsed(21), 422, 'endorsements'],
    ]
    for (const [what, badge, status, field] of cases)
      it(`refuses ${what} and names the check`, async () => {
        const answer = await ask(badge())

        expect(answer.status).to.equal(status)
        expect(answer.body.errors?.[0]?.field).to.equal(field)
      })

    it('keeps its memory while it refuses', async () => {
      const bomb = Buffer.alloc(fileLimits.file + 1, 0x5b)
      await ask(bomb)
      global.gc?.()
      const before = process.memoryUsage().rss
      for (let at = 0; at < 40; at += 1) await ask(bomb)

      expect(process.memoryUsage().rss - before).to.be.lessThan(64 * 1024 * 1024)
    })
  })

  describe('V11: broken text', () => {
    const cases: readonly [string, () => string | Buffer][] = [
      ['malformed JSON', () => embedded.slice(0, -5)],
      ['a byte order mark', () => `\uFEFF${embedded}`],
      ['NUL', () => embedded.replace('Badge html', 'Badge\\u0000html')],
      ['a key twice', () => embedded.replace('{', '{"id":"x",')],
      ['__proto__', () => embedded.replace('{', '{"__proto__":{},')],
      ['another encoding', () => Buffer.from(embedded.replaceAll('Badge html', 'Bädge'), 'latin1')],
      ['a JWS of two parts', () => jws.split('.').slice(0, 2).join('.')],
      ['a JWS of four parts', () => `${jws}.x`],
      ['nothing', () => ''],
      ['something else', () => '{"hello":"world"}'],
    ]
    for (const [what, badge] of cases)
      it(`answers 422 and names the check: ${what}`, async () => {
        const { status, body, outcomes } = await ask(badge())

        expect(status).to.equal(422)
        expect(body.errors?.[0]?.field).to.equal('parse')
        expect(outcomes.parse).to.equal('fail')
      })
  })

  describe('V12: hostile pictures', () => {
    const hostile = () =>
      bakeSvg(
        aSvg(
          '<script>alert(1)</script><a href="javascript:alert(1)"><g onload="x()"/></a><image href="https://evil.example/x.png"/>',
          ' onload="alert(1)"',
        ),
        embedded,
      )

    it('are read as data', async () => {
      expect((await ask(hostile())).overall).to.equal('pass')
    })
    it('are refused with a document type', async () => {
      const { status, body } = await ask(
        hostile().replace('<svg', '<!DOCTYPE svg [<!ENTITY a "b">]><svg'),
      )

      expect(status).to.equal(422)
      expect(body.detail).to.contain('DOCTYPE')
    })
  })

  describe('V13: names with all kinds of characters', () => {
    it('pass and are shown right', async () => {
      const name = 'SAFe® — Ünï'
      const badge = await resigned({
        credentialSubject: {
          ...subject(),
          achievement: { ...(subject()['achievement'] as JsonObject), name },
        },
      })

      for (const picture of [bakePng(aPng(), badge), bakeSvg(aSvg(), badge)]) {
        const { overall, body } = await ask(picture)
        expect([overall, body.badge?.name]).to.deep.equal(['pass', name])
      }
    })
  })

  describe('V14: words without a meaning', () => {
    const contexts = () => fields(embedded)['@context'] as string[]
    const cases: readonly [string, () => JsonObject][] = [
      ['the extensions’ context missing', () => ({ '@context': contexts().slice(0, 2) })],
      ['contexts in a wrong order', () => ({ '@context': [...contexts()].reverse() })],
      [
        'an unknown context',
        () => ({ '@context': [...contexts(), 'https://evil.example/c.json'] }),
      ],
      [
        'a context that redefines a word',
        () => ({ '@context': [...contexts(), { name: 'https://evil.example/name' }] }),
      ],
      ['an undefined word', () => ({ degree: 'Doctor' })],
    ]
    for (const [what, change] of cases)
      it(`fail without a request: ${what}`, async () => {
        const { status, overall, outcomes } = await ask(
          JSON.stringify({ ...fields(embedded), ...change() }),
        )

        expect([status, overall]).to.deep.equal([200, 'fail'])
        expect([outcomes.context, outcomes.schema]).to.include('fail')
        expect(outcomes.signature).not.to.equal('pass')
      })
  })

  describe('V15: an unknown issuer', () => {
    it('is not trusted for its good signature', async () => {
      const key = anEd25519Key('did:web:school.example.org')
      const { overall, outcomes, messages } = await ask(
        await embeddedText(anOutsideBadge('did:web:school.example.org'), key),
      )

      expect(overall).to.equal('warn')
      expect(outcomes).to.include({
        signature: 'pass',
        issuerKey: 'not_checked',
        issuerTrusted: 'warn',
      })
      expect(messages.issuerTrusted).to.contain('not on our list')
    })
  })

  describe('V17: version 2', () => {
    it('records a hosted badge while fetching is off', async () => {
      const { overall, outcomes } = await ask(JSON.stringify(hostedBadge))

      expect(overall).to.equal('warn')
      expect(outcomes).to.include({
        schema: 'pass',
        signature: 'not_checked',
        issuerTrusted: 'not_checked',
      })
    })

    it('fails a badge that says it was revoked', async () => {
      const { overall, outcomes } = await ask(JSON.stringify({ ...hostedBadge, revoked: true }))

      expect([overall, outcomes.status]).to.deep.equal(['fail', 'fail'])
    })

    it('checks a signed one against the keys its issuer lists', async () => {
      const key = anRsaKey('https://school.example.org/issuer', 'https://school.example.org/key')
      const signed = (creator: string) => {
        const content = `${encoded({ alg: 'RS256' })}.${encoded(signedBadge(key.publicKey.export({ type: 'spki', format: 'pem' }) as string, creator))}`
        return `${content}.${sign('sha256', Buffer.from(content), key.signing.privateKey).toString('base64url')}`
      }
      const listed = await ask(signed('https://school.example.org/key'))

      expect(listed.outcomes).to.include({ signature: 'pass', issuerTrusted: 'warn' })
      expectBlank(await ask(signed('https://evil.example/key')), 'issuerKey')
      expectBlank(
        await ask(`${signed('https://school.example.org/key').slice(0, -8)}AAAAAAAA`),
        'signature',
      )
    })
  })
})

const hostedBadge = {
  '@context': 'https://w3id.org/openbadges/v2',
  type: 'Assertion',
  id: 'https://school.example.org/assertions/1',
  recipient: { type: 'email', identity: people.ada.email, hashed: false },
  badge: {
    type: 'BadgeClass',
    id: 'https://school.example.org/badges/python',
    name: 'Python Basics',
    description: 'The basics.',
    criteria: { narrative: 'Finish.' },
    issuer: { type: 'Issuer', id: 'https://school.example.org/issuer', name: 'A school' },
  },
  verification: { type: 'HostedBadge' },
  issuedOn: '2015-01-02T00:00:00Z',
}

const signedBadge = (publicKeyPem: string, creator: string) => ({
  ...hostedBadge,
  badge: {
    ...hostedBadge.badge,
    issuer: {
      ...hostedBadge.badge.issuer,
      publicKey: [
        {
          id: 'https://school.example.org/key',
          type: 'CryptographicKey',
          owner: 'https://school.example.org/issuer',
          publicKeyPem,
        },
      ],
    },
  },
  verification: { type: 'SignedBadge', creator },
})
