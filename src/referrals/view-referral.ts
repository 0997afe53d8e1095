import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { discloseReferral } from './disclose-referral.js'
import { readReferral } from './read-referral.js'
import { noteViewed } from './referral-store.js'

/** Reads a referral for its page; the first look from the center shows on the timeline, so the learner knows it arrived. */
export async function viewReferral(actor: Actor, id: string, ports: Ports) {
  const read = await readReferral(actor, id, ports.now())
  const { referral, sides } = read
  await discloseReferral(actor, referral, 'view', ports.now())
  const isFirstLook =
    sides.includes('center') &&
    !sides.includes('sender') &&
    referral.state === 'requested' &&
    referral.substate === undefined
  if (!isFirstLook) return read
  await noteViewed(id, {
    id: newId(),
    at: ports.now(),
    side: 'center',
    by: actor.name,
    byAccountId: actor.accountId,
    kind: 'note',
    state: 'requested',
    substate: 'viewed',
  })
  return readReferral(actor, id, ports.now())
}
