import { organizationsOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { placeInWalk, restingCursor, walkOf } from '../http/change-walk.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { QueueQuery } from './claim-input.js'
import { claimChanges, claimQueue, countClaims, type QueueFilter } from './claim-queue-store.js'
import { waitingSince, type Claim } from './claim.js'
import { targetsOf } from './college-settings-store.js'
import { discloseRequests } from './disclose-requests.js'
import { usualTarget, waitingOf, type Waiting } from './service-target.js'

/** A claim in a college's queue. The claimant's name is part of the claim itself; that it was seen is disclosed all the same. */
export interface QueuedClaim {
  readonly claim: Claim
  readonly learnerName: string
  /** While the college has to act: how long it has waited, against the college's own target. */
  readonly waiting?: Waiting
}

/**
 * A page of the queue of the actor's colleges, oldest first unless asked otherwise; without a state those that wait for a
 * decision. A page of what is overdue may be shorter than asked for: who was answered and came back waits anew.
 */
export async function listClaims(
  actor: Actor,
  query: QueueQuery,
  now: Date,
  channel: Channel = 'list',
): Promise<ListPage<QueuedClaim>> {
  const place = decodeTimeCursor(query.cursor)
  const after = place && { filedAt: place.createdAt, id: place.id }
  const claims = await claimQueue(await filterOf(actor, query, now), query.limit + 1, after)
  const found = pageOf(claims, query.limit, ({ filedAt, id }) => [filedAt.getTime(), id])
  const { next } = found
  const waiting = await waitingFor(found.items, now)
  const isAsked = ({ id }: Claim) => !query.overdue || waiting.get(id)?.isLate
  const items = found.items.filter(isAsked)
  await discloseRequests(actor, 'claim', items, channel, now)
  const learners = await findLearnersByIds(items.map(({ learnerId }) => learnerId))
  const names = new Map(learners.map(({ id, name }) => [id, name]))
  return {
    items: items.map((claim) => {
      const waits = waiting.get(claim.id)
      const learnerName = names.get(claim.learnerId) ?? ''
      return { claim, learnerName, ...(waits && { waiting: waits }) }
    }),
    next,
  }
}

const dayLong = 86_400_000

/** What is overdue waits for the college, and was filed at least as many days ago as the shortest target has. */
async function filterOf(
  actor: Actor,
  { state = 'claimed', agreement, overdue, order }: QueueQuery,
  now: Date,
): Promise<QueueFilter> {
  const collegeIds = organizationsOf(actor, 'college')
  const states = statesOf(state)
  const rest = { collegeIds, series: agreement, newestFirst: order === 'newest' }
  if (!overdue) return { ...rest, states }
  const targets = await targetsOf(collegeIds)
  const shortest = Math.min(...collegeIds.map((id) => targets.get(id) ?? usualTarget))
  return {
    ...rest,
    states: (['claimed'] as const).filter((one) => states?.includes(one) ?? true),
    filedBy: new Date(now.getTime() - (shortest - 1) * dayLong),
  }
}

/** How long each claim that waits for its college has waited, by id. */
export async function waitingFor(
  claims: readonly Claim[],
  now: Date,
): Promise<Map<string, Waiting>> {
  const open = claims.filter(({ state }) => state === 'claimed')
  const targets = await targetsOf(open.map(({ collegeId }) => collegeId))
  return new Map(
    open.map((claim) => [
      claim.id,
      waitingOf(
        dayOf(waitingSince(claim)),
        targets.get(claim.collegeId) ?? usualTarget,
        dayOf(now),
      ),
    ]),
  )
}

/**
 * Everything that changed at the actor's colleges, oldest change first: for a student system that asks again and again. It
 * misses nothing, and may see one change twice: each walk goes no further than the moment of its first page, and the next
 * one begins two minutes before that.
 */
export async function listClaimChanges(
  actor: Actor,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  now: Date,
): Promise<{ readonly items: readonly Claim[]; readonly next: string }> {
  const walk = walkOf(cursor, now)
  const claims = await claimChanges(organizationsOf(actor, 'college'), limit + 1, walk)
  const { items, next } = pageOf(claims, limit, ({ changedAt, id }) =>
    placeInWalk(changedAt, id, walk),
  )
  await discloseRequests(actor, 'claim', items, 'api', now)
  return { items, next: next ?? restingCursor(walk) }
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
export async function* wholeQueue(actor: Actor, query: QueueQuery, now: Date) {
  let cursor: string | undefined
  do {
    const page: ListPage<QueuedClaim> = await listClaims(
      actor,
      { ...query, limit: 200, cursor },
      now,
      'export',
    )
    for (const { claim, learnerName, waiting } of page.items)
      yield {
        learner: learnerName,
        course: claim.agreement.course,
        credits: claim.agreement.credits,
        unit: claim.agreement.unit,
        state: claim.state,
        granted: claim.granted ?? '',
        filed: claim.filedAt.toISOString(),
        waited: waiting?.days ?? '',
        target: waiting?.target ?? '',
        appealed: claim.appeal ? 'yes' : 'no',
      }
    cursor = page.next
  } while (cursor !== undefined)
}
