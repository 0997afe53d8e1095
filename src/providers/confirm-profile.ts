import type { Actor } from '../access/actor.js'
import { awardBadges } from '../badges/award-badges.js'
import { ownProfile } from '../learners/own-profile.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { releaseHeld } from './evidence-store.js'

/** What confirming a profile came to: how many facts count from now on, and the badges they earned. */
export interface Confirmed {
  readonly released: number
  readonly awarded: readonly string[]
}

/**
 * The learner says that a profile under another name is theirs: its evidence counts from now on. Again changes nothing.
 * Throws not-found for a profile they never brought.
 */
export async function confirmProfile(
  actor: Actor,
  { provider, name }: { readonly provider: string; readonly name: string },
  ports: Pick<Ports, 'now'>,
): Promise<Confirmed> {
  const { learnerId } = actor
  if (learnerId === undefined) throw notAllowed('providers:problem.learnersOnly')
  await ownProfile(learnerId, provider, name)
  const released = await releaseHeld(learnerId, provider, name)
  const awarded = await awardBadges([learnerId], ports)
  return { released, awarded: awarded.get(learnerId) ?? [] }
}
