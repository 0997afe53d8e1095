import { organizationsOf, type Actor } from '../access/actor.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { QueueQuery } from './claim-input.js'
import { claimQueue, countClaims } from './claim-store.js'
import type { Claim } from './claim.js'

/** A claim in a college's queue. The claimant's name is part of the claim itself, not of their record. */
export interface QueuedClaim {
  readonly claim: Claim
  readonly learnerName: string
}

/** A page of the queue of the actor's colleges, oldest first; without a state those that wait for a decision. */
export async function listClaims(
  actor: Actor,
  { state = 'claimed', limit, cursor }: QueueQuery,
): Promise<ListPage<QueuedClaim>> {
  const place = decodeCursor(cursor, 2)
  const after = place && { filedAt: new Date(Number(place[0])), id: String(place[1]) }
  const claims = await claimQueue(
    { collegeIds: organizationsOf(actor, 'college'), states: statesOf(state) },
    limit + 1,
    after,
  )
  const { items, next } = pageOf(claims, limit, ({ filedAt, id }) => [filedAt.getTime(), id])
  const learners = await findLearnersByIds(items.map(({ learnerId }) => learnerId))
  const names = new Map(learners.map(({ id, name }) => [id, name]))
  return {
    items: items.map((claim) => ({ claim, learnerName: names.get(claim.learnerId) ?? '' })),
    next,
  }
}

const statesOf = (
  state: NonNullable<QueueQuery['state']>,
): readonly Claim['state'][] | undefined =>
  state === 'all' ? undefined : state === 'open' ? ['claimed', 'more'] : [state]

/** How many claims of the actor's colleges wait for the college, and how many for the learner. */
export async function waitingClaims(actor: Actor): Promise<{ college: number; learner: number }> {
  const colleges = organizationsOf(actor, 'college')
  const [college, learner] = await Promise.all([
    countClaims(colleges, 'claimed'),
    countClaims(colleges, 'more'),
  ])
  return { college, learner }
}

/** The whole queue in the same view, as rows of a download. */
export async function* wholeQueue(actor: Actor, query: QueueQuery) {
  let cursor: string | undefined
  do {
    const page: ListPage<QueuedClaim> = await listClaims(actor, { ...query, limit: 200, cursor })
    for (const { claim, learnerName } of page.items)
      yield {
        learner: learnerName,
        course: claim.agreement.course,
        credits: claim.agreement.credits,
        unit: claim.agreement.unit,
        state: claim.state,
        granted: claim.granted ?? '',
        filed: claim.filedAt.toISOString(),
      }
    cursor = page.next
  } while (cursor !== undefined)
}
