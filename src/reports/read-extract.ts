import { organizationsOf, type Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { findProgram } from '../communities/program-store.js'
import { liveConsentsOf } from '../learners/consent-store.js'
import { coverOf } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { managedCommunity } from '../readiness/publish-rules.js'
import type { CoEnrollment } from '../referrals/co-enrollment.js'
import { staysAfter } from '../referrals/co-enrollment-store.js'
import { participantsOf, type Participant, type Person } from './extract.js'
import { stands } from './gain-standing.js'
import { gainsOfMany } from './gain-store.js'
import { isWithinYear, participationsOf } from './participation.js'
import { readFootings } from './read-footings.js'
import { isCounted } from './skill-gain.js'
import { stateOfZip } from './zip-state.js'
import { zipStates } from './zip-states.js'

const batch = 200

/** The board whose manager asks, and its community. Throws not-allowed to the manager of anything else. */
export async function ownBoard(actor: Actor) {
  const communityId = managedCommunity(actor)
  const boardId = (await findProgram(communityId))?.boardId
  if (boardId === undefined || !organizationsOf(actor, 'manager').includes(boardId))
    throw notAllowed('reports:problem.boardOnly')
  return { communityId, boardId }
}

export interface ExtractBatch {
  readonly participants: readonly Participant[]
  /** Participants of the year who have not let the board see their outcomes: they are in no extract. */
  readonly leftOut: number
  /** How many stays in programs were walked for it, of any year, and the learner it ends with. */
  readonly stays: number
  readonly after: string
}

/**
 * The participants of one program year, as centers reported them, batch by batch, a row for each participation: those who let
 * the board see their outcomes, with the gains whose evidence counts at that moment. Each batch is disclosed to everyone in it before it is given out.
 * `after`: where an earlier reading ended.
 */
export async function* readExtract(
  actor: Actor,
  year: number,
  channel: Channel,
  ports: Pick<Ports, 'now'>,
  after = '',
): AsyncGenerator<ExtractBatch> {
  const { communityId, boardId } = await ownBoard(actor)
  for (;;) {
    const stays = await staysAfter(communityId, after, batch)
    const last = stays.at(-1)
    if (!last) return
    after = last.learnerId
    const found = await batchOf(
      actor,
      boardId,
      staysOfYear(stays, year),
      year,
      channel,
      ports.now(),
    )
    yield { ...found, stays: stays.length, after }
  }
}

/** All stays of those who took part in that year, by learner: one of an earlier year may belong to the same participation. */
function staysOfYear(stays: readonly CoEnrollment[], year: number): Map<string, CoEnrollment[]> {
  const byLearner = new Map<string, CoEnrollment[]>()
  for (const stay of stays)
    byLearner.set(stay.learnerId, [...(byLearner.get(stay.learnerId) ?? []), stay])
  const tookPart = (own: readonly CoEnrollment[]) =>
    participationsOf(own).some((one) => isWithinYear(one, year))
  return new Map([...byLearner].filter(([, own]) => tookPart(own)))
}

async function batchOf(
  actor: Actor,
  boardId: string,
  stays: ReadonlyMap<string, readonly CoEnrollment[]>,
  year: number,
  channel: Channel,
  now: Date,
): Promise<Pick<ExtractBatch, 'participants' | 'leftOut'>> {
  if (stays.size === 0) return { participants: [], leftOut: 0 }
  const ids = [...stays.keys()]
  const [consents, learners, gains] = await Promise.all([
    liveConsentsOf(ids, [boardId], dayOf(now)),
    findLearnersByIds(ids),
    gainsOfMany(ids),
  ])
  const covers = new Map(
    ids.map((id) => [id, coverOf(consents.get(id) ?? [], boardId, dayOf(now))] as const),
  )
  const shown = learners.filter(({ id }) => covers.get(id)?.records.has('outcome'))
  const footings = await readFootings(shown.map(({ id }) => id).filter((id) => gains.has(id)))
  const persons = shown.map(({ id, place }): Person => {
    const own = (gains.get(id) ?? []).filter(isCounted)
    const footing = footings.get(id)
    const standing = own.filter((gain) => footing && stands(gain, footing))
    const state = stateOfZip(zipStates(), place.postalCode)
    return {
      learnerId: id,
      ...(state !== undefined && { state }),
      ...(place.postalCode !== undefined && { postalCode: place.postalCode }),
      stays: stays.get(id) ?? [],
      gains: standing,
      lostGains: own.filter((gain) => !standing.includes(gain)),
      covers: covers.get(id)?.records ?? new Set(),
    }
  })
  await disclose(actor, boardId, persons, covers, channel, now)
  const participants = persons.flatMap((person) => participantsOf(person, year, dayOf(now)))
  return { participants, leftOut: ids.length - persons.length }
}

/** One row a learner, naming what of their consent the extract uses. */
async function disclose(
  actor: Actor,
  organizationId: string,
  persons: readonly Person[],
  covers: ReadonlyMap<string, { readonly consentIds: readonly string[] }>,
  channel: Channel,
  now: Date,
): Promise<void> {
  const used = ['outcome', 'credential', 'contact'] as const
  const kindsOf = ({ covers: records }: Person) => used.filter((kind) => records.has(kind))
  const keys = new Set(persons.map((one) => kindsOf(one).join(' ')))
  for (const key of keys) {
    const those = persons.filter((one) => kindsOf(one).join(' ') === key)
    await discloseTo({
      actor,
      organizationId,
      learnerIds: those.map(({ learnerId }) => learnerId),
      records: those.flatMap((one, at) => (at === 0 ? kindsOf(one) : [])),
      basis: 'consent',
      purpose: 'participant extract',
      channel,
      consentIds: new Map([...covers].map(([id, { consentIds }]) => [id, consentIds])),
      now,
    })
  }
}
