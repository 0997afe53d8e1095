import { findPrograms } from '../communities/program-store.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { consentsRunOut, noteRunOut } from './consent-store.js'
import { tellParties } from './tell-parties.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 100

/**
 * Tells of consents that ended by their date: they open nothing from the day after their last, and from this on centers,
 * colleges and learners know. A consent is noted as told only after everybody was, so a run that dies is made good.
 */
export async function endConsents({ world: { ports }, signal, touch }: Run): Promise<void> {
  for (const { communityId, zone, name } of await findPrograms()) {
    for (;;) {
      const now = ports.now()
      const ended = signal.aborted ? [] : await consentsRunOut(communityId, dayOf(now, zone), batch)
      if (ended.length === 0) break
      for (const { id, learnerId } of ended) {
        await tellParties(learnerId, { by: name, isByDate: true }, ports)
        await noteRunOut(id, now)
      }
      await touch()
    }
  }
}
