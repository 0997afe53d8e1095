import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import {
  hurryDeliveries,
  insertDeliveries,
  letGoDeliveries,
  replayDead,
  replayDelivery,
} from './delivery-store.js'
import { wake } from './endpoint-store.js'
import type { Endpoint, EndpointStep } from './endpoint.js'
import { openDelivery } from './list-deliveries.js'
import { changeOrRefuse, openEndpoint } from './open-endpoint.js'

/**
 * Pauses, resumes or ends an endpoint, sends it a test event, or puts what was given up back in line. Throws not-found to
 * anybody else, refused in the wrong state or when nothing was given up.
 */
export async function stepEndpoint(
  id: string,
  step: EndpointStep,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const endpoint = await openEndpoint(id, actor)
  await steps[step](endpoint, ports.now())
}

const steps: Readonly<Record<EndpointStep, (endpoint: Endpoint, now: Date) => Promise<void>>> = {
  async pause(endpoint) {
    if (endpoint.state !== 'active') throw refused('deliveries:problem.pausedAlready')
    await changeOrRefuse(endpoint, { state: 'paused', pausedBecause: 'asked' })
  },
  async resume(endpoint, now) {
    if (endpoint.state !== 'paused') throw refused('deliveries:problem.activeAlready')
    await hurryDeliveries(endpoint.id, now)
    await changeOrRefuse(endpoint, { state: 'active', dueAt: now })
  },
  async end(endpoint, now) {
    await changeOrRefuse(endpoint, { state: 'ended', endedAt: now })
    await letGoDeliveries(endpoint.id)
  },
  async test(endpoint, now) {
    const { organizationId } = endpoint
    const about = { endpoint: endpoint.id }
    const event = {
      id: newId(),
      kind: 'test' as const,
      organizationId,
      at: now,
      sequence: 0,
      about,
    }
    await insertDeliveries([{ endpointId: endpoint.id, event }], now)
    await wake([endpoint.id], now)
  },
  async replay(endpoint, now) {
    if ((await replayDead(endpoint.id, now)) === 0) throw refused('deliveries:problem.noneDead')
    await wake([endpoint.id], now)
  },
}

/** Sends one delivery again that is not in line. Throws not-found to anybody else, refused while it is in line. */
export async function replayOne(
  { id, delivery }: { readonly id: string; readonly delivery: string },
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { endpoint } = await openDelivery({ id, delivery }, actor)
  const now = ports.now()
  if (!(await replayDelivery(endpoint.id, delivery, now)))
    throw refused('deliveries:problem.inLine')
  await wake([endpoint.id], now)
}
