import { learnerIdsAfter } from '../learners/learner-walk-store.js'
import type { Ports } from '../ports.js'
import { awardBadges } from './award-badges.js'
import { advanceAwardWalk, endAwardWalk, findAwardWalk } from './award-walk-store.js'

const batch = 500

interface Walking {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

/** Goes on with the walk that changed criteria asked for, if there is one; after a stop or crash from the last batch done. */
export async function awardEveryone({ world, signal, touch }: Walking): Promise<void> {
  for (;;) {
    const walk = await findAwardWalk()
    if (!walk || signal.aborted) return
    const ids = await learnerIdsAfter(walk.after, batch)
    const last = ids.at(-1)
    if (last === undefined) await endAwardWalk(walk)
    else {
      await awardBadges(ids, world.ports)
      await advanceAwardWalk(walk, last)
      await touch()
    }
  }
}
