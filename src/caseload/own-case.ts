import type { Actor } from '../access/actor.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { notFound } from '../problems.js'
import { desksOf, type Desk } from '../referrals/desk.js'
import { findCase } from './case-store.js'
import type { Case, CaseNews, CaseNewsKind } from './case.js'
import { followReferrals } from './list-cases.js'

/** A learner whom the actor's center works with, and the case. */
export interface OwnCase {
  readonly desk: Desk
  readonly learner: Learner
  readonly one: Case
}

/** What somebody did to a case, as the others are told. */
export const newsBy = (actor: Actor, kind: CaseNewsKind, at: Date): CaseNews => ({
  kind,
  at,
  by: actor.accountId,
  byName: actor.name,
})

/**
 * The case of a learner at the first of the actor's centers that has one. Throws not-found where there is none: it is opened
 * first.
 */
export async function ownCase(actor: Actor, learnerId: string): Promise<OwnCase> {
  const learner = await findLearner(learnerId)
  for (const desk of learner ? desksOf(actor) : []) {
    await followReferrals(desk)
    const one = await findCase(desk.organizationId, learnerId)
    if (learner && one) return { desk, learner, one }
  }
  throw notFound('caseload:problem.noCase')
}
