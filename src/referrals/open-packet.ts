import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel, DisclosedKind } from '../learners/disclosure.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { buildPacket, type BuiltPacket } from './build-packet.js'
import type { Packet } from './packet.js'
import { readReferral } from './read-referral.js'
import { noteEvent } from './referral-store.js'

/** Who opens a packet: an account, or whoever holds a link and gave a name. */
export type Opener = Pick<Actor, 'accountId' | 'name'>

/**
 * Writes what an opening by somebody else leaves behind, before anything is shown: a disclosure, and one line a day and
 * person on the timeline.
 */
export async function noteOpening(
  { packet: { referral }, covers, consentIds }: BuiltPacket,
  actor: Opener,
  channel: Channel,
  now: Date,
  records: readonly DisclosedKind[] = [...covers, 'referral'],
): Promise<void> {
  await discloseTo({
    actor,
    organizationId: referral.centerId,
    learnerIds: [referral.learnerId],
    records,
    basis: 'consent',
    purpose: 'referral',
    channel,
    consentIds: new Map([[referral.learnerId, consentIds]]),
    now,
  })
  await noteEvent(referral.id, {
    id: `opened-${actor.accountId}-${dayOf(now)}`,
    at: now,
    side: 'center',
    by: actor.name,
    byAccountId: actor.accountId,
    kind: 'packet-opened',
    state: referral.state,
  })
}

/** The packet as openPacket gives it, before anything is noted; `isOwn`: for its learner. */
export async function findPacket(
  actor: Actor,
  id: string,
  now: Date,
): Promise<{ readonly built: BuiltPacket; readonly isOwn: boolean }> {
  const { referral, sides } = await readReferral(actor, id, now)
  const isOwn = actor.learnerId === referral.learnerId
  if (!isOwn && !sides.includes('center')) throw notAllowed('referrals:problem.packetNotYours')
  const built = await buildPacket(referral, now)
  if (!built)
    throw notAllowed(isOwn ? 'referrals:problem.noPacket' : 'referrals:problem.packetShut')
  return { built, isOwn }
}

/**
 * The packet for its learner, who sees what the center sees, and for staff of that center. Throws not-found to a third
 * party, not-allowed to whoever only asked for the learner, and to all while no consent is live.
 */
export async function openPacket(
  actor: Actor,
  id: string,
  channel: Channel,
  ports: Pick<Ports, 'now'>,
): Promise<Packet> {
  const now = ports.now()
  const { built, isOwn } = await findPacket(actor, id, now)
  if (!isOwn) await noteOpening(built, actor, channel, now)
  return built.packet
}
