import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Announcement } from '../../src/deliveries/announcement.js'
import type { Endpoint } from '../../src/deliveries/endpoint.js'
import { seal } from '../../src/seal.js'
import { community } from './build-access.js'

export const sealSecret = 'a secret that seals, for tests only'
export const madeAt = new Date('2015-03-09T19:00:00Z')

/** An active endpoint of PCC for every claim that is filed, with the secret "s1", unless told otherwise. */
export const anEndpoint = (change: Partial<Endpoint> = {}): Endpoint => ({
  id: 'endpoint',
  organizationId: 'pcc',
  communityId: community,
  url: 'https://sis.example.edu/waymark',
  kinds: ['claim.filed'],
  state: 'active',
  secrets: [{ sealed: seal('s1', sealSecret, 'delivery secrets'), madeAt }],
  revision: 0,
  madeBy: 'cora-registrar',
  madeAt,
  failures: 0,
  ...change,
})

export const anEvent = (change: Partial<Announcement> = {}): Announcement => ({
  id: 'event',
  kind: 'claim.filed',
  organizationId: 'pcc',
  at: madeAt,
  sequence: 0,
  about: { claim: 'claim' },
  ...change,
})

/** One call as a receiver got it. */
export interface ReceivedCall {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type ReceiverAnswer = (n: number, res: ServerResponse, call: ReceivedCall) => void

/** A real HTTP receiver on this machine; `answer` says what it does with the n-th call (from 1). */
export async function receiver(answer: ReceiverAnswer = (_n, res) => res.writeHead(204).end()) {
  const calls: ReceivedCall[] = []
  const server = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => {
      const call = { headers: req.headers, body: Buffer.concat(parts).toString('utf8') }
      calls.push(call)
      answer(calls.length, res, call)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    calls,
    url: `http://127.0.0.1:${String(port)}/waymark`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
