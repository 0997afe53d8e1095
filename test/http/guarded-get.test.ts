import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { GetError, guardedGet, isPublicAddress } from '../../src/http/guarded-get.js'

const fixture = (name: string) =>
  readFileSync(new URL(`../providers/fixtures/${name}`, import.meta.url), 'utf8')

// A throw-away key for "localhost", made for these tests alone.
const cert = fixture('localhost-cert.pem')
const key = fixture('localhost-key.pem')

const limits = { maxBytes: 1_000, timeoutMs: 1_500, redirects: 2 }
const trust = { ca: cert, mayConnectTo: () => true }

const failureOf = async (reading: Promise<unknown>): Promise<string> => {
  try {
    await reading
  } catch (error) {
    if (error instanceof GetError) return error.failure
    throw error
  }
  return 'it was read'
}

describe('Reading an address of somebody else', () => {
  let server: Server
  let base: string
  let calls: string[] = []

  before((done) => {
    server = createServer({ key, cert }, (req, res) => {
      const path = req.url ?? ''
      calls.push(path)
      const to = /^\/redirect\/(.*)$/.exec(path)?.[1]
      if (to !== undefined) res.writeHead(302, { location: decodeURIComponent(to) }).end()
      else if (path === '/large') res.end('x'.repeat(1_001))
      else if (path === '/endless') res.write('x')
      else if (path === '/missing') res.writeHead(404).end('no')
      else res.end('{"ok":true}')
    })
    server.listen(0, 'localhost', () => {
      base = `https://localhost:${(server.address() as AddressInfo).port}`
      done()
    })
  })

  after(() => {
    server.closeAllConnections()
    server.close()
  })

  beforeEach(() => (calls = []))

  it('gives status and text', async () => {
    expect(await guardedGet(`${base}/a`, { ...limits, trust })).to.deep.equal({
      status: 200,
      text: '{"ok":true}',
    })
    expect((await guardedGet(`${base}/missing`, { ...limits, trust })).status).to.equal(404)
  })

  it('never connects when the name leads to this machine or a private network', async () => {
    expect(await failureOf(guardedGet(`${base}/a`, limits))).to.equal('private-address')
    expect(calls).to.deep.equal([])
  })

  it('refuses when only one of several addresses is private, at the moment of connecting', async () => {
    const mayConnectTo = (address: string) => address === 'none of them'

    expect(
      await failureOf(guardedGet(`${base}/a`, { ...limits, trust: { ca: cert, mayConnectTo } })),
    ).to.equal('private-address')
    expect(calls).to.deep.equal([])
  })

  for (const address of [
    'http://example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://2130706433/',
    'https://user:word@example.org/',
    'file:///etc/passwd',
  ]) {
    it(`refuses ${address}`, async () => {
      expect(await failureOf(guardedGet(address, limits))).to.equal('wrong-address')
    })
  }

  it('stops at too many bytes', async () => {
    const reading = guardedGet(`${base}/large`, { ...limits, trust })

    expect(await failureOf(reading)).to.equal('too-large')
  })

  it('stops after too long', async () => {
    const reading = guardedGet(`${base}/endless`, { ...limits, timeoutMs: 300, trust })

    expect(await failureOf(reading)).to.equal('too-slow')
  })

  it('follows two redirects on the same host and no third', async () => {
    const twice = `/redirect/${encodeURIComponent('/redirect/%2Fa')}`
    const thrice = `/redirect/${encodeURIComponent(twice)}`

    expect((await guardedGet(base + twice, { ...limits, trust })).status).to.equal(200)
    expect(await failureOf(guardedGet(base + thrice, { ...limits, trust }))).to.equal(
      'too-many-redirects',
    )
  })

  for (const elsewhere of [
    'https://example.org/',
    'http://localhost/',
    'https://169.254.169.254/',
  ]) {
    it(`does not follow a redirect to ${elsewhere}`, async () => {
      const reading = guardedGet(`${base}/redirect/${encodeURIComponent(elsewhere)}`, {
        ...limits,
        trust,
      })

      expect(await failureOf(reading)).to.equal('wrong-address')
    })
  }

  it('knows which addresses are public', () => {
    const inside = [
      '127.0.0.1',
      '10.1.2.3',
      '192.168.0.1',
      '172.16.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1',
      'fc00::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::7f00:1',
      'ff02::1',
      'words',
    ]

    expect(inside.filter(isPublicAddress)).to.deep.equal([])
    expect(['93.184.216.34', '2606:2800:220:1::1'].every(isPublicAddress)).to.equal(true)
  })
})
