import type { Actor } from '../access/actor.js'
import { refused } from '../problems.js'
import { decideDuplicate } from './duplicate-store.js'
import { openDuplicate } from './open-duplicate.js'

/** Says that a pair is two people: it is not shown again. Throws not-found, or refused for a pair that was decided. */
export async function decideDifferent(actor: Actor, id: string): Promise<void> {
  const { duplicate } = await openDuplicate(actor, id)
  if (!(await decideDuplicate(duplicate.id, 'open', 'different')))
    throw refused('duplicates:problem.decided')
}
