import { findPrograms } from '../communities/program-store.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { rulesInForce } from '../readiness/rules.js'
import { learnerIdsBehind } from './learner-store.js'
import { refreshSummaries } from './refresh-summaries.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 200

/**
 * Brings everybody's readiness up to the rules in force, also on the day a version published earlier begins. Stops between
 * batches when told to; who is done carries the version, so the next run goes on from there.
 */
export async function applyRules({ world, signal, touch }: Run): Promise<void> {
  for (const { communityId, zone } of await findPrograms()) {
    const now = world.ports.now()
    const inForce = rulesInForce(await ruleVersions(communityId), dayOf(now, zone))
    if (!inForce) continue
    for (;;) {
      const ids = signal.aborted ? [] : await learnerIdsBehind(communityId, inForce.version, batch)
      if (ids.length === 0) break
      await refreshSummaries(ids, now)
      await touch()
    }
  }
}
