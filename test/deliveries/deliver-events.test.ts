import { expect } from 'chai'
import mongoose from 'mongoose'
import type { Announcement, AnnouncementSource } from '../../src/deliveries/announcement.js'
import { deliverEvents } from '../../src/deliveries/deliver-events.js'
import {
  findDeliveries,
  insertDeliveries,
  replayDead,
} from '../../src/deliveries/delivery-store.js'
import type { Delivery } from '../../src/deliveries/delivery.js'
import {
  endedEndpoints,
  endpointOutbox,
  findEndpoint,
  insertEndpoint,
  takeDueEndpoint,
  wake,
} from '../../src/deliveries/endpoint-store.js'
import type { Endpoint } from '../../src/deliveries/endpoint.js'
import { stepEndpoint } from '../../src/deliveries/step-endpoint.js'
import { isSignedWith } from '../../src/providers/webhook-signature.js'
import { anAccount, keep } from '../support/build-access.js'
import {
  anEndpoint,
  anEvent,
  madeAt,
  receiver,
  sealSecret,
  type ReceivedCall,
  type ReceiverAnswer,
} from '../support/build-deliveries.js'
import { actorOf } from '../support/build-handoff.js'
import { emptyDatabase } from '../support/database.js'

const later = (hours: number) => new Date(madeAt.getTime() + hours * 3_600_000)
const idOf = (call: ReceivedCall) => (JSON.parse(call.body) as { id: string }).id

/** Records that announce, kept in memory: a relay that dies leaves them there. */
function recordsWith(events: readonly Announcement[]): AnnouncementSource {
  const left = new Map(events.map((event) => [event.id, event]))
  return {
    waiting: async (limit) =>
      [...left.values()].slice(0, limit).map((event) => ({ recordId: event.id, entries: [event] })),
    relayed: async (recordId) => {
      left.delete(recordId)
    },
  }
}

