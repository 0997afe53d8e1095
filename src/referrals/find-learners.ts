import type { Actor } from '../access/actor.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Learner } from '../learners/learner.js'
import { findLearnerPage, sortValue } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { deskOf } from './desk.js'

/**
 * Learners of the program by the beginning of their name, so that staff can give them a mentor: name and place, nothing
 * more. Disclosed like every list. Nobody is listed without a name to look for.
 */
export async function findLearners(
  actor: Actor,
  query: {
    readonly q?: string | undefined
    readonly limit: number
    readonly cursor?: string | undefined
  },
  ports: Ports,
): Promise<ListPage<Learner>> {
  const desk = deskOf(actor)
  if (query.q === undefined) return { items: [], next: undefined }
  const filter = { communityId: desk.communityId, nameStartsWith: query.q }
  const cursor = decodeCursor(query.cursor, 2)
  const after = cursor && { value: String(cursor[0]), id: String(cursor[1]) }
  const rows = await findLearnerPage(filter, query.limit + 1, after)
  const found = pageOf(rows, query.limit, (row) => [sortValue(filter, row), row.id])
  await discloseTo({
    actor,
    organizationId: desk.organizationId,
    learnerIds: found.items.map(({ id }) => id),
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'choosing a mentor',
    channel: 'list',
    now: ports.now(),
  })
  return found
}
