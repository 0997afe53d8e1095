import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { makeIndexes, openDatabase } from '../../src/database.js'
import { deliverEvents } from '../../src/deliveries/deliver-events.js'
import { insertDeliveries } from '../../src/deliveries/delivery-store.js'
import { findEndpoint, insertEndpoint, wake } from '../../src/deliveries/endpoint-store.js'
import { isSignedWith } from '../../src/providers/webhook-signature.js'
import {
  anEndpoint,
  anEvent,
  madeAt,
  receiver,
  sealSecret,
  type ReceivedCall,
} from '../support/build-deliveries.js'
import { report, tell } from './measure.js'

const events = 10_000
const batch = 1_000
/** Hours of the clock the rounds run by; an endpoint is paused after five days without any answer that counts. */
const mostHours = 100

interface Tally {
  /** Of each event, how often the receiver took it as new, by the idempotency key. */
  readonly news: Map<string, number>
  readonly keys: Set<string>
  calls: number
  repeats: number
  unsigned: number
}

const idOf = ({ body }: ReceivedCall): string => (JSON.parse(body) as { id: string }).id

const isSigned = ({ headers, body }: ReceivedCall): boolean =>
  isSignedWith('s1', {
    timestamp: String(headers['x-waymark-timestamp']),
    signature: String(headers['x-waymark-signature']),
    body: Buffer.from(body),
  })

/**
 * A receiver as it should be, behind a line as it should not: it says no, breaks off, leads elsewhere or hangs at random,
 * and of what it took one answer in ten is lost on the way back.
 */
async function failingReceiver(tally: Tally) {
  let dice = 7
  const chance = () => (dice = (dice * 16_807) % 2_147_483_647) / 2_147_483_647
  return receiver((_n, res, call) => {
    tally.calls += 1
    const luck = chance()
    if (luck < 0.15) return void res.writeHead(500).end('try later')
    if (luck < 0.25) return void res.socket?.destroy()
    if (luck < 0.28) return void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    if (luck < 0.29) return
    const key = String(call.headers['idempotency-key'])
    if (!isSigned(call)) tally.unsigned += 1
    if (tally.keys.has(key)) tally.repeats += 1
    else tally.news.set(idOf(call), (tally.news.get(idOf(call)) ?? 0) + 1)
    tally.keys.add(key)
    if (luck < 0.36) return void res.socket?.destroy()
    res.writeHead(200).end('ok')
  })
}

async function sendAll(url: string): Promise<number> {
  await insertEndpoint(anEndpoint({ url }))
  for (let at = 0; at < events; at += batch) {
    const made = Array.from({ length: batch }, (_, nth) => anEvent({ id: `e${at + nth}` }))
    await insertDeliveries(
      made.map((event) => ({ endpointId: 'endpoint', event })),
      madeAt,
    )
  }
  await wake(['endpoint'], madeAt)
  for (let hour = 0; hour < mostHours; hour += 1) {
    const now = new Date(madeAt.getTime() + hour * 3_600_000)
    const world = {
      ports: { now: () => now },
      config: { mode: 'test' as const },
      secrets: { seal: sealSecret },
    }
    const { signal } = new AbortController()
    const run = { world, signal, touch: async () => undefined, sources: [], timeoutMs: 300 }
    const sent = await Promise.all([deliverEvents(run), deliverEvents(run)])
    tell(`hour ${hour}: ${sent.join(' and ')} taken`)
    if (!(await findEndpoint('endpoint'))?.dueAt) return hour
  }
  throw new Error('some are still in line')
}

/** 10,000 events, by two senders that take turns, to one receiver that fails at random: how many arrive, and how many twice as new. */
export async function benchDeliveries(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'waymark-bench-'))
  const database = await openDatabase({ mongodbUri: undefined, dataDir })
  await makeIndexes()
  const tally: Tally = { news: new Map(), keys: new Set(), calls: 0, repeats: 0, unsigned: 0 }
  const { url, close } = await failingReceiver(tally)
  const begin = process.cpuUsage()
  const hours = await sendAll(url)
  const { user, system } = process.cpuUsage(begin)
  await close()
  const twice = [...tally.news.values()].filter((count) => count > 1).length
  if (tally.news.size !== events || twice > 0 || tally.unsigned > 0)
    throw new Error(`${tally.news.size} arrived, ${twice} twice as new, ${tally.unsigned} unsigned`)
  report({
    bench: '10,000 deliveries to a receiver that fails at random',
    ratio: tally.news.size / events,
    against: 'all arrive, none twice as new',
    arrived: tally.news.size,
    twiceAsNew: twice,
    cameAgainUnderTheSameKey: tally.repeats,
    calls: tally.calls,
    hoursOfItsClock: hours,
    cpuMillisecondsEach: (user + system) / 1000 / events,
  })
  await mongoose.connection.db?.dropDatabase()
  await database.close()
  rmSync(dataDir, { recursive: true, force: true })
}
