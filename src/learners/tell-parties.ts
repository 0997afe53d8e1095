import { matchClaims } from '../claims/match-claims.js'
import type { Ports } from '../ports.js'
import { matchPackets } from '../referrals/match-packets.js'
import type { ConsentChange } from './consent-change.js'

/** After a consent of this learner began or ended: centers and colleges at work on what rests on it are told. Harmless to repeat. */
export async function tellParties(
  learnerId: string,
  change: ConsentChange,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  await matchPackets(learnerId, change, ports)
  await matchClaims(learnerId, change, ports)
}
