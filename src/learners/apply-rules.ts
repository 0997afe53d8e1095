import { findPrograms } from '../communities/program-store.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { editionOf } from '../readiness/rules.js'
import { learnerIdsBehind, learnerIdsDue } from './learner-walk-store.js'
import { refreshSummaries } from './refresh-summaries.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 200

/**
 * Brings everybody's readiness up to the rules in force, also on the day a version published earlier begins, and of those
 * for whom something grew too old. Stops between batches when told to; who is done carries the edition, so the next run, or
 * another process, goes on from there.
 */
export async function applyRules({ world, signal, touch }: Run): Promise<void> {
  for (const { communityId } of await findPrograms()) {
    const now = world.ports.now()
    const today = dayOf(now)
    const edition = editionOf(await ruleVersions(communityId), today)
    const behind = () => learnerIdsBehind(communityId, edition, batch)
    const due = () => learnerIdsDue(communityId, today, batch)
    for (const next of [behind, due])
      for (;;) {
        const ids = signal.aborted ? [] : await next()
        if (ids.length === 0) break
        await refreshSummaries(ids, now)
        await touch()
      }
  }
}