describe('Events for the system of another organization', () => {
  let close: (() => Promise<void>)[] = []

  beforeEach(emptyDatabase)
  afterEach(async () => {
    for (const one of close) await one()
    close = []
  })

  const listen = async (answer?: ReceiverAnswer) => {
    const one = await receiver(answer)
    close.push(one.close)
    return one
  }
  const round = (
    at: Date,
    events: readonly Announcement[] = [],
    mode: 'test' | 'production' = 'test',
  ) =>
    deliverEvents({
      world: { ports: { now: () => at }, config: { mode }, secrets: { seal: sealSecret } },
      signal: new AbortController().signal,
      touch: async () => undefined,
      sources: [recordsWith(events)],
      timeoutMs: 300,
    })
  const connect = (url: string, change: Partial<Endpoint> = {}) =>
    insertEndpoint(anEndpoint({ url, ...change }))
  const sent = (endpointId = 'endpoint') => findDeliveries({ endpointId }, 200)
  const first = async (): Promise<Delivery> => {
    const [one] = await sent()
    if (!one) throw new Error('nothing is in line')
    return one
  }

  it('arrive signed, once, at each address that chose the kind', async () => {
    const [claims, other, elsewhere] = [await listen(), await listen(), await listen()]
    await connect(claims.url)
    await connect(other.url, { id: 'other', kinds: ['claim.decided'] })
    await connect(elsewhere.url, { id: 'elsewhere', organizationId: 'psu' })

    await round(madeAt, [anEvent()])
    await round(later(1), [])

    const [call] = claims.calls
    expect([claims, other, elsewhere].map(({ calls }) => calls.length)).to.deep.equal([1, 0, 0])
    expect(call?.headers).to.include({
      'idempotency-key': 'event',
      'x-waymark-event': 'claim.filed',
    })
    expect(
      isSignedWith('s1', {
        timestamp: String(call?.headers['x-waymark-timestamp']),
        signature: String(call?.headers['x-waymark-signature']),
        body: Buffer.from(call?.body ?? ''),
      }),
    ).to.equal(true)
    expect(await first()).to.deep.include({ state: 'delivered', tries: 1 })
  })

  it('all arrive at a receiver that fails at random, and none twice as new', async () => {
    let dice = 7
    const chance = () => (dice = (dice * 16_807) % 2_147_483_647) / 2_147_483_647
    const news = new Set<string>()
    let repeated = 0
    const { url } = await listen((_n, res, call) => {
      const luck = chance()
      if (luck < 0.2) res.writeHead(500).end('try later')
      else if (luck < 0.3) res.socket?.destroy()
      else if (luck < 0.35) res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
      else if (luck < 0.37) return
      else {
        if (news.has(idOf(call))) repeated += 1
        news.add(idOf(call))
        // Took it, and the answer is lost on the way.
        if (luck < 0.45) res.socket?.destroy()
        else res.writeHead(200).end('ok')
      }
    })
    await connect(url)
    const ids = Array.from({ length: 120 }, (_, at) => `e${String(at)}`)

    await Promise.all(
      [1, 2].map(() =>
        round(
          madeAt,
          ids.map((id) => anEvent({ id })),
        ),
      ),
    )
    for (let hour = 1; hour < 40 && (await endpointDue()); hour += 1) await round(later(hour))

    expect([...news].sort()).to.deep.equal([...ids].sort())
    expect((await sent()).every(({ state }) => state === 'delivered')).to.equal(true)
    expect(repeated, 'some came twice, with the same id').to.be.greaterThan(0)
  })
  const endpointDue = async () => (await findEndpoint('endpoint'))?.dueAt

  it('are in line once, however often a relay dies and is done again', async () => {
    await connect('https://sis.example.edu/')
    await insertDeliveries([{ endpointId: 'endpoint', event: anEvent() }], madeAt)

    await Promise.all([1, 2, 3].map(() => round(madeAt, [anEvent()])))

    expect(await sent()).to.have.length(1)
  })

  const lies: Readonly<Record<string, [ReceiverAnswer, object]>> = {
    'hangs before it answers': [() => undefined, { failure: 'too-slow' }],
    'hangs within a 500': [
      (_n, res) => res.writeHead(500).write('half'),
      { status: 500, failure: 'refused', answer: 'half' },
    ],
    'says it takes and then hangs': [(_n, res) => res.writeHead(200).write('o'), { status: 200 }],
    'breaks off': [(_n, res) => res.socket?.destroy(), { failure: 'failed' }],
    'answers in no known tongue': [
      (_n, res) => res.socket?.end('HELO\r\n\r\n'),
      { failure: 'failed' },
    ],
    'leads elsewhere': [
      (_n, res) => res.writeHead(307, { location: 'https://example.org/' }).end(),
      { status: 307, failure: 'redirect' },
    ],
    'leads inside': [
      (_n, res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      { status: 302, failure: 'redirect' },
    ],
    'says no': [
      (_n, res) => res.writeHead(401).end('who\u0000 are\r\n you'),
      { status: 401, failure: 'refused', answer: 'who are you' },
    ],
    'says yes without end': [
      (_n, res) => {
        res.writeHead(200)
        const pour = () => res.destroyed || (res.write('x'.repeat(65_536)), setImmediate(pour))
        pour()
      },
      { status: 200 },
    ],
  }
  for (const [what, [answer, expected]] of Object.entries(lies))
    it(`have a defined end at a receiver that ${what}`, async () => {
      const { url, calls } = await listen(answer)
      await connect(url)

      await round(madeAt, [anEvent()])

      const { log, state } = await first()
      const isTaken = !('failure' in expected)
      expect(calls).to.have.length(1)
      expect(log).to.have.length(1)
      expect(log[0]).to.deep.include(expected)
      expect(log[0]?.answer?.length ?? 0).to.be.at.most(300)
      expect(state).to.equal(isTaken ? 'delivered' : 'waiting')
    })

  it('never reach this machine or a private network by a public looking address', async () => {
    const { calls, url } = await listen()
    const port = new URL(url).port
    await connect(`https://localhost:${port}/`)
    await connect(url, { id: 'plain' })

    await round(madeAt, [anEvent()], 'production')

    expect(calls).to.deep.equal([])
    expect((await first()).log[0]).to.deep.include({ failure: 'private-address' })
    expect((await sent('plain'))[0]?.log[0]).to.deep.include({ failure: 'wrong-address' })
  })

  it('do not wait for an address that hangs, and leave it alone for a while', async () => {
    const [silent, quick] = [await listen(() => undefined), await listen()]
    await connect(silent.url, { id: 'silent' })
    await connect(quick.url, { id: 'quick' })
    const events = Array.from({ length: 30 }, (_, at) => anEvent({ id: `e${String(at)}` }))

    await round(madeAt, events)
    await round(madeAt)

    expect(quick.calls).to.have.length(30)
    expect(silent.calls.length).to.be.within(4, 7)
    expect(await findEndpoint('silent')).to.deep.include({ failures: 1, failingSince: madeAt })
  })

  it('pause an address after five days, tell its people, keep what waits, and go on when resumed', async () => {
    let isUp = false
    const { url, calls } = await listen((_n, res) => res.writeHead(isUp ? 200 : 503).end())
    await keep(
      anAccount('Cora Registrar', 'college', 'pcc'),
      anAccount('Ed Employer', 'employer', 'pcc'),
    )
    await connect(url)

    await round(madeAt, [anEvent({ id: 'e1' })])
    await round(later(119), [anEvent({ id: 'e2' })])
    expect((await findEndpoint('endpoint'))?.state).to.equal('active')
    await round(later(121), [anEvent({ id: 'e3' })])

    const paused = await findEndpoint('endpoint')
    const [mails] = await endpointOutbox.waiting(5)
    expect(paused).to.deep.include({ state: 'paused', pausedBecause: 'failing' })
    expect(mails?.entries.map(({ to, template }) => [to.email, template])).to.deep.equal([
      ['cora.registrar@example.org', 'endpointPaused'],
    ])
    isUp = true
    const before = calls.length
    await round(later(200), [anEvent({ id: 'e4' })])
    expect(calls).to.have.length(before)
    expect((await sent()).filter(({ state }) => state === 'waiting')).to.have.length(4)
  })

  it('get a second try at an address that took nothing long ago', async () => {
    let isUp = false
    const { url } = await listen((_n, res) => res.writeHead(isUp ? 200 : 503).end())
    await connect(url)
    await round(madeAt, [anEvent({ id: 'e1' })])
    for (let hour = 1; hour < 119 && (await first()).state === 'waiting'; hour += 1)
      await round(later(hour))
    expect((await first()).state).to.equal('dead')

    await round(later(240), [anEvent({ id: 'e2' })])
    expect((await findEndpoint('endpoint'))?.state).to.equal('active')
    isUp = true
    await round(later(247))

    expect((await sent()).map(({ state }) => state).sort()).to.deep.equal(['dead', 'delivered'])
    expect(await findEndpoint('endpoint')).to.not.have.property('failingSince')
  })

  it('are dead after the last try, and arrive when they are replayed', async () => {
    let isUp = false
    const { url } = await listen((_n, res) => res.writeHead(isUp ? 200 : 500).end())
    await connect(url)
    await round(madeAt, [anEvent()])
    for (let hour = 1; hour < 119 && (await first()).state === 'waiting'; hour += 1)
      await round(later(hour))
    expect(await first()).to.deep.include({ state: 'dead', tries: 20 })

    isUp = true
    expect(await replayDead('endpoint', later(119))).to.equal(1)
    await wake(['endpoint'], later(119))
    await round(later(119))

    expect(await first()).to.deep.include({ state: 'delivered', tries: 1 })
    expect(await findEndpoint('endpoint'))
      .to.include({ failures: 0 })
      .and.not.have.property('failingSince')
  })

  describe('are kept', () => {
    /** In how many days from now the database may drop each one; null for never. */
    const daysLeft = async () => {
      const rows = await mongoose.connection
        .collection<{ state: string; purgeAt?: Date }>('deliveries')
        .find({}, { sort: { createdAt: 1 } })
        .toArray()
      return rows.map(({ state, purgeAt }) => [
        state,
        purgeAt ? Math.round((purgeAt.getTime() - Date.now()) / 86_400_000) : null,
      ])
    }

    it('for as long as they wait, 180 days when given up, 30 when taken', async () => {
      let isUp = false
      const { url } = await listen((_n, res) => res.writeHead(isUp ? 200 : 500).end())
      await connect(url)
      await round(madeAt, [anEvent()])
      expect(await daysLeft()).to.deep.equal([['waiting', null]])
      for (let hour = 1; hour < 119 && (await first()).state === 'waiting'; hour += 1)
        await round(later(hour))
      expect(await daysLeft()).to.deep.equal([['dead', 180]])

      await replayDead('endpoint', later(119))
      expect(await daysLeft()).to.deep.equal([['waiting', null]])
      isUp = true
      await wake(['endpoint'], later(119))
      await round(later(119))
      expect(await daysLeft()).to.deep.equal([['delivered', 30]])
    })

    it('while their address is paused, and not once it is removed', async () => {
      const cora = anAccount('Cora Registrar', 'college', 'pcc')
      await keep(cora)
      const actor = await actorOf(cora)
      const ports = { now: () => madeAt }
      await connect('http://127.0.0.1:1/', { state: 'paused', pausedBecause: 'asked' })
      await round(madeAt, [anEvent()])
      expect(await daysLeft()).to.deep.equal([['waiting', null]])

      await stepEndpoint('endpoint', 'end', actor, ports)
      expect(await daysLeft()).to.deep.equal([['waiting', 30]])
    })

    const minutes = (count: number) => new Date(madeAt.getTime() + count * 60_000)
    const change = (id: string, set: object) =>
      mongoose.connection
        .collection<{ _id: string }>('delivery-endpoints')
        .updateOne({ _id: id }, { $set: set })

    it('no longer once a process died right after the removal', async () => {
      await connect('http://127.0.0.1:1/', { state: 'paused', pausedBecause: 'asked' })
      await round(madeAt, [anEvent()])
      await change('endpoint', { state: 'ended', endedAt: minutes(1) })
      expect(await daysLeft()).to.deep.equal([['waiting', null]])

      await round(minutes(2))
      expect(await daysLeft()).to.deep.equal([['waiting', 30]])
    })

    it('nor what was put in line while the address was removed, for ten minutes', async () => {
      await connect('http://127.0.0.1:1/', { state: 'paused', pausedBecause: 'asked' })
      await change('endpoint', { state: 'ended', endedAt: minutes(0) })
      await round(minutes(1))
      const put = (id: string, at: Date) =>
        insertDeliveries([{ endpointId: 'endpoint', event: anEvent({ id }) }], at)
      await put('late', minutes(2))
      await round(minutes(3))
      expect(await daysLeft()).to.deep.equal([['waiting', 30]])

      await put('later still', minutes(9))
      await round(minutes(11))
      expect(await endedEndpoints(5)).to.deep.equal([])
      expect(await daysLeft()).to.deep.equal([
        ['waiting', 30],
        ['waiting', 30],
      ])
    })

    it('nor what was left by an address removed before that was noted', async () => {
      await connect('http://127.0.0.1:1/', { state: 'paused', pausedBecause: 'asked' })
      await round(madeAt, [anEvent()])
      await change('endpoint', { state: 'ended' })
      await round(minutes(1))
      expect(await daysLeft()).to.deep.equal([['waiting', 30]])
      expect(await endedEndpoints(5)).to.deep.equal([])
    })
  })

  it('are sent on by another process when one died in mid-send', async () => {
    const { url, calls } = await listen()
    await connect(url, { dueAt: madeAt })
    await insertDeliveries([{ endpointId: 'endpoint', event: anEvent() }], madeAt)
    await takeDueEndpoint(madeAt, later(0.1))

    await round(later(0.05))
    expect(calls).to.have.length(0)
    await round(later(0.2))

    expect(calls).to.have.length(1)
  })
})
