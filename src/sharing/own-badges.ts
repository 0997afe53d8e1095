import type { Actor } from '../access/actor.js'
import { everyAwardOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { namedAwards } from '../learners/read-record.js'
import type { NamedAward } from '../learners/record.js'
import { notAllowed } from '../problems.js'

/** The awards of the learner who asks with the names of their badges, earliest first; withdrawn ones too. */
export async function ownBadges(actor: Actor): Promise<NamedAward[]> {
  const { learnerId } = actor
  if (learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  const [every, badges] = await Promise.all([everyAwardOfMany([learnerId]), findBadges()])
  return namedAwards(every.get(learnerId) ?? [], badges)
}
