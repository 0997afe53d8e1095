import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import type { Learner } from '../learners/learner.js'
import { findLearnerPage, sortValue, type LearnerFilter } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { ruleVersions } from '../readiness/rule-store.js'
import { scopedInForce, scopeKey } from '../readiness/rules.js'
import { deskOf, type Desk } from './desk.js'
import type { ReadyQuery } from './staff-input.js'

/** A search by name is listed by name, so that it reads the names' index and not everyone who is ready. */
export const filterFor = (
  desk: Desk,
  query: Omit<ReadyQuery, 'limit'>,
  readyFor: readonly string[] = [],
): LearnerFilter => ({
  ...(readyFor.length > 0 && { readyFor }),
  communityId: desk.communityId,
  ready: true,
  agreed: true,
  ...(query.center !== undefined && { centerId: query.center }),
  ...(query.track !== undefined && { track: query.track }),
  ...(query.q !== undefined && { nameStartsWith: query.q }),
  order: query.q === undefined ? (query.order ?? 'longest-ready') : 'name',
})

/** The asked center or track, where it has rules of its own: who is on its list meets those too. */
async function askedScopes(
  { communityId }: Desk,
  { center, track }: Pick<ReadyQuery, 'center' | 'track'>,
  now: Date,
): Promise<string[]> {
  if (center === undefined && track === undefined) return []
  const asked = [`center:${center ?? ''}`, `track:${track ?? ''}`]
  const scoped = scopedInForce(await ruleVersions(communityId), dayOf(now))
  return scoped.map(({ scope }) => scopeKey(scope)).filter((key) => asked.includes(key))
}

/**
 * One page of who is job-ready in the actor's program, under the program agreement that each accepted. Writes the
 * disclosure before it answers. Costs the same however many learners there are: nothing is counted.
 */
export async function listReady(
  actor: Actor,
  query: ReadyQuery,
  channel: Channel,
  ports: Ports,
): Promise<ListPage<Learner>> {
  const desk = deskOf(actor)
  const filter = filterFor(desk, query, await askedScopes(desk, query, ports.now()))
  const cursor = decodeCursor(query.cursor, 2)
  const after = cursor && { value: String(cursor[0]), id: String(cursor[1]) }
  const rows = await findLearnerPage(filter, query.limit + 1, after)
  const { items, next } = pageOf(rows, query.limit, (row) => [sortValue(filter, row), row.id])
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: items.map(({ id }) => id),
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'job-ready list',
    channel,
    now: ports.now(),
  })
  return { items, next }
}

/** Everyone of the same view, page by page, for the export. */
export async function* everyoneReady(
  actor: Actor,
  query: ReadyQuery,
  ports: Ports,
): AsyncGenerator<Learner> {
  let cursor: string | undefined
  do {
    const batch = await listReady(actor, { ...query, limit: 200, cursor }, 'export', ports)
    yield* batch.items
    cursor = batch.next
  } while (cursor !== undefined)
}
