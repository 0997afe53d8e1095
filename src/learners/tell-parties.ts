import { matchClaims } from '../claims/match-claims.js'
import type { Ports } from '../ports.js'
import { matchPackets } from '../referrals/match-packets.js'
import type { ConsentChange } from './consent-change.js'
import { noteTold } from './consent-store.js'
import type { Consent } from './consent.js'

/**
 * After a consent began or ended: centers and colleges at work on what rests on it are told. Harmless to repeat; a job does
 * when whoever should have died before (end-consents.ts).
 */
export async function tellParties(
  { id, learnerId }: Pick<Consent, 'id' | 'learnerId'>,
  change: ConsentChange,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  await matchPackets(learnerId, change, ports)
  await matchClaims(learnerId, change, ports)
  await noteTold(id)
}
