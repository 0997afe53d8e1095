import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { cardOf, endCard } from './card-store.js'
import type { Card } from './card.js'

const learnerIdOf = ({ learnerId }: Actor): string => {
  if (learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  return learnerId
}

/** The learner's card, live or not. Throws not-allowed to who is no learner. */
export const ownCard = async (actor: Actor): Promise<Card | undefined> => cardOf(learnerIdOf(actor))

/** Stops the learner's card at once, whoever printed it; again, or without one, changes nothing. */
export async function stopOwnCard(actor: Actor, ports: Pick<Ports, 'now'>): Promise<void> {
  await endCard(learnerIdOf(actor), ports.now())
}
