import type { Announcement, AnnouncementSource } from './announcement.js'
import { insertDeliveries } from './delivery-store.js'
import { endpointsOf, wake } from './endpoint-store.js'

const batch = 200

/**
 * Turns what records announce into deliveries, one for each endpoint that chose the kind. Idempotent: an event is in line
 * once for an endpoint, so a relay that died between its writes is simply done again. Returns how many were relayed.
 */
export async function relayAnnouncements(
  sources: readonly AnnouncementSource[],
  now: Date,
): Promise<number> {
  let relayed = 0
  for (const source of sources) relayed += await relaySource(source, now)
  return relayed
}

async function relaySource(source: AnnouncementSource, now: Date): Promise<number> {
  let relayed = 0
  for (;;) {
    const records = await source.waiting(batch)
    if (records.length === 0) return relayed
    await queueEvents(
      records.flatMap(({ entries }) => entries),
      now,
    )
    for (const { recordId, entries } of records) {
      await source.relayed(
        recordId,
        entries.map(({ id }) => id),
      )
      relayed += entries.length
    }
    if (records.length < batch) return relayed
  }
}

async function queueEvents(events: readonly Announcement[], now: Date): Promise<void> {
  const endpoints = await endpointsOf([...new Set(events.map((one) => one.organizationId))])
  const entries = events.flatMap((event) =>
    endpoints
      .filter(
        (one) => one.organizationId === event.organizationId && one.kinds.includes(event.kind),
      )
      .map(({ id }) => ({ endpointId: id, event })),
  )
  await insertDeliveries(entries, now)
  await wake([...new Set(entries.map(({ endpointId }) => endpointId))], now)
}
