import { organizationsOf, type Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed, notFound, refused } from '../problems.js'
import { markGainTakenBack } from './gain-store.js'
import { seeGains } from './see-gains.js'
import { isCounted, mayTakeBack, type SeenGain } from './skill-gain.js'

/**
 * A recorded gain that the actor may take back, also when the learner's consent has ended since; shown and disclosed as
 * seeGains has it. Throws not-found for none of that learner's, not-allowed to staff of other centers than the one that
 * recorded it, refused when it was taken back before.
 */
export async function openOwnGain(
  actor: Actor,
  learnerId: string,
  gainId: string,
  ports: Pick<Ports, 'now'>,
): Promise<SeenGain> {
  const { gains } = await seeGains(actor, learnerId, ports)
  const gain = gains.find(({ id }) => id === gainId)
  if (!gain) throw notFound()
  if (!mayTakeBack(gain, organizationsOf(actor, 'staff')))
    throw notAllowed('reports:problem.otherCenter')
  if (!isCounted(gain)) throw refused('reports:problem.takenBack')
  return gain
}

/** Takes back a gain recorded by mistake: it is kept with who, when and why, and counts no longer. Throws as openOwnGain. */
export async function takeGainBack(
  actor: Actor,
  learnerId: string,
  gainId: string,
  reason: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const gain = await openOwnGain(actor, learnerId, gainId, ports)
  const back = { by: actor.name, at: ports.now(), reason }
  if (!(await markGainTakenBack(gain.id, learnerId, back)))
    throw refused('reports:problem.takenBack')
}
