import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { dayOf, type Day } from '../calendar.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { agreementsWithin } from '../agreements/agreement-store.js'
import type { Agreement } from '../agreements/agreement.js'
import type { WhatIfQuery } from './crosswalk-input.js'
import type { Worth } from './tuition.js'
import { whatIf, type WhatIf } from './what-if.js'
import { withWorth } from './with-worth.js'

export interface WhatIfRead {
  readonly result: WhatIf
  readonly worth: ReadonlyMap<Agreement, Worth | undefined>
  readonly on: Day
  /** True when the badges come on top of a learner's own. */
  readonly isOwn: boolean
}

/** What the badges of the question would be worth, for a learner on top of the own ones. Writes nothing. */
export async function readWhatIf(
  { badge, college, on }: WhatIfQuery,
  visitor: Actor | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<WhatIfRead> {
  const day = on ?? dayOf(ports.now())
  const learner =
    visitor?.learnerId === undefined ? undefined : await findLearner(visitor.learnerId)
  const held = learner ? await awardsOf(learner.id) : []
  const slugs = [...new Set([...held.map((award) => award.badge), ...badge])]
  const agreements =
    badge.length === 0 ? [] : await agreementsWithin(learner?.communityId, slugs, college)
  const result = badge.length === 0 ? { with: [], added: [] } : whatIf(held, badge, agreements, day)
  const worth = new Map(await withWorth(result.with.map((match) => match.agreement)))
  return { result, worth, on: day, isOwn: learner !== undefined }
}
