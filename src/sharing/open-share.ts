import type { Actor } from '../access/actor.js'
import { everyAwardOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf } from '../calendar.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { namedAwards } from '../learners/read-record.js'
import type { NamedAward } from '../learners/record.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { whoIs } from './open-credential.js'
import { countOpening } from './share-opening-store.js'
import { findShare } from './share-store.js'
import { isShareLive, type Share } from './share.js'

export interface OpenedShare {
  readonly share: Share
  readonly learner: Learner
  /** In the order they were chosen; withdrawn ones too, to be shown as such. */
  readonly awards: readonly NamedAward[]
  readonly own: boolean
}

/**
 * A collection for whoever has its link, while it is live; its learner may see it always. `counts` is false for a look at
 * the headers alone. Throws not-found for everything else.
 */
export async function openShare(
  id: string,
  visitor: Actor | undefined,
  ports: Pick<Ports, 'now'>,
  counts: boolean,
): Promise<OpenedShare> {
  const share = await findShare(id)
  const learner = share && (await findLearner(share.learnerId))
  if (!share || !learner) throw notFound()
  const own = visitor?.learnerId === share.learnerId
  const now = ports.now()
  if (!own && !isShareLive(share, dayOf(now))) throw notFound()
  if (!own && counts)
    await countOpening(
      { shareId: id, learnerId: learner.id, format: 'collection', ...(await whoIs(visitor)) },
      now,
    )
  return { share, learner, awards: await sharedAwards(share), own }
}

/** The awards a share shows, with the names of their badges. */
export async function sharedAwards(share: Share): Promise<NamedAward[]> {
  const [every, badges] = await Promise.all([everyAwardOfMany([share.learnerId]), findBadges()])
  const named = namedAwards(every.get(share.learnerId) ?? [], badges)
  return share.credentialIds.flatMap((id) => named.find((award) => award.id === id) ?? [])
}
