import { randomBytes } from 'node:crypto'
import type { Actor } from '../access/actor.js'
import { hashToken } from '../access/one-time-token.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { gone, notAllowed, notFound, refused } from '../problems.js'
import { buildPacket } from './build-packet.js'
import { noteOpening, type Opener } from './open-packet.js'
import {
  linkEnds,
  mostLinks,
  stateOfLink,
  type LinkDays,
  type Packet,
  type PacketLink,
} from './packet.js'
import {
  findPacketLink,
  insertPacketLink,
  packetLinksOf,
  stopPacketLink,
} from './packet-link-store.js'
import { readReferral } from './read-referral.js'
import { findReferral } from './referral-store.js'

async function linkable(actor: Actor, id: string, now: Date) {
  const { referral, sides } = await readReferral(actor, id, now)
  if (actor.learnerId !== referral.learnerId && !sides.includes('center'))
    throw notAllowed('referrals:problem.packetNotYours')
  return referral
}

/**
 * Makes a link that opens the packet for some days to whoever holds it. The token is told once and kept as a hash only.
 * Throws not-allowed while no consent is live, refused above 20 live links.
 */
export async function makePacketLink(
  actor: Actor,
  id: string,
  days: LinkDays,
  ports: Pick<Ports, 'now'>,
): Promise<{ readonly link: PacketLink; readonly token: string }> {
  const now = ports.now()
  const referral = await linkable(actor, id, now)
  if (!(await buildPacket(referral, now))) throw notAllowed('referrals:problem.packetShut')
  const live = (await packetLinksOf(id)).filter((link) => stateOfLink(link, now) === 'live')
  if (live.length >= mostLinks)
    throw refused('referrals:problem.tooManyLinks', { count: mostLinks })
  const token = randomBytes(32).toString('base64url')
  const { learnerId, centerId, communityId } = referral
  const link: PacketLink = {
    id: newId(),
    referralId: id,
    learnerId,
    centerId,
    communityId,
    tokenHash: hashToken(token),
    madeBy: actor.name,
    madeAt: now,
    expiresAt: linkEnds(now, days),
  }
  await insertPacketLink(link)
  return { link, token }
}

/** Stops a link from the next opening on. Throws not-found for a link of another referral. */
export async function endPacketLink(
  actor: Actor,
  id: string,
  linkId: string,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  await linkable(actor, id, ports.now())
  const links = await packetLinksOf(id)
  if (!links.some((link) => link.id === linkId)) throw notFound('referrals:problem.unknownLink')
  await stopPacketLink(linkId, id, ports.now())
}

/** Whether a link would open now. Throws not-found for an unknown one, gone for one that ended or whose consent did. */
export async function checkPacketLink(token: string, ports: Pick<Ports, 'now'>) {
  const now = ports.now()
  const link = await findPacketLink(hashToken(token))
  if (!link) throw notFound('referrals:problem.unknownLink')
  const state = stateOfLink(link, now)
  if (state !== 'live') throw gone(`referrals:problem.link.${state}`)
  const referral = await findReferral(link.referralId)
  const built = referral && (await buildPacket(referral, now))
  if (!built) throw gone('referrals:problem.link.shut')
  return { link, built }
}

/** Who opens a link, as the learner's list of who looked shows them. */
export const openerBy = ({ id }: PacketLink, name: string): Opener => ({
  accountId: `link-${id}`,
  name: `${name} (link)`,
})

/** Opens the packet by its link: the name that was given stands in the disclosure. Throws as checkPacketLink does. */
export async function openPacketLink(
  token: string,
  name: string,
  format: 'page' | 'pdf',
  ports: Pick<Ports, 'now'>,
): Promise<Packet> {
  const { link, built } = await checkPacketLink(token, ports)
  await noteOpening(built, openerBy(link, name), format === 'page' ? 'view' : 'export', ports.now())
  return built.packet
}
