import { communitiesOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { notFound, refused } from '../problems.js'
import type { Pairing } from './pairing.js'
import * as store from './pairing-store.js'

/** Staff of the program end a pairing today; from then on the mentor sees nothing. Throws refused when it had ended. */
export async function endPairing(
  actor: Actor,
  pairingId: string,
  reason: string | undefined,
  ports: Ports,
): Promise<Pairing> {
  const pairing = await pairingOfStaff(actor, pairingId)
  const end = { on: dayOf(ports.now()), by: actor.name, reason }
  const ended = await store.endPairing(pairing.id, end)
  if (!ended) throw refused('mentoring:problem.endedAlready')
  return ended
}

/** The pairing, if the actor is staff of its program; throws not-found else. */
export async function pairingOfStaff(actor: Actor, pairingId: string): Promise<Pairing> {
  const pairing = await store.findPairing(pairingId)
  if (!pairing || !communitiesOf(actor, 'staff').includes(pairing.communityId))
    throw notFound('mentoring:problem.unknownPairing')
  return pairing
}
