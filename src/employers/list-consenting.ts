import { organizationsOf, type Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { decodeCursor, pageOf, type ListPage } from '../http/list.js'
import { consentsNaming, liveConsentsOf } from '../learners/consent-store.js'
import { coverOf, type Cover, type RecordKind } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'

/** Somebody who lets the employer see parts of their record, and until when. */
export interface ConsentingLearner {
  readonly learner: Learner
  readonly covers: ReadonlySet<RecordKind>
  readonly expiresOn: Day
}

interface Asked {
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * One page of the learners whose live consent names the actor's own organization, the first to end first; each is
 * disclosed. Somebody with two consents may stand on two pages.
 */
export async function listConsenting(
  actor: Actor,
  { limit, cursor: from }: Asked,
  channel: Channel,
  ports: Pick<Ports, 'now'>,
): Promise<ListPage<ConsentingLearner>> {
  const [organizationId] = organizationsOf(actor, 'employer')
  const at = actor.roles.find(({ role }) => role === 'employer')
  if (organizationId === undefined || !at) throw notAllowed()
  const today = dayOf(ports.now())
  const cursor = decodeCursor(from, 2)
  const after = cursor && { expiresOn: String(cursor[0]), id: String(cursor[1]) }
  const desk = { communityId: at.communityId, organizationId }
  const rows = await consentsNaming(desk, today, limit + 1, after)
  const { items: consents, next } = pageOf(rows, limit, ({ expiresOn, id }) => [expiresOn, id])
  const ids = [...new Set(consents.map(({ learnerId }) => learnerId))]
  const all = await liveConsentsOf(ids, [organizationId], today)
  const covers = new Map(ids.map((id) => [id, coverOf(all.get(id) ?? [], organizationId, today)]))
  await disclose(actor, organizationId, covers, channel, ports.now())
  const learners = new Map((await findLearnersByIds(ids)).map((one) => [one.id, one]))
  const items = ids.flatMap((id) => {
    const learner = learners.get(id)
    const until = consents.find(({ learnerId }) => learnerId === id)?.expiresOn
    const records = covers.get(id)?.records ?? new Set<RecordKind>()
    return learner && until ? [{ learner, covers: records, expiresOn: until }] : []
  })
  return { items, next }
}

/** Names and, where progress is shared, readiness: the chain of each learner says which of the two. */
async function disclose(
  actor: Actor,
  organizationId: string,
  covers: ReadonlyMap<string, Cover>,
  channel: Channel,
  now: Date,
): Promise<void> {
  const sharers = [...covers].filter(([, { records }]) => records.has('progress'))
  const others = [...covers].filter(([, { records }]) => !records.has('progress'))
  const alone = others.map(([id, cover]) => ({ ids: [id], records: [...cover.records] }))
  const together = { ids: sharers.map(([id]) => id), records: ['progress'] as const }
  for (const { ids, records } of [together, ...alone])
    await discloseTo({
      actor,
      organizationId,
      learnerIds: ids,
      records,
      basis: 'consent',
      purpose: 'employment',
      channel,
      consentIds: new Map([...covers].map(([id, { consentIds }]) => [id, consentIds])),
      now,
    })
}

/** All of them, page by page, for the export. */
export async function* everyConsenting(
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): AsyncGenerator<ConsentingLearner> {
  let cursor: string | undefined
  do {
    const found = await listConsenting(actor, { limit: 200, cursor }, 'export', ports)
    yield* found.items
    cursor = found.next
  } while (cursor !== undefined)
}
