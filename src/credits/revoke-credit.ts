import { setBits } from '../credentials/set-bits.js'
import type { Ports } from '../ports.js'
import { claimsWithStaleCopies, markRevoked } from './credit-copy-store.js'

const batch = 100

/**
 * Revokes the signed credentials of amounts that a later decision changed. The decision writes that it is due together with
 * itself, so nothing is forgotten when a process dies in between. Safe to repeat. Tells how many claims it was about.
 */
export async function revokeCredit(ports: Pick<Ports, 'now'>): Promise<number> {
  const due = await claimsWithStaleCopies(batch)
  for (const claim of due) {
    for (const { statusList, statusIndex } of claim.stale) await setBits(statusList, [statusIndex])
    await markRevoked(claim, ports.now())
  }
  return due.length
}
