import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { load } from 'cheerio'
import {
  chainFormat,
  hashOfLink,
  readChainData,
  type ChainData,
  type ChainFault,
} from '../../src/sharing/chain.js'
import { findIssuerKey } from '../../src/verification/find-issuer-key.js'
import { openIssuer } from '../../src/credentials/open-issuer.js'
import { openKeys } from '../../src/credentials/open-keys.js'
import { retireKeys } from '../../src/credentials/signing-key-store.js'
import { signStatement } from '../../src/credentials/sign-statement.js'
import { verifyChain } from '../../src/verification/verify-chain.js'
import { testApp, type TestApp } from '../support/app.js'
import { community, credentials } from '../support/build-access.js'
import {
  chainFile,
  dataText,
  flipped,
  keepChainWorld,
  withData,
  withText,
} from '../support/build-chain.js'
import { people } from '../support/build-record.js'
import { emptyDatabase } from '../support/database.js'
import { signIn } from '../support/person.js'

const verify = (html: string) => verifyChain(html, findIssuerKey)
const claimsOf = (jws: string) =>
  JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

describe('the chain file', () => {
  let world: TestApp
  let html: string
  let data: ChainData
  before(async () => {
    await emptyDatabase()
    world = testApp()
    await keepChainWorld(world)
    html = await chainFile(world)
    data = JSON.parse(dataText(html)) as ChainData
  })

  it('tells record, badges, credit and hand-off, each signed by who answers for it', async () => {
    const verdict = await verify(html)

    expect(verdict).to.deep.include({ outcome: 'pass', count: 7, subject: 'urn:uuid:learner-ada' })
    expect(verdict.links.map(({ kind, title }) => `${kind}: ${title}`)).to.deep.equal([
      'record: The record of Ada Lovelace',
      'credential: Badge: Badge css',
      'credential: Badge: Badge html',
      'credential: Badge: Badge js',
      'credit-decision: College credit: CIS 122 at The pcc',
      'referral: Job center: The center',
      'end: End',
    ])
    expect(verdict.links.map(({ onBehalfOf }) => onBehalfOf ?? '')).to.deep.equal([
      '',
      '',
      '',
      '',
      'The pcc',
      'The center',
      '',
    ])
    expect(new Set(verdict.links.map(({ issuerId }) => issuerId))).to.deep.equal(
      new Set(['did:web:localhost%3A3000']),
    )
  })

  it('says nothing of how the learner is reached, nor what was written to a center', () => {
    const inside = data.links.map((link) => JSON.stringify(claimsOf(link))).join()

    expect(inside).to.contain('Ada Lovelace')
    expect(claimsOf(data.links[0]!)['data']).not.to.have.property('contact')
    for (const secret of [people.ada.email, 'a private word'])
      expect(inside + html).not.to.contain(secret)
  })

  it('reads as a plain summary, in the language that was asked for', async () => {
    const page = load(html)
    const spanish = load(await chainFile(world, 'es'))

    expect(page('html').attr('lang')).to.equal('en')
    expect(
      page('main h3')
        .toArray()
        .map((h3) => page(h3).text()),
    ).to.include('Badge: Badge html')
    expect(page('main').text()).to.contain('Not checked yet')
    expect(spanish('html').attr('lang')).to.equal('es')
    expect(spanish('main').text()).to.contain('Insignia: Badge html')
  })

  it('may run nothing but its own reader, and ask nobody', () => {
    const page = load(html)
    const policy = page('meta[http-equiv="Content-Security-Policy"]').attr('content')

    expect(policy).to.match(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/)
    expect(page('[src], link, img, form, iframe')).to.have.length(0)
    expect(html).not.to.match(/\b(fetch|XMLHttpRequest|import)\s*\(/)
  })

  it('is sent as a download that no cache keeps', async () => {
    const ada = await signIn(world.app, credentials(people.ada))
    const answer = await ada.get('/record/chain.html')
    const spanish = await ada.get('/es/record/chain.html')

    expect(answer.headers['content-disposition']).to.equal(
      'attachment; filename=record-with-signatures.html',
    )
    expect(answer.headers['cache-control']).to.equal('private, no-store')
    expect((await verify(answer.text)).outcome).to.equal('pass')
    expect(load(spanish.text)('html').attr('lang')).to.equal('es')
    const cora = await signIn(world.app, credentials(people.cora))
    expect((await cora.get('/record/chain.html')).status).to.equal(403)
  })

  it('still holds after the key was changed for a new one', async () => {
    const issuer = await openIssuer({ communityId: community }, world)
    await retireKeys(issuer.id, ['RSA', 'Ed25519'], world.ports.now())

    expect((await verify(html)).outcome).to.equal('pass')
    const renewed = await verify(await chainFile(world))
    expect(renewed.outcome).to.equal('pass')
    expect(renewed.links[0]?.keyId).not.to.equal((await verify(html)).links[0]?.keyId)
  })

  it('is caught when any sign of its data is another', async () => {
    const text = dataText(html)
    const places = fc.integer({ min: 0, max: text.length - 1 })
    const check = async (at: number) => {
      const verdict = await verify(withText(html, flipped(text, at)))
      expect(verdict.outcome, `sign ${at}`).to.equal('fail')
    }
    const { links } = data
    const ends = links.map((link) => text.indexOf(link) + link.length - 1)
    for (const at of [0, text.length - 1, ...ends]) await check(at)
    await fc.assert(fc.asyncProperty(places, check), { numRuns: 300 })
  })

  it('is caught when any piece of its data is cut out, or anything is put in', async () => {
    const text = dataText(html)
    const place = fc.integer({ min: 0, max: text.length - 1 })
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 500 }), async (at, length) => {
        const cut = text.slice(0, at) + text.slice(at + length)
        expect((await verify(withText(html, cut))).outcome).to.equal('fail')
        const more = `${text.slice(0, at)} ${text.slice(at)}`
        expect((await verify(withText(html, more))).outcome).to.equal('fail')
      }),
      { numRuns: 150 },
    )
  })

  describe('does not fool the check', () => {
    type Change = (data: ChainData) => unknown
    const swap: Change = ({ links, ...rest }) => {
      const other = [...links]
      ;[other[1], other[2]] = [other[2]!, other[1]!]
      return { ...rest, links: other }
    }
    const dropping = (at: number): Change => {
      return ({ links, ...rest }) => ({ ...rest, links: links.filter((_, i) => i !== at) })
    }
    const cases: [string, Change, ChainFault, number?][] = [
      ['the first link left out', dropping(0), 'wrong-position', 1],
      ['a badge left out', dropping(2), 'wrong-position', 3],
      ['the decision left out', dropping(4), 'wrong-position', 5],
      ['the end left out', dropping(6), 'no-end', 6],
      ['two badges exchanged', swap, 'wrong-position', 2],
      [
        'a link told twice',
        ({ links, ...rest }) => ({ ...rest, links: [links[0], ...links] }),
        'wrong-position',
        2,
      ],
      [
        'something after the end',
        ({ links, ...rest }) => ({ ...rest, links: [...links, links[1]] }),
        'after-end',
        8,
      ],
      ['no links', (all) => ({ ...all, links: [] }), 'wrong-shape'],
      ['links that are none', (all) => ({ ...all, links: ['x'] }), 'unreadable-link', 1],
      ['a number for a link', (all) => ({ ...all, links: [7] }), 'wrong-shape'],
      ['more than the format knows', (all) => ({ ...all, extra: 1 }), 'wrong-shape'],
      ['another format', (all) => ({ ...all, format: 'waymark-chain/2' }), 'wrong-format'],
      [
        'a private key among the keys',
        (all) => ({
          ...all,
          keys: [{ kid: 'x', jwk: { kty: 'RSA', n: 'x', e: 'x', d: 'x' } }],
        }),
        'wrong-shape',
      ],
      [
        'a key that signed nothing in it',
        ({ keys, ...rest }) => ({ ...rest, keys: [...keys, { ...keys[0]!, kid: 'https://x/y' }] }),
        'changed-keys',
      ],
      [
        'a key of no known type',
        ({ keys, ...rest }) => ({
          ...rest,
          keys: keys.map(({ kid, jwk }) => ({ kid, jwk: { ...jwk, kty: 'RSB' } })),
        }),
        'changed-keys',
      ],
      ['a key left out', (all) => ({ ...all, keys: [] }), 'changed-keys'],
      [
        'a key twice',
        ({ keys, ...rest }) => ({ ...rest, keys: [...keys, ...keys] }),
        'changed-keys',
      ],
      ['nothing', () => null, 'wrong-shape'],
      ['a list', () => [], 'wrong-shape'],
    ]
    for (const [title, change, fault, at] of cases)
      it(`with ${title}`, async () => {
        const verdict = await verify(withData(html, change))

        expect(verdict).to.deep.include({ outcome: 'fail', fault })
        expect(verdict.at).to.equal(at)
        if (at !== undefined) expect(verdict.links.length).to.be.at.most(at)
      })

    const texts: [string, (html: string) => string, ChainFault][] = [
      ['another file altogether', () => '<!doctype html><p>Hello', 'no-data'],
      ['an empty file', () => '', 'no-data'],
      ['the data twice', (file) => file + file, 'two-data'],
      ['data that never ends', (file) => file.slice(0, file.indexOf('"links":[')), 'changed-text'],
      [
        'markup inside the data',
        (file) => withText(file, dataText(file)).replace('"links":[', '<b>"links":['),
        'changed-text',
      ],
      [
        'spaces in the data',
        (file) => withText(file, dataText(file).replace(',', ', ')),
        'changed-text',
      ],
      [
        'a key named twice',
        (file) => withText(file, dataText(file).replace('{', `{"format":"x",`)),
        'changed-text',
      ],
      [
        'a prototype',
        (file) => withText(file, dataText(file).replace('{', `{"__proto__":{},`)),
        'wrong-shape',
      ],
      ['broken JSON', (file) => withText(file, dataText(file).slice(1)), 'not-json'],
      ['depth without end', (file) => withText(file, '['.repeat(100_000)), 'not-json'],
    ]
    for (const [title, change, fault] of texts)
      it(`with ${title}`, async () => {
        expect(await verify(change(html))).to.deep.include({ outcome: 'fail', fault })
      })

    it('with links of two files mixed', async () => {
      const other = JSON.parse(dataText(await chainFile(world))) as ChainData
      const mixed = withData(html, (all) => ({
        ...all,
        links: [...all.links.slice(0, 3), ...other.links.slice(3)],
      }))

      expect(await verify(mixed)).to.deep.include({ outcome: 'fail', fault: 'other-chain', at: 4 })
    })

    /** A link as the forger writes it, put in the place of the first; what follows is cut off. */
    const forged = (jws: string) => withData(html, (all) => ({ ...all, links: [jws] }))
    const token = (header: object, claims: object, key: Parameters<typeof sign>[2]) => {
      const text = [header, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
    }

    it('with a link signed by a key of the forger’s own, under the program’s name', async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const claims = claimsOf(data.links[0]!)
      const kid = (kidUrl: string) => token({ alg: 'RS256', kid: kidUrl }, claims, privateKey)
      const header = JSON.parse(
        Buffer.from(data.links[0]!.split('.')[0]!, 'base64url').toString(),
      ) as { kid: string }

      expect((await verify(forged(kid('http://evil.example/keys/1')))).fault).to.equal(
        'key-not-published',
      )
      expect((await verify(forged(kid(header.kid)))).fault).to.equal('bad-signature')
    })

    it('with a link without a signature, or one made with a public key as a password', async () => {
      const claims = data.links[0]!.split('.')[1]!
      const head = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')

      for (const alg of ['none', 'HS256']) {
        const fake = `${head({ alg, kid: 'x' })}.${claims}.${head({ a: 1 })}`
        expect((await verify(forged(fake))).fault).to.equal('bad-signature')
      }
    })

    it('with a signer nobody here knows', async () => {
      const issuer = await openIssuer({ communityId: community }, world)
      const keys = await openKeys(issuer, world)
      const claims = { ...claimsOf(data.links[0]!), iss: 'did:web:elsewhere.example' }
      const jws = token({ alg: 'RS256', kid: keys.RSA.url }, claims, keys.RSA.privateKey)

      expect((await verify(forged(jws))).fault).to.equal('issuer-unknown')
    })

    it('with a badge of somebody else, though the program signed each', async () => {
      const owner = { communityId: community }
      const [record, badge] = data.links.map(claimsOf)
      const subject = 'urn:uuid:learner-bob'
      const first = await signStatement(owner, { ...record, subject }, world)
      const second = await signStatement(
        owner,
        { ...badge, subject, previous: hashOfLink(first) },
        world,
      )
      const third = await signStatement(owner, { ...badge, previous: hashOfLink(first) }, world)

      const links = (...some: string[]) => withData(html, (all) => ({ ...all, links: some }))
      expect(await verify(links(first, second))).to.deep.include({ fault: 'other-person', at: 2 })
      expect(await verify(links(first, third))).to.deep.include({ fault: 'other-person', at: 2 })
    })

    it('with a statement of the program that is no link', async () => {
      const jws = await signStatement({ communityId: community }, { hello: 'world' }, world)

      expect((await verify(forged(jws))).fault).to.equal('unreadable-link')
    })

    it('with any bytes at all: it answers, and never passes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
          expect((await verify(text)).outcome).to.equal('fail')
          const inside = text.replaceAll('<', '')
          expect((await verify(withText(html, inside))).outcome).to.equal('fail')
        }),
        { numRuns: 200 },
      )
      const noise = `{"format":"${chainFormat}","keys":[],"links":["${randomBytes(400_000).toString('base64url')}.a.b"]}`
      expect((await verify(withText(html, noise))).fault).to.equal('unreadable-link')
    })
  })

  it('has data that reads back as it was written', () => {
    expect(readChainData(html)).to.deep.equal(data)
  })
})
