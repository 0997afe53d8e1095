import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import { dayOf, type Day } from '../calendar.js'
import { badgeNames } from '../learners/badge-names.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { waitingFor } from '../claims/list-claims.js'
import type { Waiting } from '../claims/service-target.js'
import { readCredits, type Credits } from './read-credits.js'

/** What a learner's credit page shows. `mayClaimAt` are the colleges that a live consent lets see badges and evidence. */
export interface OwnCredit extends Credits {
  readonly mayClaimAt: ReadonlySet<string>
  readonly badgeNames: ReadonlyMap<string, string>
  readonly today: Day
  /** By claim, how long the college has had it. */
  readonly waiting: ReadonlyMap<string, Waiting>
}

/** The matches and claims of the learner who asks. */
export async function readOwnCredit(actor: Actor, ports: Pick<Ports, 'now'>): Promise<OwnCredit> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const now = ports.now()
  const today = dayOf(now)
  const awards = await awardsOf(learner.id)
  const [credits, consents, names] = await Promise.all([
    readCredits(learner, awards, today),
    consentsOf(learner.id),
    badgeNames(awards, now),
  ])
  const colleges = new Set(credits.lines.map(({ collegeId }) => collegeId))
  const mayClaimAt = [...colleges].filter(
    (id) => notCovered(coverOf(consents, id, today), recordsNeeded.credit).length === 0,
  )
  return {
    ...credits,
    mayClaimAt: new Set(mayClaimAt),
    badgeNames: new Map([...names].map(([slug, { name }]) => [slug, name])),
    today,
    waiting: await waitingFor(credits.claims, ports.now()),
  }
}
