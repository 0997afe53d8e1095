import { awardBadges } from '../badges/award-badges.js'
import type { Ports } from '../ports.js'
import { learnersOfImport } from './evidence-store.js'
import { addAwards, type AwardCount } from './import.js'

const learnersAtOnce = 1_000

/** `upTo` is the last learner who was looked at; undefined when there is nobody after `after`. */
export interface AwardedPage {
  readonly upTo: string
  readonly awarded: readonly AwardCount[]
}

/**
 * Awards what an import's evidence earned to the next learners after `after`, adding to the counts so far. Once a learner
 * and import, not once a row: a roster sorted by course names everybody again and again.
 */
export async function awardImport(
  importId: string,
  { after, awarded }: { readonly after: string; readonly awarded: readonly AwardCount[] },
  ports: Pick<Ports, 'now'>,
): Promise<AwardedPage | undefined> {
  const learnerIds = await learnersOfImport(importId, after, learnersAtOnce)
  const upTo = learnerIds.at(-1)
  if (upTo === undefined) return undefined
  // Half of them are worked out while the database writes the others.
  const half = Math.ceil(learnerIds.length / 2)
  const halves = [learnerIds.slice(0, half), learnerIds.slice(half)]
  const slugs = await Promise.all(halves.map((ids) => awardBadges(ids, ports)))
  const fresh = slugs.flatMap((of) => [...of.values()].flat())
  return { upTo, awarded: addAwards(awarded, fresh) }
}
