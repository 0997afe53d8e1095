import { managedCommunity } from '../access/managed-community.js'
import { organizationsOf, type Actor } from '../access/actor.js'
import { findBadges } from '../badges/badge-store.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import {
  findCredentialLines,
  findCredentialPage,
  type CredentialFilter,
  type CredentialLine,
} from './credential-store.js'

/** A line with the names that people read. */
export interface NamedLine extends CredentialLine {
  readonly learnerName: string
  readonly badgeName: string
}

export interface CredentialQuery extends Omit<CredentialFilter, 'communityId'> {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** One page of the signed badges of a manager's community; each learner named is told that the manager looked. */
export async function listCredentials(
  actor: Actor,
  { limit, cursor, ...filter }: CredentialQuery,
  ports: Pick<Ports, 'now'>,
): Promise<ListPage<NamedLine>> {
  const communityId = managedCommunity(actor)
  const after = decodeTimeCursor(cursor)
  const rows = await findCredentialPage({ communityId, ...filter }, limit + 1, after)
  const { items, next } = pageOf(rows, limit, (row) => [row.signedAt.getTime(), row.id])
  return { items: await named(actor, items, ports), next }
}

/** The lines of these credentials, of the manager's community only, in the order asked. */
export async function namedCredentials(
  actor: Actor,
  ids: readonly string[],
  ports: Pick<Ports, 'now'>,
): Promise<NamedLine[]> {
  const lines = await findCredentialLines(managedCommunity(actor), ids)
  const byId = new Map(lines.map((line) => [line.id, line]))
  return named(
    actor,
    ids.flatMap((id) => byId.get(id) ?? []),
    ports,
  )
}

/** Every line of the same view, for its CSV. */
export async function* wholeCredentialList(
  actor: Actor,
  filter: Omit<CredentialQuery, 'limit' | 'cursor'>,
  ports: Pick<Ports, 'now'>,
): AsyncGenerator<NamedLine> {
  for (let cursor: string | undefined; ;) {
    const { items, next } = await listCredentials(actor, { ...filter, limit: 500, cursor }, ports)
    yield* items
    if (next === undefined) return
    cursor = next
  }
}

async function named(
  actor: Actor,
  lines: readonly CredentialLine[],
  ports: Pick<Ports, 'now'>,
): Promise<NamedLine[]> {
  const learnerIds = [...new Set(lines.map(({ learnerId }) => learnerId))]
  const [organizationId = ''] = organizationsOf(actor, 'manager')
  await discloseTo({
    actor,
    organizationId,
    learnerIds,
    records: ['badges'],
    basis: 'program-agreement',
    purpose: 'credential list',
    channel: 'list',
    now: ports.now(),
  })
  const [learners, badges] = await Promise.all([findLearnersByIds(learnerIds), findBadges()])
  const names = new Map(learners.map(({ id, name }) => [id, name]))
  const badgeNames = new Map(badges.map(({ slug, name }) => [slug, name]))
  return lines.map((line) => ({
    ...line,
    learnerName: names.get(line.learnerId) ?? '',
    badgeName: badgeNames.get(line.badge) ?? line.badge,
  }))
}
