import { hasRole, organizationsOf, type Actor } from '../access/actor.js'
import { notFound } from '../problems.js'
import { asTheyStand } from './match-packets.js'
import { sidesOf, type Asker, type Referral, type Side } from './referral.js'
import { findReferral } from './referral-store.js'

const askerOf = (actor: Actor): Asker => ({
  accountId: actor.accountId,
  ...(actor.learnerId !== undefined && { learnerId: actor.learnerId }),
  staffAt: hasRole(actor, 'staff') ? organizationsOf(actor, 'staff') : [],
})

/** The sides of a referral the actor stands on; none to whom it is not known. */
export const sidesFor = (actor: Actor, referral: Referral): Side[] =>
  sidesOf(askerOf(actor), referral)

/** The referral as it stands now, and the sides the actor stands on. Throws not-found to everybody who is on neither. */
export async function readReferral(
  actor: Actor,
  id: string,
  now: Date,
): Promise<{ readonly referral: Referral; readonly sides: readonly Side[] }> {
  const found = await findReferral(id)
  const [referral] = found ? await asTheyStand([found], now) : []
  const sides = referral ? sidesFor(actor, referral) : []
  if (!referral || sides.length === 0) throw notFound('referrals:problem.unknown')
  return { referral, sides }
}
