import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { bodyOf, lastTry, retryAfter, stateAfterFailure } from '../../src/deliveries/delivery.js'
import { addressFault, hasFailedLong, liveSecrets, rotated } from '../../src/deliveries/endpoint.js'
import { signedHeaders } from '../../src/deliveries/sign-event.js'
import { isSignedWith } from '../../src/providers/webhook-signature.js'
import { anEvent, madeAt } from '../support/build-deliveries.js'

const later = (hours: number) => new Date(madeAt.getTime() + hours * 3_600_000)
const source = new URL('../../src/', import.meta.url).pathname

describe("An endpoint's address", () => {
  for (const [address, fault] of [
    ['https://sis.example.edu/waymark', undefined],
    ['https://sis.example.edu:8443/a?b=c', undefined],
    ['http://sis.example.edu/', 'https'],
    ['ftp://sis.example.edu/', 'https'],
    ['javascript:alert(1)', 'https'],
    ['not an address', 'address'],
    ['', 'address'],
    ['https://me:secret@sis.example.edu/', 'addressSecret'],
    ['https://10.0.0.1/', 'hostName'],
    ['https://0x0a000001/', 'hostName'],
    ['https://[fd00::1]/', 'hostName'],
    ['https://intranet/', 'hostName'],
    ['https://localhost/', 'hostName'],
    ['http://127.0.0.1:3000/', 'https'],
  ] as const)
    it(`${address === '' ? '(nothing)' : address} is ${fault ?? 'right'}`, () => {
      expect(addressFault(address, false)).to.equal(fault && `deliveries:error.${fault}`)
    })

  it('may be plain http on this machine in development and tests, and nowhere else', () => {
    expect(addressFault('http://127.0.0.1:3000/x', true)).to.equal(undefined)
    expect(addressFault('http://[::1]/x', true)).to.equal(undefined)
    expect(addressFault('http://127.0.0.2/x', true)).to.equal('deliveries:error.https')
    expect(addressFault('http://10.0.0.1/x', true)).to.equal('deliveries:error.https')
  })
})

describe('A secret', () => {
  const one = { sealed: 'one', madeAt }

  it('signs for a day after a new one took its place', () => {
    const both = rotated([one], 'two', later(1))

    expect(liveSecrets(both, later(24.9)).map(({ sealed }) => sealed)).to.deep.equal(['two', 'one'])
    expect(liveSecrets(both, later(25)).map(({ sealed }) => sealed)).to.deep.equal(['two'])
  })

  it('leaves at most two, however often it is changed', () => {
    const many = ['2', '3', '4'].reduce<ReturnType<typeof rotated>>(
      (secrets, sealed, at) => rotated(secrets, sealed, later(at)),
      [one],
    )

    expect(many.map(({ sealed }) => sealed)).to.deep.equal(['4', '3'])
  })
})

describe('What is sent', () => {
  const event = anEvent({ id: 'e1', sequence: 3 })
  const body = bodyOf(event)

  it('holds ids and no more', () => {
    expect(JSON.parse(body)).to.deep.equal({
      id: 'e1',
      kind: 'claim.filed',
      at: '2015-03-09T19:00:00.000Z',
      sequence: 3,
      organization: 'pcc',
      about: { claim: 'claim' },
    })
  })

  it('is signed as providers sign what they send to us, once for each secret', () => {
    const headers = signedHeaders(event, body, ['new', 'old'], madeAt)
    const timestamp = headers['x-waymark-timestamp'] ?? ''
    const signatures = (headers['x-waymark-signature'] ?? '').split(', ')
    const call = (signature: string) => ({ timestamp, signature, body: Buffer.from(body) })

    expect(headers['idempotency-key']).to.equal('e1')
    expect(isSignedWith('new', call(signatures[0] ?? ''))).to.equal(true)
    expect(isSignedWith('old', call(signatures[1] ?? ''))).to.equal(true)
    expect(isSignedWith('old', call(signatures[0] ?? ''))).to.equal(false)
  })
})

describe('A delivery that failed', () => {
  it('waits longer each time, never more than six hours, and not always the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, chance) => {
          const seconds = retryAfter(tries, chance)
          const most = Math.min(21_600, 30 * 2 ** (tries - 1))
          expect(seconds).to.be.within(Math.floor(most * 0.8), most)
        },
      ),
    )
  })

  it('is given up after about three days', () => {
    const hours = Array.from({ length: lastTry - 1 }, (_, at) => retryAfter(at + 1, 0)).reduce(
      (sum, seconds) => sum + seconds / 3600,
      0,
    )

    expect(hours).to.be.within(60, 80)
    expect(stateAfterFailure(lastTry - 1)).to.equal('waiting')
    expect(stateAfterFailure(lastTry)).to.equal('dead')
  })

  it('pauses its endpoint after five days without one that was taken', () => {
    expect(hasFailedLong(undefined, later(1000))).to.equal(false)
    expect(hasFailedLong(madeAt, later(119))).to.equal(false)
    expect(hasFailedLong(madeAt, later(120))).to.equal(true)
  })
})

describe('the records that announce events', () => {
  it('are all relayed: none is forgotten in deliveries/sources.ts', () => {
    const listed = readFileSync(join(source, 'deliveries/sources.ts'), 'utf8')
    const declared = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-store.ts'))
      .flatMap((file) => [
        ...readFileSync(join(source, file), 'utf8').matchAll(
          /const (\w+)[^=\n]*= announcementsIn\(/g,
        ),
      ])
      .map((match) => match[1] ?? '')

    expect(declared).to.include('claimAnnouncements')
    expect(declared.filter((name) => !listed.includes(name))).to.deep.equal([])
  })
})
