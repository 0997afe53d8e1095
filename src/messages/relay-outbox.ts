import { insertMessages } from './message-store.js'
import type { OutboxSource } from './outbox.js'

const batch = 200

/**
 * Turns what records announce into messages. Idempotent: an entry's id is the message's, so a relay that died between the
 * two writes is simply done again. Returns how many entries were relayed.
 */
export async function relayOutbox(sources: readonly OutboxSource[], now: Date): Promise<number> {
  let relayed = 0
  for (const source of sources) relayed += await relaySource(source, now)
  return relayed
}

async function relaySource(source: OutboxSource, now: Date): Promise<number> {
  let relayed = 0
  for (;;) {
    const records = await source.waiting(batch)
    if (records.length === 0) return relayed
    await insertMessages(
      records.flatMap((record) => record.entries),
      now,
    )
    for (const { recordId, entries } of records) {
      await source.relayed(
        recordId,
        entries.map((entry) => entry.id),
      )
      relayed += entries.length
    }
    if (records.length < batch) return relayed
  }
}
