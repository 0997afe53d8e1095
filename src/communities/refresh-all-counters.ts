import type { Ports } from '../ports.js'
import { findPrograms } from './program-store.js'
import { refreshCounters } from './refresh-counters.js'

/** Counts every program's community anew; the jobs runner calls it every minute. */
export async function refreshAllCounters(ports: Pick<Ports, 'now'>): Promise<void> {
  for (const { communityId } of await findPrograms()) {
    await refreshCounters(communityId, ports.now())
  }
}
