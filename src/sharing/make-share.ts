import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, refused } from '../problems.js'
import { insertShare, liveShareCount } from './share-store.js'
import { faultsOfShare, usualEnd, type Share } from './share.js'

export interface ShareAsked {
  readonly credentials: readonly string[]
  readonly title?: string | undefined
  readonly expiresOn?: Day | undefined
}

const mostLive = 200

/**
 * Shares some of the learner's own credentials by link. Throws invalid for what is not theirs (or was withdrawn) and for
 * an end in the past or over two years away, refused above 200 live shares.
 */
export async function makeShare(
  asked: ShareAsked,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Share> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const now = ports.now()
  const today = dayOf(now)
  const own = new Set((await awardsOf(learner.id)).map(({ id }) => id))
  const share: Share = {
    id: newId(),
    learnerId: learner.id,
    communityId: learner.communityId,
    title: asked.title ?? '',
    credentialIds: [...new Set(asked.credentials)],
    expiresOn: asked.expiresOn ?? usualEnd(today),
    createdAt: now,
  }
  const faults = faultsOfShare(share, own, today)
  if (faults.length > 0) throw invalid(faults)
  if ((await liveShareCount(learner.id, today, mostLive)) >= mostLive)
    throw refused('sharing:problem.tooMany', { count: mostLive })
  await insertShare(share)
  return share
}
