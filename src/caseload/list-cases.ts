import type { Actor } from '../access/actor.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { deskOf, type Desk } from '../referrals/desk.js'
import { openAmong, referralQueue } from '../referrals/referral-queue-store.js'
import { isOpen, type Referral } from '../referrals/referral.js'
import type { CaseQuery } from './case-input.js'
import { findCases } from './case-list-store.js'
import { casesAt, findPlace, saveCaseStates, savePlace } from './case-store.js'
import { isNamed, nameWords, type Case } from './case.js'
import { nameCases } from './name-cases.js'

const dayLong = 86_400_000
const batch = 200
const mostBatches = 10
const overlap = 120_000

/**
 * Takes over into cases what has happened to the center's referrals since the last time; costs nothing when nothing did. Two
 * at once write the same. It begins a little before where it ended, because clocks of processes differ. A long history is
 * taken over in several looks.
 */
export async function followReferrals({ communityId, organizationId }: Desk): Promise<void> {
  const ended = await findPlace(organizationId)
  let place = ended && { at: new Date(ended.getTime() - overlap), id: '' }
  for (let round = 0; round < mostBatches; round += 1) {
    const referrals = await referralQueue({
      communityId,
      centerId: organizationId,
      state: 'all',
      limit: batch,
      ...(place && { after: place }),
    })
    const last = referrals.at(-1)
    if (!last) return
    const cases = (await standing(referrals, organizationId))
      .filter(({ state }) => state !== 'draft')
      .map(({ learnerId, state, since }) => ({
        communityId,
        centerId: organizationId,
        learnerId,
        state,
        isOpen: isOpen(state),
        since,
      }))
    if ((await saveCaseStates(cases)) > 0) await nameCases(cases.map((one) => one.learnerId))
    place = { at: last.since, id: last.id }
    await savePlace(organizationId, place.at)
    if (referrals.length < batch) return
  }
}

/** Those that ended, as the one says that is open beside them: records that were joined may have two at one center. */
async function standing(referrals: readonly Referral[], centerId: string): Promise<Referral[]> {
  const ended = referrals.filter(({ state }) => !isOpen(state)).map(({ learnerId }) => learnerId)
  const open = await openAmong(ended, centerId)
  return referrals.map((one) => (isOpen(one.state) ? one : (open.get(one.learnerId) ?? one)))
}

export interface ListedCase {
  readonly one: Case
  readonly learner: Learner | undefined
}

/** Tells these learners that somebody of the center read their names in its caseload; before they are shown. */
export const discloseCases = (
  actor: Actor,
  { organizationId }: Desk,
  learnerIds: readonly string[],
  channel: Channel,
  now: Date,
) =>
  discloseTo({
    actor,
    organizationId,
    learnerIds,
    records: ['listing'],
    basis: 'program-agreement',
    purpose: 'caseload',
    channel,
    now,
  })

const assignee = (assigned: string | undefined, accountId: string) =>
  assigned === 'me' ? accountId : assigned === 'nobody' ? null : assigned

/**
 * One page of the caseload of the actor's center. Each learner it names gets a disclosure, before it answers. A search by
 * name finds only whose name it shows: nobody who is leaving, and nobody by a name from before.
 */
export async function listCases(
  actor: Actor,
  query: Omit<CaseQuery, 'columns'>,
  channel: Channel,
  ports: Pick<Ports, 'now'>,
): Promise<ListPage<ListedCase>> {
  const desk = deskOf(actor, query.center)
  await followReferrals(desk)
  const cursor = decodeTimeCursor(query.cursor)
  const words = query.q === undefined ? undefined : nameWords(query.q)
  const rows = await findCases({
    communityId: desk.communityId,
    centerId: desk.organizationId,
    state: query.state ?? 'open',
    assignedTo: assignee(query.assigned, actor.accountId),
    words,
    newestFirst: query.order === 'newest',
    limit: query.limit + 1,
    ...(query.days !== undefined && {
      before: new Date(ports.now().getTime() - query.days * dayLong),
    }),
    ...(cursor && { after: { at: cursor.createdAt, id: cursor.id } }),
  })
  const { items, next } = pageOf(rows, query.limit, ({ since, id }) => [since.getTime(), id])
  const found = await findLearnersByIds(items.map(({ learnerId }) => learnerId))
  const learners = new Map(found.map((one) => [one.id, one]))
  const listed = items
    .map((one) => ({ one, learner: learners.get(one.learnerId) }))
    .filter(({ learner }) => words === undefined || (learner && isNamed(learner.name, words)))
  const shown = listed.map(({ one }) => one.learnerId)
  await discloseCases(actor, desk, shown, channel, ports.now())
  return { items: listed, next }
}

/** The whole caseload of the same view, page by page, for the export. */
export async function* everyCase(
  actor: Actor,
  query: Omit<CaseQuery, 'columns'>,
  ports: Pick<Ports, 'now'>,
): AsyncGenerator<ListedCase> {
  let cursor: string | undefined
  do {
    const found = await listCases(actor, { ...query, limit: 200, cursor }, 'export', ports)
    yield* found.items
    cursor = found.next
  } while (cursor !== undefined)
}

/**
 * The cases of some learners, in their order, for the export. Throws not-found, and gives none of them out, when one of them
 * is no case of the center.
 */
export async function chosenCases(
  actor: Actor,
  chosen: readonly string[],
  ports: Pick<Ports, 'now'>,
  center?: string,
): Promise<ListedCase[]> {
  const desk = deskOf(actor, center)
  const ids = [...new Set(chosen)]
  const cases = new Map(
    (await casesAt(desk.organizationId, ids)).map((one) => [one.learnerId, one]),
  )
  const listed = ids.flatMap((id) => cases.get(id) ?? [])
  if (listed.length < ids.length) throw notFound('caseload:problem.noCase')
  await discloseCases(actor, desk, ids, 'export', ports.now())
  const learners = new Map((await findLearnersByIds(ids)).map((one) => [one.id, one]))
  return listed.map((one) => ({ one, learner: learners.get(one.learnerId) }))
}
