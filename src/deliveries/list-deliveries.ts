import type { Actor } from '../access/actor.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { notFound } from '../problems.js'
import { countDeliveries, findDeliveries, findDelivery } from './delivery-store.js'
import type { Delivery } from './delivery.js'
import type { DeliveriesQuery } from './endpoint-input.js'
import type { Endpoint } from './endpoint.js'
import { openEndpoint } from './open-endpoint.js'

/** An endpoint with a page of what was sent to it, the newest first, and how much of it was given up. */
export interface ListedDeliveries {
  readonly endpoint: Endpoint
  readonly page: ListPage<Delivery>
  readonly dead: number
}

/** Throws not-found for an endpoint of others. */
export async function listDeliveries(
  id: string,
  { state, limit, cursor }: DeliveriesQuery,
  actor: Actor,
): Promise<ListedDeliveries> {
  const endpoint = await openEndpoint(id, actor)
  const filter = { endpointId: endpoint.id, state }
  const [rows, dead] = await Promise.all([
    findDeliveries(filter, limit + 1, decodeTimeCursor(cursor)),
    countDeliveries(endpoint.id, 'dead'),
  ])
  return { endpoint, page: pageOf(rows, limit, (one) => [one.createdAt.getTime(), one.id]), dead }
}

/** One delivery with its tries. Throws not-found for one of others. */
export async function openDelivery(
  { id, delivery: deliveryId }: { readonly id: string; readonly delivery: string },
  actor: Actor,
): Promise<{ readonly endpoint: Endpoint; readonly delivery: Delivery }> {
  const endpoint = await openEndpoint(id, actor)
  const delivery = await findDelivery(endpoint.id, deliveryId)
  if (!delivery) throw notFound()
  return { endpoint, delivery }
}
