import { hasRole, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { findLearner } from '../learners/learner-store.js'
import { openRecord } from '../learners/open-record.js'
import { coverOf, notCovered, recordsNeeded } from '../learners/consent.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import type { LearnerRecord } from '../learners/record.js'
import type { World } from '../world.js'
import { notFound } from '../problems.js'
import { findClaim } from './claim-store.js'
import { mayDecide } from './appeal.js'
import type { Claim } from './claim.js'
import { discloseRequests } from './disclose-requests.js'
import { waitingFor } from './list-claims.js'
import type { Waiting } from './service-target.js'
import { verifyClaim, type VerifiedBadge } from './verify-claim.js'

/** A claim on a college's desk; without `record` the learner's consent has ended and the evidence is closed. */
export interface OpenedClaim {
  readonly claim: Claim
  readonly learnerName: string
  readonly waiting?: Waiting
  /** False for whoever took the decision that is appealed. */
  readonly mayDecide: boolean
  readonly record?: LearnerRecord
  /** What checking each signed badge came to just now; undefined while the evidence is closed. */
  readonly verified?: readonly VerifiedBadge[]
}

/** A claim at one of the actor's colleges. Else not-found. */
export async function ownClaim(id: string, actor: Actor): Promise<Claim> {
  const claim = await findClaim(id)
  if (!claim || !hasRole(actor, 'college', claim.collegeId)) throw notFound()
  return claim
}

/** A claim at one of the actor's colleges as its queue shows it, disclosed. Else not-found. */
export async function readClaim(
  id: string,
  actor: Actor,
  { now }: Pick<World['ports'], 'now'>,
): Promise<Claim> {
  const claim = await ownClaim(id, actor)
  await discloseRequests(actor, 'claim', [claim], 'api', now())
  return claim
}

/**
 * A claim at one of the actor's colleges with the learner's record under their consent, and each badge's signed document
 * checked anew; without consent the claim alone. Disclosed either way. Else not-found, also when the learner has left or is
 * leaving.
 */
export async function openClaim(id: string, actor: Actor, world: World): Promise<OpenedClaim> {
  const { ports } = world
  const claim = await ownClaim(id, actor)
  const { learnerId, collegeId } = claim
  const today = dayOf(ports.now())
  const consents = (await liveConsentsOf([learnerId], [collegeId], today)).get(learnerId) ?? []
  const isOpen = notCovered(coverOf(consents, collegeId, today), recordsNeeded.credit).length === 0
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound()
  const learnerName = learner.name
  const waiting = (await waitingFor([claim], ports.now())).get(id)
  const opened = {
    claim,
    learnerName,
    ...(waiting && { waiting }),
    mayDecide: mayDecide(claim, actor.accountId),
  }
  if (!isOpen) {
    await discloseRequests(actor, 'claim', [claim], 'view', ports.now())
    return opened
  }
  const record = await openRecord(actor, learnerId, ports)
  return { ...opened, record, verified: await verifyClaim(claim, world) }
}
