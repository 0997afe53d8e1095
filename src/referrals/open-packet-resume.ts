import type { Actor } from '../access/actor.js'
import type { Channel } from '../learners/disclosure.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { readResume, type OpenedResume } from '../resumes/open-resume.js'
import type { BuiltPacket } from './build-packet.js'
import { findPacket, noteOpening } from './open-packet.js'
import { checkPacketLink, openerBy } from './packet-links.js'

async function resumeIn({ packet, covers }: BuiltPacket): Promise<OpenedResume> {
  if (!covers.includes('resume')) throw notAllowed('referrals:problem.resumeNotCovered')
  return readResume(packet.resume?.file)
}

/**
 * The résumé of a packet as the file it is, for whoever may open the packet, and disclosed as one reading of it. Throws as
 * openPacket does; not-allowed while the consent does not cover it, not-found where there is none.
 */
export async function openPacketResume(
  actor: Actor,
  id: string,
  channel: Channel,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedResume> {
  const now = ports.now()
  const { built, isOwn } = await findPacket(actor, id, now)
  const opened = await resumeIn(built)
  if (!isOwn) await noteOpening(built, actor, channel, now, ['resume'])
  return opened
}

/** The same by a link, for somebody who gave this name. Throws as openPacketLink does. */
export async function openLinkedResume(
  token: string,
  name: string,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedResume> {
  const { link, built } = await checkPacketLink(token, ports)
  const opened = await resumeIn(built)
  await noteOpening(built, openerBy(link, name), 'export', ports.now(), ['resume'])
  return opened
}
