import { performance } from 'node:perf_hooks'
import { findAccountsAt } from '../access/account-store.js'
import { newId } from '../ids.js'
import { paths, to } from '../http/paths.js'
import type { OutboxEntry } from '../messages/outbox.js'
import type { Ports } from '../ports.js'
import { markDelivered, markFailed, nextDueAt, takeDueDelivery } from './delivery-store.js'
import { retryAfter, stateAfterFailure } from './delivery.js'
import { endTurn } from './endpoint-store.js'
import { failingDays, hasFailedLong, type Endpoint } from './endpoint.js'
import { endpointRoles } from './own-organization.js'
import { sendEvent, wasTaken, type Sending } from './send-event.js'

/** Events on their way to one endpoint at the same time. */
const lines = 4
/** After so many failures in a row an endpoint is left alone for a while. */
const patience = 4
const turnMs = 20_000

interface Turn {
  readonly endpoint: Endpoint
  readonly leasedUntil: Date
  readonly sending: Sending
  readonly ports: Pick<Ports, 'now'>
  readonly signal: AbortSignal
}

interface Tally {
  taken: number
  failed: number
  failedInARow: number
  /** Something failed that had been tried before. */
  failedAgain: boolean
}

/**
 * Sends what is due to one endpoint that was taken until `leasedUntil`, for twenty seconds at most, and gives it back. An
 * endpoint that takes nothing rests before its next turn, twice as long each time, so that it holds nobody up. Returns how
 * many events were taken.
 */
export async function takeTurn(turn: Turn): Promise<number> {
  const tally: Tally = { taken: 0, failed: 0, failedInARow: 0, failedAgain: false }
  const until = performance.now() + turnMs
  await Promise.all(Array.from({ length: lines }, () => sendLine(turn, tally, until)))
  await finish(turn, tally)
  return tally.taken
}

const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000)

async function sendLine(turn: Turn, tally: Tally, until: number): Promise<void> {
  const { endpoint, leasedUntil, sending, ports } = turn
  while (tally.failedInARow < patience && performance.now() < until && !turn.signal.aborted) {
    const now = ports.now()
    const delivery = await takeDueDelivery(endpoint.id, now, leasedUntil)
    if (!delivery) return
    const tried = await sendEvent(delivery, endpoint, sending, now)
    if (wasTaken(tried)) {
      tally.taken += 1
      tally.failedInARow = 0
      await markDelivered(delivery, tried)
    } else {
      tally.failed += 1
      tally.failedInARow += 1
      tally.failedAgain ||= delivery.tries > 1
      const nextAt = after(ports.now(), retryAfter(delivery.tries, Math.random()))
      await markFailed(delivery, { state: stateAfterFailure(delivery.tries), nextAt }, tried)
    }
  }
}

async function finish({ endpoint, leasedUntil, ports }: Turn, tally: Tally): Promise<void> {
  const now = ports.now()
  const nextAt = await nextDueAt(endpoint.id)
  const isFailing = tally.taken === 0 && tally.failed > 0
  const failures = endpoint.failures + 1
  const restUntil = isFailing ? after(now, retryAfter(failures, Math.random())) : now
  const since = endpoint.failingSince ?? now
  // Nobody asked the address since its last event was given up: one failure of a new one says little.
  const pauses = isFailing && tally.failedAgain && hasFailedLong(since, now)
  await endTurn(endpoint.id, leasedUntil, {
    dueAt: nextAt && new Date(Math.max(nextAt.getTime(), restUntil.getTime())),
    ...(tally.taken > 0 && { deliveredAt: now }),
    ...(isFailing && { failing: { since, failures } }),
    pauses,
    outbox: pauses ? await mailsAboutPause(endpoint) : [],
  })
}

async function mailsAboutPause(endpoint: Endpoint): Promise<OutboxEntry[]> {
  const people = await findAccountsAt(endpoint.organizationId)
  const path = to(paths.endpoint, { id: endpoint.id })
  return people
    .filter(({ roles }) =>
      roles.some(
        ({ role, organizationId }) =>
          organizationId === endpoint.organizationId && endpointRoles.includes(role),
      ),
    )
    .map(({ email, name, language }) => ({
      id: newId(),
      template: 'endpointPaused',
      to: { email, name, language },
      params: { host: new URL(endpoint.url).host, days: failingDays, path },
    }))
}
