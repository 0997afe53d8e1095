import type { Actor } from '../access/actor.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { deskOf } from './desk.js'

/** The learners of the desk's own program among these, by name; named to staff, so disclosed. */
export async function chooseMany(
  actor: Actor,
  ids: readonly string[],
  ports: Pick<Ports, 'now'>,
): Promise<Learner[]> {
  const desk = deskOf(actor)
  const found = (await findLearnersByIds(ids))
    .filter(({ communityId }) => communityId === desk.communityId)
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: found.map(({ id }) => id),
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'referral list',
    channel: 'list',
    now: ports.now(),
  })
  return found
}
