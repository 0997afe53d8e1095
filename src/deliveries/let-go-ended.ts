import { letGoDeliveries } from './delivery-store.js'
import { endedEndpoints, noteEmptied } from './endpoint-store.js'

/** Longer than a lease: nobody who began before the removal still sends, or puts something in line, after that. */
const settledAfter = 10 * 60_000
const batch = 100

/**
 * Lets go what waits for endpoints that were removed: what a process that died in between had not, and what another put in
 * line at the same moment. An endpoint is looked at again until ten minutes after its removal, then never.
 */
export async function letGoEnded(now: Date): Promise<void> {
  for (const { id, endedAt } of await endedEndpoints(batch)) {
    await letGoDeliveries(id)
    if (!endedAt || now.getTime() - endedAt.getTime() > settledAfter) await noteEmptied(id)
  }
}
