import type { Config } from '../config.js'
import type { Ports } from '../ports.js'
import type { AnnouncementSource } from './announcement.js'
import { takeDueEndpoint } from './endpoint-store.js'
import { letGoEnded } from './let-go-ended.js'
import { relayAnnouncements } from './relay-announcements.js'
import { answerWithinMs, type Sending } from './send-event.js'
import { announcementSources } from './sources.js'
import { takeTurn } from './take-turn.js'

/** Endpoints served at the same time. */
const parallel = 4
/** Longer than a turn and its slowest answers. */
const leaseSeconds = 120

interface Round {
  readonly world: {
    readonly ports: Pick<Ports, 'now'>
    readonly config: Pick<Config, 'mode'>
    readonly secrets: { readonly seal: string }
  }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
  readonly sources?: readonly AnnouncementSource[]
  readonly timeoutMs?: number
}

/**
 * One round: puts what records announce in line, and sends what is due, at least once each. Any number of processes may do
 * this at once; each endpoint is served by one of them at a time. Returns how many events were taken.
 */
export async function deliverEvents(round: Round): Promise<number> {
  const { ports, config, secrets } = round.world
  await relayAnnouncements(round.sources ?? announcementSources, ports.now())
  await letGoEnded(ports.now())
  const sending: Sending = {
    sealSecret: secrets.seal,
    mayLoop: config.mode !== 'production',
    timeoutMs: round.timeoutMs ?? answerWithinMs,
  }
  const served = Array.from({ length: parallel }, () => serve(round, sending))
  return (await Promise.all(served)).reduce((sum, taken) => sum + taken, 0)
}

async function serve({ world, signal, touch }: Round, sending: Sending): Promise<number> {
  let taken = 0
  while (!signal.aborted) {
    const now = world.ports.now()
    const leasedUntil = new Date(now.getTime() + leaseSeconds * 1000)
    const endpoint = await takeDueEndpoint(now, leasedUntil)
    if (!endpoint) return taken
    taken += await takeTurn({ endpoint, leasedUntil, sending, ports: world.ports, signal })
    await touch()
  }
  return taken
}
