import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { ConfigError, readConfig } from '../../src/config.js'
import { identityHash } from '../../src/credentials/identity.js'
import { didFor, ownerOf, ownerText } from '../../src/credentials/issuer.js'
import { base58, fromBase58, jwkOfMultibase, multibaseOf } from '../../src/credentials/multikey.js'
import {
  bitAt,
  decodeList,
  emptyBits,
  encodeList,
  entryOf,
  listBits,
  statusIn,
  withBits,
} from '../../src/credentials/status-list.js'
import { gzipSync } from 'node:zlib'

describe('the name of an issuer', () => {
  const names = [
    ['https://badges.example.org', '', 'did:web:badges.example.org'],
    ['http://localhost:3000', '', 'did:web:localhost%3A3000'],
    ['http://127.0.0.1:8080', '', 'did:web:localhost%3A8080'],
    ['http://[::1]:8080', 'pcc', 'did:web:localhost%3A8080:issuers:pcc'],
    ['https://example.org', 'pcc', 'did:web:example.org:issuers:pcc'],
  ] as const
  for (const [baseUrl, path, did] of names)
    it(`${did} for ${baseUrl} ${path}`, () => {
      expect(didFor(baseUrl, path)).to.equal(did)
    })

  it('knows its owner, whatever is in the id', () => {
    for (const owner of [{ communityId: 'a:b' }, { organizationId: 'pcc' }])
      expect(ownerOf({ owner: ownerText(owner) })).to.deep.equal(owner)
  })

  it('stops the start for an IP address, naming the variable, but for loopback', () => {
    for (const url of ['http://192.168.1.5:3000', 'https://[2001:db8::1]', 'http://0.0.0.0'])
      expect(() => readConfig({ BASE_URL: url })).to.throw(
        ConfigError,
        /^[^]*BASE_URL: .*host name/,
      )
    for (const url of ['http://127.0.0.1:3000', 'http://[::1]:3000', 'https://example.org'])
      expect(readConfig({ BASE_URL: url }).baseUrl).to.equal(url)
  })
})

describe('keys and identities as they are written', () => {
  it('writes bytes in base58 and reads them again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect([...(fromBase58(base58(bytes)) ?? [])]).to.deep.equal([...bytes])
      }),
    )
    expect(base58(Buffer.from('Hello World!'))).to.equal('2NEpo7TZRRrLZSi2U')
    expect(fromBase58('0OIl')).to.equal(undefined)
    expect(fromBase58('1'.repeat(200))).to.equal(undefined)
  })

  it('writes an Ed25519 key as a multibase key, z6Mk…, and takes nothing else for one', () => {
    const x = randomBytes(32).toString('base64url')

    expect(multibaseOf(x)).to.match(/^z6Mk/)
    expect(jwkOfMultibase(multibaseOf(x))).to.deep.equal({ kty: 'OKP', crv: 'Ed25519', x })
    for (const text of ['', 'z', 'z6Mk', `m${multibaseOf(x)}`, `z${base58(randomBytes(34))}`])
      expect(jwkOfMultibase(text), text).to.equal(undefined)
  })

  it('hashes an address as the specification does', () => {
    const right = 'sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399'

    expect(identityHash('a@example.com', 'Kosher')).to.equal(right)
    expect(identityHash(' A@Example.com ', 'Kosher')).to.equal(right)
  })
})

describe('a status list', () => {
  const packed = (bytes: number) => `u${gzipSync(Buffer.alloc(bytes)).toString('base64url')}`

  it('holds exactly the bits that were set, through packing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(listBits - 1), { maxLength: 50 }), (indices) => {
        const bits = decodeList(encodeList(withBits(emptyBits(), indices)))
        if (typeof bits === 'string') throw new Error(bits)
        for (const index of indices) expect(bitAt(bits, index)).to.equal(true)
        expect(
          bits.reduce((sum, byte) => sum + byte.toString(2).replace(/0/g, '').length, 0),
        ).to.equal(indices.length)
      }),
      { numRuns: 20 },
    )
    expect(withBits(emptyBits(), [0])[0]).to.equal(0x80)
  })

  it('is refused when it is too short, a bomb, or no list', () => {
    expect(decodeList(packed(1_000))).to.equal('too-short')
    expect(decodeList(packed(100 * 1024 * 1024))).to.equal('too-large')
    for (const text of ['', 'u', 'u!!!', 'uAAAA', 'no list'])
      expect(decodeList(text)).to.equal('unreadable')
  })

  it('answers by purpose and place', () => {
    const bits = withBits(emptyBits(), [7])
    const entry = (index: number, purpose = 'revocation') => ({ list: 'x', index, purpose })

    expect(statusIn(bits, 'revocation', entry(7))).to.deep.equal({
      outcome: 'fail',
      why: 'revoked',
    })
    expect(statusIn(bits, 'revocation', entry(8))).to.deep.equal({ outcome: 'pass' })
    expect(statusIn(bits, 'revocation', entry(8, 'suspension')).why).to.equal('purpose-mismatch')
    expect(statusIn(bits, 'revocation', entry(listBits)).why).to.equal('index-out-of-range')
    expect(statusIn('too-short', 'revocation', entry(8)).why).to.equal('too-short')
  })

  it('takes no entry with a place that is no number', () => {
    const entry = {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListCredential: 'https://example.org/status/1',
    }

    expect(entryOf({ ...entry, statusListIndex: '7' })?.index).to.equal(7)
    for (const statusListIndex of ['', '-1', '1e3', ' 7', null, [7], {}, '12345678901'])
      expect(entryOf({ ...entry, statusListIndex })).to.equal(undefined)
    for (const status of [undefined, null, 7, [], { ...entry, type: 'Other' }])
      expect(entryOf(status)).to.equal(undefined)
  })
})
