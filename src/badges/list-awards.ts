import { communitiesOf, organizationsOf, type Actor } from '../access/actor.js'
import { decodeCursor, encodeCursor, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { findAward, findAwardPage } from './award-store.js'
import { findBadge } from './badge-store.js'
import type { Award, Badge } from './badge.js'

export interface NamedHolder {
  readonly award: Award
  readonly name: string
}

/** One page of who holds a badge in the manager's community; each learner named is told that the manager looked. */
export async function listAwards(
  actor: Actor,
  slug: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  ports: Pick<Ports, 'now'>,
): Promise<ListPage<NamedHolder> & { readonly badge: Badge }> {
  const badge = await findBadge(slug)
  const [communityId] = communitiesOf(actor, 'manager')
  if (!badge || communityId === undefined) throw notFound()
  const [awardedOn, id] = decodeCursor(query.cursor, 2) ?? []
  const after = id === undefined ? undefined : { awardedOn: String(awardedOn), id: String(id) }
  const of = { communityId, badge: slug, state: 'live' as const }
  const rows = await findAwardPage(of, query.limit + 1, after)
  const awards = rows.slice(0, query.limit)
  const last = awards.at(-1)
  return {
    badge,
    items: await named(actor, awards, ports),
    next: rows.length > query.limit && last ? encodeCursor([last.awardedOn, last.id]) : undefined,
  }
}

/** The award a manager is about to withdraw. Throws not-found for one of another community, or withdrawn already. */
export async function readHolder(
  actor: Actor,
  id: string,
  ports: Pick<Ports, 'now'>,
): Promise<NamedHolder & { readonly badge: Badge | undefined }> {
  const award = await findAward(id)
  if (award?.state !== 'live' || !communitiesOf(actor, 'manager').includes(award.communityId))
    throw notFound()
  const [holder] = await named(actor, [award], ports)
  return { award, name: holder?.name ?? '', badge: await findBadge(award.badge) }
}

async function named(
  actor: Actor,
  awards: readonly Award[],
  ports: Pick<Ports, 'now'>,
): Promise<NamedHolder[]> {
  const learnerIds = awards.map(({ learnerId }) => learnerId)
  const [organizationId = ''] = organizationsOf(actor, 'manager')
  await discloseTo({
    actor,
    organizationId,
    learnerIds,
    records: ['badges'],
    basis: 'program-agreement',
    purpose: 'award list',
    channel: 'list',
    now: ports.now(),
  })
  const names = new Map((await findLearnersByIds(learnerIds)).map(({ id, name }) => [id, name]))
  return awards.map((award) => ({ award, name: names.get(award.learnerId) ?? '' }))
}
