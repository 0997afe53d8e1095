import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { endConsent, findConsent } from './consent-store.js'
import { tellParties } from './tell-parties.js'

/**
 * Ends one of the learner's own consents: from the next read on it opens nothing, packets that rested on it close and
 * the centers and colleges at work on them are told. Again changes nothing. Throws not-found for anything else.
 */
export async function withdrawConsent(id: string, actor: Actor, ports: Ports): Promise<void> {
  const { learnerId } = actor
  if (learnerId === undefined || !(await findConsent(learnerId, id))) throw notFound()
  await endConsent(learnerId, id, ports.now())
  await tellParties({ id, learnerId }, { by: actor.name, isByDate: false }, ports)
}
