import type { Actor } from '../access/actor.js'
import { notFound, refused } from '../problems.js'
import type { Allowance, Pairing } from './pairing.js'
import { findPairing, setAllowances } from './pairing-store.js'

/** The learner's own pairing; throws not-found for anybody else's. */
export async function ownMentor(actor: Actor, pairingId: string): Promise<Pairing> {
  const pairing = await findPairing(pairingId)
  if (!pairing || pairing.learnerId !== actor.learnerId)
    throw notFound('mentoring:problem.unknownPairing')
  return pairing
}

/** The learner says what a mentor may see, from the next read on. Throws refused when the pairing has ended. */
export async function allowWhat(
  actor: Actor,
  pairingId: string,
  allows: readonly Allowance[],
): Promise<void> {
  const pairing = await ownMentor(actor, pairingId)
  const kept = [...new Set(allows)]
  if (!(await setAllowances(pairing.id, pairing.learnerId, kept)))
    throw refused('mentoring:problem.endedAlready')
}
