import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { discloseReferral } from './disclose-referral.js'
import { noteViewed } from './referral-store.js'
import { seeReferral, type SeenReferral } from './see-referral.js'

/** Reads a referral for its page; the first look from the center shows on the timeline, so the learner knows it arrived. */
export async function viewReferral(actor: Actor, id: string, ports: Ports): Promise<SeenReferral> {
  const seen = await seeReferral(actor, id, ports.now())
  const { referral, sides } = seen
  await discloseReferral(actor, seen, ['progress', 'credential'], 'view', ports.now())
  const isFirstLook =
    sides.includes('center') &&
    !sides.includes('sender') &&
    referral.state === 'requested' &&
    referral.substate === undefined
  if (!isFirstLook) return seen
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
  return seeReferral(actor, id, ports.now())
}
