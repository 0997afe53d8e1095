import type { Actor } from '../access/actor.js'
import { overlap, placeInWalk, walkOf } from '../http/change-walk.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { deskOf } from './desk.js'
import { changedAtOf, type Referral } from './referral.js'
import { referralChanges, referralQueue } from './referral-queue-store.js'
import type { QueueQuery } from './staff-input.js'

const dayLong = 86_400_000

/**
 * One page of a center's queue, the longest standing first unless told otherwise. Each learner it names gets a disclosure.
 */
export async function listReferrals(
  actor: Actor,
  query: QueueQuery,
  ports: Ports,
  channel: Channel = 'list',
): Promise<ListPage<Referral>> {
  const desk = deskOf(actor, query.center)
  const cursor = decodeTimeCursor(query.cursor)
  const rows = await referralQueue({
    communityId: desk.communityId,
    centerId: desk.organizationId,
    state: query.state ?? 'open',
    newestFirst: query.order === 'newest',
    limit: query.limit + 1,
    ...(query.days !== undefined && {
      before: new Date(ports.now().getTime() - query.days * dayLong),
    }),
    ...(cursor && { after: { at: cursor.createdAt, id: cursor.id } }),
  })
  const found = pageOf(rows, query.limit, ({ since, id }) => [since.getTime(), id])
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: found.items.map(({ learnerId }) => learnerId),
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'referral list',
    channel,
    now: ports.now(),
  })
  return found
}

/**
 * What changed at a center since a moment, for its own system: asked again from the last `changedAt` it saw, it misses
 * nothing, and may see one change twice. So that it does, each walk begins two minutes before the moment asked for, and goes
 * no further than the moment of its first page. Disclosed like every list.
 */
export async function listChanges(
  actor: Actor,
  {
    since,
    center,
    cursor: from,
    limit,
  }: Pick<QueueQuery, 'center' | 'cursor' | 'limit'> & {
    readonly since: Date
  },
  ports: Ports,
): Promise<ListPage<Referral>> {
  const desk = deskOf(actor, center)
  const walk = walkOf(from, ports.now())
  const rows = await referralChanges({
    communityId: desk.communityId,
    centerId: desk.organizationId,
    since: new Date(since.getTime() - overlap),
    ...walk,
    limit: limit + 1,
  })
  const found = pageOf(rows, limit, (one) => placeInWalk(changedAtOf(one), one.id, walk))
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: found.items.map(({ learnerId }) => learnerId),
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'referral list',
    channel: 'api',
    now: ports.now(),
  })
  return found
}

/** The whole queue of the same view, page by page, for the export. */
export async function* everyReferral(
  actor: Actor,
  query: QueueQuery,
  ports: Ports,
): AsyncGenerator<Referral[]> {
  let cursor: string | undefined
  do {
    const batch = await listReferrals(actor, { ...query, limit: 200, cursor }, ports, 'export')
    yield [...batch.items]
    cursor = batch.next
  } while (cursor !== undefined)
}

/** The learners behind a page of referrals, by id; one query. */
export async function learnersOf(referrals: readonly Referral[]): Promise<Map<string, Learner>> {
  const learners = await findLearnersByIds(referrals.map(({ learnerId }) => learnerId))
  return new Map(learners.map((learner) => [learner.id, learner]))
}
